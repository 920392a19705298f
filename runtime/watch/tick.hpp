// SPDX-License-Identifier: Apache-2.0
// The starvation tick of a pool, every few ms while anything is queued.
#pragma once

namespace covey::runtime {

class crew;

// On the timer thread: looks at who starves and who sleeps, sees to threads for what is queued, and comes again if there
// is a reason to.
void tick(crew& of) noexcept;

}  // namespace covey::runtime
