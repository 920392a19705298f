// SPDX-License-Identifier: Apache-2.0
// Lending and reclaiming the rights of workers.
#include "pool/rights.hpp"

#include "pool/crew.hpp"
#include "worker/thread_switch.hpp"

#include <covey/detail/task/scope.hpp>

namespace covey::runtime {

void release_right(record& me) noexcept {
  if (me.beyond.exchange(false, std::memory_order_acq_rel)) {
    me.of->give_beyond_up();
  } else if (!me.absent.exchange(false, std::memory_order_acq_rel)) {
    me.of->give_permit();
  }
}

// The thread beyond the size gets a permit first, so that there is one to lend; the count may become negative.
void lend_right(record& me) noexcept {
  crew& of = *me.of;
  if (me.beyond.exchange(false, std::memory_order_acq_rel)) {
    of.occupy_permit();
    of.give_beyond_up();
  }
  of.bodies.lend_for(me);
  me.absent.store(true, std::memory_order_release);
  of.give_permit();
}

void call_back(record& me) noexcept {
  if (me.absent.exchange(false, std::memory_order_acq_rel)) {
    me.of->bodies.call_back(me);
    me.of->occupy_permit();
  }
}

// A foreign thread keeps its permit after its last nursery, so that it opens the next one without an atomic
// read-modify-write. A pool that needs the permit takes it here. In a race with that thread's return one thread more than
// the size runs, until a loop sees it and sleeps.
bool reclaim_permit(crew& of) noexcept {
  const std::size_t count = of.members();
  for (std::size_t i = 0; i < count; ++i) {
    record& r = *of.member(i);
    if (r.kind.load(std::memory_order_relaxed) == worker_kind::foreign &&
        r.has_permit.load(std::memory_order_relaxed) && context_seen(r) == detail::outside() &&
        r.has_permit.exchange(false, std::memory_order_acq_rel)) {
      r.stack_bound.store(detail::every_stack(), std::memory_order_relaxed);
      give_up_right(r);
      return true;
    }
  }
  return false;
}

}  // namespace covey::runtime
