// SPDX-License-Identifier: Apache-2.0
// What the tick does about threads that sleep in something that covey does not see: their places are lent.
#pragma once

namespace covey::runtime {

class crew;

// How long each thread at work ran since the last tick, and, of those that hardly did, whether they sleep.
// @param wanting somebody wants a thread, or a permit
void read_threads(const crew& of, bool wanting) noexcept;
// Some thread at work wants to run and hardly did since the last tick: the machine has no processor for one more.
[[nodiscard]] bool lacks_processors(const crew& of) noexcept;
// Lends the places of those that sleep, and calls back those that do not any more. @returns whether any sleep.
bool look_at_sleepers(const crew& of, bool starving, bool may_lend) noexcept;

}  // namespace covey::runtime
