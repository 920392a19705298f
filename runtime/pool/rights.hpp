// SPDX-License-Identifier: Apache-2.0
// The right of a worker to run covey work: a place, or the turn of the one beyond the size; and the tick, which lends it.
#pragma once

#include "worker/record.hpp"

namespace covey::runtime {

// The owner of `me` runs no covey work for now: what right it has becomes free.
void release_right(record& me) noexcept;
// The same where it may have lent it.
inline void give_up_right(record& me) noexcept {
  if (me.lent.exchange(0, std::memory_order_acq_rel) == 0) {
    release_right(me);
  }
}

// By the tick: the owner of `me` sleeps in something unseen; others have its place meanwhile.
void lend_right(record& me) noexcept;
// By the tick or the owner: it runs again, and has a place.
void call_back(record& me) noexcept;
// The owner of `me` is back in covey: it has a place again if the tick has lent it.
inline void resume(record& me) noexcept {
  if (me.absent.load(std::memory_order_relaxed)) {
    call_back(me);
  }
}

// Takes the place of a foreign thread that has no nursery open now. @returns false: there is none
[[nodiscard]] bool reclaim_place(crew& of) noexcept;

}  // namespace covey::runtime
