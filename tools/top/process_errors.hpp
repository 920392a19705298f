// SPDX-License-Identifier: Apache-2.0
// Why a process cannot be read, in the words that help.
#pragma once

#include <string>

namespace top {

/// Who asks, as far as it matters for reading the memory of others.
struct reader_rights {
  bool root = false;
  bool may_trace = false;  // has CAP_SYS_PTRACE
  int yama = -1;           // /proc/sys/kernel/yama/ptrace_scope; -1: there is none
};
/// @returns those of this process.
[[nodiscard]] reader_rights own_rights();
/// @returns why the system may have refused, and what helps: true for whoever asks.
[[nodiscard]] std::string advice_for(const reader_rights& rights);

/// @throws process_ended when there is no such process, else problem; `error` is what errno said.
[[noreturn]] void throw_process_error(int process, int error);

}  // namespace top
