// SPDX-License-Identifier: Apache-2.0
// Lending the permits of a thread, and taking them back.
#include "pool/permits.hpp"

#include "deque/deque.hpp"
#include "pool/crew.hpp"
#include "pool/rights.hpp"
#include "worker/thread_switch.hpp"

#include <atomic>

namespace covey::runtime {

// In two rounds: all permits are lent before the first pool wakes a substitute.
bool lend_permits() noexcept {
  for_each_record_at_work([](record& r) {
    if (r.of->from_before_fork()) {
      return;
    }
    deque::publish_all(r);
    r.card.lends.fetch_add(1, std::memory_order_relaxed);
    if (r.lent.fetch_add(1, std::memory_order_acq_rel) == 0) {
      r.of->bodies.lend(r);
      release_right(r);
    }
  });
  bool all_taken = true;
  for (record* r = records_of_this_thread(); r != nullptr; r = r->next_of_thread) {
    if (r->lent.load(std::memory_order_relaxed) != 0) {
      all_taken = r->of->offer_permit() && all_taken;
    }
  }
  return all_taken;
}

void take_permits_back() noexcept {
  // Credits first: the thread may have to wait for one, and then it must have no permit in any pool.
  for (record* r = records_of_this_thread(); r != nullptr; r = r->next_of_thread) {
    if (r->lent.load(std::memory_order_relaxed) == 1 && !r->of->from_before_fork()) {
      r->of->bodies.take_back(*r);
    }
  }
  for (record* r = records_of_this_thread(); r != nullptr; r = r->next_of_thread) {
    std::uint32_t depth = r->lent.load(std::memory_order_relaxed);
    while (depth != 0 &&
           !r->lent.compare_exchange_weak(depth, depth - 1, std::memory_order_acq_rel)) {
    }
    if (depth == 1) {
      r->of->occupy_permit();
    }
  }
}

shortage_watch::shortage_watch(crew& in) noexcept : of_(in) {
  of_.sleeping_helpers_.fetch_add(1, std::memory_order_seq_cst);
  seen_ = of_.shortages_.load(std::memory_order_seq_cst);
}

shortage_watch::~shortage_watch() {
  of_.sleeping_helpers_.fetch_sub(1, std::memory_order_seq_cst);
}

bool shortage_watch::told() const noexcept {
  return of_.shortages_.load(std::memory_order_seq_cst) != seen_;
}

}  // namespace covey::runtime
