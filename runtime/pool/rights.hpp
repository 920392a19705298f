// SPDX-License-Identifier: Apache-2.0
// The right of a worker to run covey work: a permit, or that it is the one beyond the size; and how the tick lends it.
#pragma once

#include "worker/record.hpp"

namespace covey::runtime {

// Gives up the right of the owner of `me`, which runs no covey work for now.
void release_right(record& me) noexcept;
// The same if the right may be lent.
inline void give_up_right(record& me) noexcept {
  if (me.lent.exchange(0, std::memory_order_acq_rel) == 0) {
    release_right(me);
  }
}

// By the tick: lends the permit of the owner of `me`, which sleeps in something that covey does not see.
void lend_right(record& me) noexcept;
// By the tick or the owner, which runs again: takes the permit back.
void call_back(record& me) noexcept;
// By the owner of `me`, back in covey: takes the permit back if the tick has lent it.
inline void resume(record& me) noexcept {
  if (me.absent.load(std::memory_order_relaxed)) {
    call_back(me);
  }
}

// Takes the permit of a foreign thread that has no nursery open now. @returns false: there is none
[[nodiscard]] bool reclaim_permit(crew& of) noexcept;

}  // namespace covey::runtime
