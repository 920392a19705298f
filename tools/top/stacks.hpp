// SPDX-License-Identifier: Apache-2.0
// Where each thread of a process or of a core file is in its code.
#pragma once

#include "apart.hpp"
#include "options.hpp"

#include <covey/tracking.hpp>

namespace top {

/// The stacks of all threads, each under a line that says what it is in the tree. A thread of a living process is stopped, as a
/// debugger would, until its addresses are known. Program files are mapped and their debug information is believed by
/// libdw, so all of that is done apart: a file that shrinks or lies ends in trouble, not in a crash.
[[nodiscard]] told stacks_of(const options& wanted, const covey::task_tree& tree);

}  // namespace top
