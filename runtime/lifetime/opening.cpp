// SPDX-License-Identifier: Apache-2.0
// Opening a scope with options: checks, pool, parent, deadline.
#include "lifetime/ending.hpp"
#include "lifetime/entering.hpp"
#include "observe/tracker.hpp"
#include "outcome/deadline.hpp"
#include "outcome/stop.hpp"
#include "platform/stack.hpp"
#include "pool/crew.hpp"
#include "run/execute.hpp"
#include "scope/context.hpp"
#include "text/refusals.hpp"
#include "wait/waiting.hpp"

#include <covey/detail/base/clock.hpp>
#include <covey/detail/base/stack.hpp>
#include <covey/detail/compiled/entering.hpp>
#include <covey/detail/compiled/opening.hpp>
#include <covey/detail/fast/stack_pointer.hpp>
#include <covey/nursery.hpp>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <stdexcept>
#include <string>

namespace covey::runtime {

namespace bits = detail::attention;

namespace {

void check_options(const nursery_options& options) {
  const auto refuse = [](const char* what, const char* range, std::int64_t given) {
    throw std::invalid_argument(std::string("covey: nursery_options::") + what + " must be in " +
                                range + ", not " + std::to_string(given));
  };
  constexpr std::int64_t most = std::numeric_limits<std::int32_t>::max();
  if (options.limit.given() && (options.limit.value() < 1 || options.limit.value() > most)) {
    refuse("limit", "1 … 2147483647", options.limit.value());
  }
  if (options.max_failures.value() < 1 || options.max_failures.value() > 1'000'000) {
    refuse("max_failures", "1 … 1000000", options.max_failures.value());
  }
}

// The bits that a scope which is opened in `c` is born with.
[[nodiscard]] std::uint64_t inherited_from(context c) noexcept {
  return detail::base_of(skip_joined(c))->attention.load(std::memory_order_relaxed) &
         bits::inherited;
}

void fill_extra(scope& s, scope_extra& x, const nursery_options& options) {
  x.name = label(options.name);
  const covey::policy usual = x.boxed ? covey::policy::supervise : covey::policy::fail_fast;
  x.policy = options.policy == covey::policy::standard ? usual : options.policy;
  x.on_failure = options.on_failure;
  x.on_timeout = options.on_timeout;
  x.when_full = options.when_full;
  x.wait = options.wait;
  x.max_failures = static_cast<std::uint64_t>(options.max_failures.value());
  std::uint64_t set = bits::extra | born_with_rare_words;
  if (options.limit.given()) {
    x.limit = static_cast<std::uint64_t>(options.limit.value());
    set |= bits::limited;
  }
  if (options.parent.given() || x.boxed) {
    nursery* const other = options.parent.other();
    x.logical_parent =
        other != nullptr ? detail::body_of(&detail::nursery_access::of(*other)) : detail::outside();
    set |= bits::adopted;
  }
  const context parent = (set & bits::adopted) != 0 ? x.logical_parent : s.outer;
  inherit_stops(parent);
  set |= inherited_from(parent) & bits::stopped;
  s.attention.store(set, std::memory_order_seq_cst);
}

// Makes the calling thread a worker of `of`, which is not the pool that it is in.
record& change_pool(crew& of, scope_extra& x) {
  record& there = of.enter(worker_kind::foreign);
  x.before = detail::this_worker();
  there.current.store(detail::this_context(), std::memory_order_relaxed);
  of.occupy_permit();
  there.has_permit.store(true, std::memory_order_relaxed);
  take_over(there);
  return there;
}

}  // namespace
}  // namespace covey::runtime

namespace covey::detail {

using namespace runtime;  // NOLINT(google-build-using-namespace): the compiled half of the same thing

void open_slowly(scope& s) {
  if (stack_pointer() < s.owner->stack_bound.load(std::memory_order_relaxed)) {
    s.owner = &enter_covey(s.opened_at);
    s.outer = this_context();
  }
  std::uint64_t set = inherited_from(s.outer);
  const unsigned int in_flight = s.owner->exceptions->uncaught;
  if (in_flight != 0 || (set & attention::tracked) != 0) {
    begin_rare_words(s, in_flight);
    set |= born_with_rare_words;
  }
  s.attention.store(set, std::memory_order_relaxed);
  enter_context(body_of(&s));
  if ((set & attention::tracked) != 0) {
    track_opening(s);
  }
}

void open_with_options(scope& s, const nursery_options& options, bool boxed) {
  check_options(options);
  record* const here = this_record();
  const bool inside = here != nullptr && detail::this_context() != outside();
  crew& of = options.pool != nullptr ? pool_access::crew_of(*options.pool)
             : inside                ? *here->of
                                     : default_crew();
  if (of.closed()) {
    throw_shut_down();
  }
  auto* const x = new scope_extra;
  begin_rare_words(s, 0);
  s.rare.store(x, std::memory_order_relaxed);
  s.attention.store(born_with_rare_words, std::memory_order_release);
  x->of = &of;
  x->boxed = boxed;
  if (boxed) {
    of.begin_stay();
  }
  try {
    if (!boxed) {
      record* me = here;
      if (me == nullptr || me->of != &of) {
        me = &change_pool(of, *x);
      } else if (!me->has_permit.load(std::memory_order_relaxed) &&
                 me->kind.load(std::memory_order_relaxed) == worker_kind::foreign) {
        enter_covey(s.opened_at);
      }
      s.owner = me;
      s.outer = detail::this_context();
      s.unwinding_and_entry.store(me->exceptions->uncaught, std::memory_order_relaxed);
      if (stack_pointer() < own_stack_bound() && near_stack_end(stack_pointer())) {
        stack_exhausted(s.opened_at);
      }
    }
    fill_extra(s, *x, options);
    track_scope(s);
    if (s.owner != nullptr) {
      enter_context(body_of(&s));
    }
    const clock::time_point timeout_end =
        options.timeout.given() ? options.timeout.after(clock_now()) : clock::time_point::max();
    start_deadline(s, std::min(timeout_end, options.deadline), options.timeout);
  } catch (...) {
    clear(s);
    throw;
  }
}

}  // namespace covey::detail
