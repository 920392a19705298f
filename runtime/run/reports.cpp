// SPDX-License-Identifier: Apache-2.0
// Reports of finished children, and the batches of them that workers hold back (proof: runtime/README.md, "Batched reports").
#include "run/reports.hpp"

#include "base/barrier.hpp"
#include "pool/crew.hpp"
#include "run/execute.hpp"
#include "scope/lent.hpp"
#include "scope/scope_extra.hpp"
#include "worker/frames.hpp"
#include "worker/lot.hpp"

#include <covey/detail/compiled/frames.hpp>
#include <covey/detail/fast/barrier.hpp>
#include <covey/detail/task/scope.hpp>

#include <mutex>
#include <thread>
#include <utility>

namespace covey::runtime {

using detail::scope;
namespace bits = detail::attention;

void report_back(scope& s, std::uint64_t count) noexcept {
  const std::uint64_t seen = s.attention.load(std::memory_order_seq_cst);
  const bool targeted = (seen & bits::targeted) != 0;
  const std::uint64_t target = targeted ? s.target.load(std::memory_order_relaxed) : 0;
  const std::uint64_t back = s.returned.fetch_add(count, std::memory_order_seq_cst) + count;
  // A joiner that set its target before it was read above waits for just that many; else it is woken to look.
  if (!targeted || back >= target) {
    lot::wake(&s);
  }
}

namespace {

// The owner changes its batch; `change` is short, and runs no user code.
template <class Change>
void at_batch(record& me, Change change) noexcept {
  detail::store_before_loads(me.batching, true);  // pairs with the heavy_barrier() of take_batch()
  if (!me.batch_wanted.load(std::memory_order_acquire)) {
    change();
    me.batching.store(false, std::memory_order_release);
    return;
  }
  me.batching.store(false, std::memory_order_release);
  const std::scoped_lock guard(me.batch_lock);
  change();
}

// What a batch holds.
struct held {
  std::uint64_t count = 0;
  frame* first = nullptr;
  frame* last = nullptr;
};

// @pre the caller is alone at the batch
[[nodiscard]] held empty(record& r) noexcept {
  held all{r.batch_count.load(std::memory_order_relaxed),
           std::exchange(r.batch_first, nullptr),
           std::exchange(r.batch_last, nullptr)};
  r.batch_count.store(0, std::memory_order_relaxed);
  return all;
}

void deliver(scope& s, const held& all) noexcept {
  if (all.count != 0) {
    detail::send_home(*all.first->home, all.first, all.last);
    report_back(s, all.count);
  }
}

// Takes what another worker holds back of `s`.
[[nodiscard]] held take_batch(record& r, const scope& s) noexcept {
  const std::scoped_lock guard(r.batch_lock);
  r.batch_wanted.store(true, std::memory_order_seq_cst);
  detail::heavy_barrier();
  while (r.batching.load(std::memory_order_acquire)) {
    std::this_thread::yield();  // a few instructions
  }
  held all;
  if (r.batch_of.load(std::memory_order_relaxed) == &s) {
    all = empty(r);
  }
  r.batch_wanted.store(false, std::memory_order_release);
  return all;
}

}  // namespace

void open_batch(record& me, scope* of) noexcept {
  if (me.batch_of.load(std::memory_order_relaxed) != of) {
    close_batch(me);
    at_batch(me, [&me, of] { me.batch_of.store(of, std::memory_order_relaxed); });
  }
}

void close_batch(record& me) noexcept {
  scope* const of = me.batch_of.load(std::memory_order_relaxed);
  if (of == nullptr) {
    return;
  }
  held all;
  at_batch(me, [&] {
    me.batch_of.store(nullptr, std::memory_order_relaxed);
    all = empty(me);
  });
  deliver(*of, all);
}

void report_dropped(record* me, scope& s, frame* f) noexcept {
  constexpr std::uint64_t at_once = bits::limited | bits::shared;
  if (me == nullptr || me->batch_of.load(std::memory_order_relaxed) != &s || f->home == nullptr ||
      (s.attention.load(std::memory_order_relaxed) & at_once) != 0 || !asymmetric_fence()) {
    detail::release_frame(f);
    report_back(s, 1);
    return;
  }
  detail::reset_frame(f);
  at_batch(*me, [me, f] {
    f->next = me->batch_first;
    me->batch_first = f;
    if (me->batch_last == nullptr) {
      me->batch_last = f;
    }
    me->batch_count.store(me->batch_count.load(std::memory_order_relaxed) + 1,
                          std::memory_order_relaxed);
  });
}

void take_batches(scope& s) noexcept {
  if (!has_lent(s) || s.owner == nullptr || crew_of(s).from_before_fork()) {
    return;
  }
  const crew& of = crew_of(s);
  const std::size_t count = of.members();
  for (std::size_t i = 0; i < count; ++i) {
    record& r = *of.member(i);
    if (r.batch_of.load(std::memory_order_relaxed) == &s &&
        r.batch_count.load(std::memory_order_relaxed) != 0) {
      deliver(s, take_batch(r, s));
    }
  }
}

}  // namespace covey::runtime
