// SPDX-License-Identifier: Apache-2.0
// Why a process cannot be read, in the words that help.
#pragma once

namespace top {

/// @throws process_ended when there is no such process, else problem; `error` is what errno said.
[[noreturn]] void throw_process_error(int process, int error);

}  // namespace top
