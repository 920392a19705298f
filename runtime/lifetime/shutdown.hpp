// SPDX-License-Identifier: Apache-2.0
// The end of a pool.
#pragma once

namespace covey::runtime {

class crew;

// Ends idle loops, ends queued children as never started, asks running children to stop, and waits at most 2 s for them.
void shut_down(crew& of) noexcept;

}  // namespace covey::runtime
