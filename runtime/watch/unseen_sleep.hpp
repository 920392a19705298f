// SPDX-License-Identifier: Apache-2.0
// How the tick finds threads that sleep in something that covey does not see, and lends their permits.
#pragma once

namespace covey::runtime {

class crew;

// Reads how long each thread at work ran since the last tick and, of those that hardly ran, the state.
// @param wanting a thread or a body credit is wanted
void read_threads(const crew& of, bool wanting) noexcept;
// Whether a thread at work is runnable and hardly ran since the last tick: the machine has no processor for one more.
[[nodiscard]] bool lacks_processors(const crew& of) noexcept;
// Lends the permits of threads that sleep, and takes back those of threads that run again. @returns whether any sleep.
bool update_sleepers(const crew& of, bool starving, bool may_lend) noexcept;

}  // namespace covey::runtime
