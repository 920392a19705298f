// SPDX-License-Identifier: Apache-2.0
// Reports of finished children, and those that workers hold (proof: runtime/README.md, "Held reports").
#include "run/reports.hpp"

#include "base/barrier.hpp"
#include "pool/crew.hpp"
#include "run/execute.hpp"
#include "scope/migration.hpp"
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
  const std::uint64_t back =
      s.finished_elsewhere.fetch_add(count, std::memory_order_seq_cst) + count;
  // A joiner that set its target before it was read above waits for just that many; else it is woken to look.
  if (!targeted || back >= target) {
    lot::wake(&s);
  }
}

namespace {

// By the owner: changes its held reports. `change` is short, and runs no user code.
template <class Change>
void change_held(record& me, Change change) noexcept {
  detail::store_before_loads(me.changing_held,
                             true);  // pairs with the heavy_barrier() of take_reports_of()
  if (!me.held_wanted.load(std::memory_order_acquire)) {
    change();
    me.changing_held.store(false, std::memory_order_release);
    return;
  }
  me.changing_held.store(false, std::memory_order_release);
  const std::scoped_lock guard(me.held_lock);
  change();
}

// The held reports of one worker.
struct held {
  std::uint64_t count = 0;
  frame* first = nullptr;
  frame* last = nullptr;
};

// @pre the caller has exclusive access to the held reports
[[nodiscard]] held empty(record& r) noexcept {
  held all{r.held_count.load(std::memory_order_relaxed),
           std::exchange(r.held_first, nullptr),
           std::exchange(r.held_last, nullptr)};
  r.held_count.store(0, std::memory_order_relaxed);
  return all;
}

void deliver(scope& s, const held& all) noexcept {
  if (all.count != 0) {
    detail::send_home(*all.first->home, all.first, all.last);
    report_back(s, all.count);
  }
}

// Takes what another worker holds back of `s`.
[[nodiscard]] held take_reports_of(record& r, const scope& s) noexcept {
  const std::scoped_lock guard(r.held_lock);
  r.held_wanted.store(true, std::memory_order_seq_cst);
  detail::heavy_barrier();
  while (r.changing_held.load(std::memory_order_acquire)) {
    std::this_thread::yield();  // a few instructions
  }
  held all;
  if (r.held_scope.load(std::memory_order_relaxed) == &s) {
    all = empty(r);
  }
  r.held_wanted.store(false, std::memory_order_release);
  return all;
}

}  // namespace

void hold_reports_of(record& me, scope* of) noexcept {
  if (me.held_scope.load(std::memory_order_relaxed) != of) {
    deliver_held_reports(me);
    change_held(me, [&me, of] { me.held_scope.store(of, std::memory_order_relaxed); });
  }
}

void deliver_held_reports(record& me) noexcept {
  scope* const of = me.held_scope.load(std::memory_order_relaxed);
  if (of == nullptr) {
    return;
  }
  held all;
  change_held(me, [&] {
    me.held_scope.store(nullptr, std::memory_order_relaxed);
    all = empty(me);
  });
  deliver(*of, all);
}

void report_dropped(record* me, scope& s, frame* f) noexcept {
  constexpr std::uint64_t at_once = bits::limited | bits::shared;
  if (me == nullptr || me->held_scope.load(std::memory_order_relaxed) != &s || f->home == nullptr ||
      (s.attention.load(std::memory_order_relaxed) & at_once) != 0 || !asymmetric_fence()) {
    detail::release_frame(f);
    report_back(s, 1);
    return;
  }
  detail::reset_frame(f);
  change_held(*me, [me, f] {
    f->next = me->held_first;
    me->held_first = f;
    if (me->held_last == nullptr) {
      me->held_last = f;
    }
    me->held_count.store(me->held_count.load(std::memory_order_relaxed) + 1,
                         std::memory_order_relaxed);
  });
}

void take_held_reports(scope& s) noexcept {
  if (!has_migrated(s) || s.owner == nullptr || crew_of(s).from_before_fork()) {
    return;
  }
  const crew& of = crew_of(s);
  const std::size_t count = of.members();
  for (std::size_t i = 0; i < count; ++i) {
    record& r = *of.member(i);
    if (r.held_scope.load(std::memory_order_relaxed) == &s &&
        r.held_count.load(std::memory_order_relaxed) != 0) {
      deliver(s, take_reports_of(r, s));
    }
  }
}

}  // namespace covey::runtime
