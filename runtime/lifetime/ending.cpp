// SPDX-License-Identifier: Apache-2.0
// Joins and ends scopes.
#include "lifetime/ending.hpp"

#include "lifetime/conclusion.hpp"
#include "lifetime/entering.hpp"
#include "lifetime/ledger.hpp"
#include "lifetime/misnesting.hpp"
#include "observe/tracker.hpp"
#include "outcome/deadline.hpp"
#include "outcome/ended_stop.hpp"
#include "outcome/failures.hpp"
#include "outcome/stop.hpp"
#include "pool/crew.hpp"
#include "pool/permits.hpp"
#include "run/execute.hpp"
#include "run/exiting.hpp"
#include "scope/context.hpp"
#include "scope/liveness.hpp"
#include "wait/limit.hpp"
#include "wait/waiting.hpp"
#include "worker/lot.hpp"
#include "worker/thread_switch.hpp"

#include <covey/composite_exception.hpp>
#include <covey/detail/compiled/ending.hpp>
#include <covey/detail/compiled/scope_questions.hpp>
#include <covey/error.hpp>
#include <covey/nursery.hpp>

#include <cstdio>
#include <cstdlib>
#include <cxxabi.h>
#include <string>

namespace covey::runtime {

namespace bits = detail::attention;

namespace {

void close(scope& s) {
  for (;;) {
    wait_children(s);
    s.attention.fetch_or(bits::closed | bits::extra, std::memory_order_seq_cst);
    if (s.owner != nullptr && s.owner != detail::this_worker()) {
      detail::heavy_barrier();  // a spawn of the owner that missed the bit is counted by now
    }
    if (all_back(s)) {
      return;
    }
    s.attention.fetch_and(~bits::closed, std::memory_order_seq_cst);
  }
}

// While it lives, the calling thread owns the record of the scope's owner, if that thread has exited. Likewise if the
// record is its own, of another pool: it opened the scope there, and then an inner one in this pool.
class adoption {
 public:
  explicit adoption(scope& s) noexcept {
    if (s.owner != nullptr && s.owner != detail::this_worker() &&
        (record_of(*s.owner).abandoned.load(std::memory_order_acquire) || is_open_here(s))) {
      adopted_ = &record_of(*s.owner);
      before_ = detail::this_worker();
      take_over(*adopted_);
    }
  }
  ~adoption() {
    if (adopted_ != nullptr) {
      become(*before_);
      if (adopted_->abandoned.load(std::memory_order_acquire)) {
        forget(*adopted_);
      }
      if (adopted_->current.load(std::memory_order_relaxed) == detail::outside() &&
          adopted_->abandoned.exchange(false, std::memory_order_acq_rel)) {
        leave_pool(*adopted_);
      }
    }
  }
  adoption(const adoption&) = delete;
  adoption& operator=(const adoption&) = delete;

 private:
  record* adopted_ = nullptr;
  detail::worker* before_ = nullptr;
};

}  // namespace

void clear(scope& s) noexcept {
  track_end(s);
  scope_extra* const x = extra_if_any(s);
  record* const me = s.owner != nullptr ? &record_of(*s.owner) : nullptr;
  if (x == nullptr) {
    if (me != nullptr) {
      replace_context(*me, detail::body_of(&s), s.outer);
    }
    close_books(s);
    mark_ended(s);
    return;
  }
  disarm_deadline(*x);
  if (x->visitors.load(std::memory_order_seq_cst) != 0) {
    lot::wake(&s);
    const permits_lent lent;
    lot::wait(&x->visitors, [x] { return x->visitors.load(std::memory_order_seq_cst) == 0; });
  }
  retire_stop(s);
  if (me != nullptr && me == this_record()) {
    // The owner looks again: a stop that it inherited under another parent may concern the context outside, too.
    me->stop_epoch = 0;
  }
  if (me != nullptr && !x->unhooked) {
    replace_context(*me, detail::body_of(&s), s.outer);
    if (x->before != nullptr) {
      change_pool_back(s);
    }
  }
  close_books(s);
  crew* const stayed_in = x->boxed ? x->of : nullptr;
  destroy_extra(s);
  mark_ended(s);
  if (stayed_in != nullptr) {
    stayed_in->end_stay();
  }
}

}  // namespace covey::runtime

namespace covey::detail {

using namespace runtime;  // NOLINT(google-build-using-namespace): the compiled half of the same thing

void join_scope(scope& s) {
  require_open(s, "join()");
  const adoption owner_elsewhere(s);
  if (!concluded(s)) {
    scope_extra* const x = s.owner != this_worker() ? &extra_of(s) : nullptr;
    if (x != nullptr) {
      x->visitors.fetch_add(1, std::memory_order_seq_cst);
    }
    struct leaving {
      scope_extra* x;
      ~leaving() {
        if (x != nullptr) {
          const void* const where = &x->visitors;
          x->visitors.fetch_sub(1, std::memory_order_seq_cst);
          lot::wake(where);
        }
      }
    } const guard{x};
    close(s);
    if (const std::exception_ptr outcome = conclude(s)) {
      throw_conclusion(s, outcome);
    }
    return;
  }
  if (const std::exception_ptr outcome = conclude(s)) {
    throw_conclusion(s, outcome);
  }
}

void drain_scope(scope& s) {
  require_open(s, "wait_idle()");
  const adoption owner_elsewhere(s);
  wait_children(s);
}

namespace {

// Ends a scope that would have ended on the fast path, were it not for the bits `slow_end` and `tracked`.
// @returns false: the scope has to end in full.
[[nodiscard]] bool try_end_as_fast(scope& s) noexcept {
  constexpr std::uint64_t marks = attention::slow_end | attention::tracked;
  // Also with rare words alone: its entry was taken back, or it was opened while an exception was in flight.
  if ((s.attention.load(std::memory_order_relaxed) & (marks | attention::has_rare_words)) == 0) {
    return false;
  }
  const std::uint64_t others = s.attention.fetch_and(~marks, std::memory_order_seq_cst) & ~marks;
  if ((others & ~born_with_rare_words) != 0 || !is_quiet(s, {})) {
    return false;
  }
  track_end(s);
  enter_context(s.outer);
  close_books(s);
  mark_ended(s);
  return true;
}

}  // namespace

void end_scope(scope& s) {
  if (try_end_as_fast(s)) {
    return;
  }
  const scope_extra* const extra = extra_if_any(s);
  const bool hooked = extra == nullptr || !extra->unhooked;
  const std::string inner = hooked && is_open_here(s) ? end_inner_scopes(s) : std::string();
  const adoption owner_elsewhere(s);
  record& owner = record_of(*s.owner);
  if (owner.of->from_before_fork()) {
    if (this_worker() == s.owner) {
      enter_context(s.outer);
    }
    return;  // its children do not exist in this process
  }
  if (pending_of(s) != 0 && ends_at_exit(s)) {
    if (end_children_at_exit(s)) {
      report_undelivered(s);
      clear(s);
    }
    return;  // a static nursery
  }
  const bool mine = this_worker() == s.owner;
  const unsigned int in_flight =
      reinterpret_cast<const exception_globals*>(abi::__cxa_get_globals())->uncaught;
  std::exception_ptr outcome;
  const auto unwinding = static_cast<unsigned int>(entry_word(s));
  if (mine ? in_flight > unwinding : in_flight > 0) {
    finish_quietly(s);
  } else {
    const bool silent = concluded(s);
    try {
      wait_children(s);
    } catch (const pool_error&) {
      if (owner.of->from_before_fork()) {
        enter_context(
            s.outer);  // a child that was run here forked, and came back in the forked process
        return;
      }
      throw;
    }
    inherit_stops(body_of(&s));
    if (!silent && (s.attention.load(std::memory_order_seq_cst) &
                    (attention::extra | attention::stopped)) != 0) {
      outcome = conclude(s);
    }
  }
  const std::string words = inner.empty() ? std::string() : in_words(s);
  let_out(s, outcome, !inner.empty());
  clear(s);
  if (!inner.empty()) {
    throw structure_error("covey: the " + words + " ended before the " + inner +
                          ", which was opened inside it; give the inner one an explicit parent, or "
                          "end them in reverse order");
  }
  if (outcome != nullptr) {
    std::rethrow_exception(outcome);
  }
}

void finish_quietly(scope& s) noexcept {
  leaving_by_exception leaving;
  if (!all_back(s)) {
    stop_reason why;
    why.kind = stop_kind::explicit_stop;
    why.scope = name_of(s);
    why.site = s.opened_at;
    why.text = label("an exception leaves the body");
    request_stop(s, why);
    try {
      wait_children(s);
    } catch (
        ...) {  // NOLINT(bugprone-empty-catch): a child that ends its own nursery; nothing can be waited for
    }
  }
  report_undelivered(s);
  leaving.end(s);
}

void end_boxed(scope& s) noexcept {
  if (crew_of(s).from_before_fork()) {
    return;
  }
  if (pending_of(s) != 0 && ends_at_exit(s) && !end_children_at_exit(s)) {
    return;
  }
  try {
    if (!concluded(s)) {
      wait_children(s);
    }
  } catch (const std::exception& e) {
    std::fprintf(stderr, "covey: a nursery_box is destroyed by a child of its own: %s\n", e.what());
    std::abort();
  }
  s.attention.fetch_or(attention::closed, std::memory_order_seq_cst);
  report_undelivered(s);
  if (crew_of(s).from_before_fork()) {
    return;  // the handler forked
  }
  clear(s);
}

}  // namespace covey::detail
