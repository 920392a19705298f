// SPDX-License-Identifier: Apache-2.0
// Work that may end badly, whatever is done about it: it is done in a process of its own.
#pragma once

#include <functional>
#include <string>

namespace top {

using say_function = std::function<void(const std::string&)>;

struct told {
  std::string text;
  std::string trouble;  // why there is no more of it; empty: that is all
};

/// Runs the work in a forked process, which has two minutes, and leaves no core file. What it throws, and a signal that kills
/// it, are the trouble; what it had said before is kept. No other thread may run in this process.
/// @param work says what it finds, piece by piece.
/// @throws problem if there can be no such process.
[[nodiscard]] told tell_apart(const std::function<void(const say_function& say)>& work);

}  // namespace top
