// SPDX-License-Identifier: Apache-2.0
// Keeps failures and causes of stops, and makes the conclusion of a scope: what its join throws.
#include "outcome/failures.hpp"

#include "failures/failure_tree.hpp"
#include "outcome/deadline.hpp"
#include "outcome/failure_hook.hpp"
#include "outcome/stop.hpp"
#include "pool/crew.hpp"

#include <covey/composite_exception.hpp>
#include <covey/error.hpp>
#include <covey/unhandled_failure.hpp>

#include <algorithm>
#include <cstdio>
#include <memory>
#include <mutex>
#include <new>
#include <string>
#include <unistd.h>

namespace covey::runtime {

using detail::kept_failure;

namespace {

// The failures of a scope as an array for make_composite(); without memory, the first few of them.
class gathered {
 public:
  // @pre x.lock is held.
  gathered(scope_extra& x, bool undelivered_only) noexcept {
    const auto wanted = [&](const kept_failure& kept) {
      return !undelivered_only || !kept.delivered.load(std::memory_order_acquire);
    };
    std::size_t all = 0;
    for (const kept_failure* kept = x.first; kept != nullptr; kept = kept->next) {
      all += static_cast<std::size_t>(wanted(*kept));
    }
    capacity_ = all;
    if (all > few) {
      memory_.reset(new (std::nothrow) detail::failure[all]);
      if (memory_ == nullptr) {
        capacity_ = few;
      }
    }
    for (kept_failure* kept = x.first; kept != nullptr; kept = kept->next) {
      if (!wanted(*kept)) {
        continue;
      }
      kept->delivered.store(true, std::memory_order_release);
      if (count_ < capacity_) {
        data()[count_++] = kept->what;
      } else {
        ++left_out_;
      }
    }
    std::sort(data(), data() + count_, [](const detail::failure& a, const detail::failure& b) {
      return a.order < b.order;
    });
  }
  [[nodiscard]] detail::failure* data() noexcept {
    return memory_ != nullptr ? memory_.get() : stack_;
  }
  [[nodiscard]] std::size_t count() const noexcept { return count_; }
  [[nodiscard]] std::uint64_t left_out() const noexcept { return left_out_; }

 private:
  static constexpr std::size_t few = 8;
  detail::failure stack_[few];
  std::unique_ptr<detail::failure[]> memory_;
  std::size_t capacity_ = 0;
  std::size_t count_ = 0;
  std::uint64_t left_out_ = 0;
};

// Children that never started. 0 for a batch: its children are parts of the range, and its items are counted instead.
[[nodiscard]] std::uint64_t unrun_children(const scope& s, const scope_extra& x) noexcept {
  const std::uint64_t count = x.never_started.load(std::memory_order_relaxed);
  return count == 0 || crew_of(s).items_of(s) ? 0 : count;
}

[[nodiscard]] detail::scope_info info_of(const scope& s, const scope_extra& x) noexcept {
  detail::scope_info info;
  info.name = x.name;
  info.opened_at = s.opened_at;
  info.stop = x.why;
  info.not_kept = x.not_kept;
  info.never_started = unrun_children(s, x);
  return info;
}

// "; 7 children never started", or nothing.
[[nodiscard]] std::string left_unrun(const scope& s, const scope_extra& x) {
  const std::uint64_t count = unrun_children(s, x);
  return count == 0 ? std::string()
                    : "; " + std::to_string(count) + (count == 1 ? " child" : " children") +
                          " never started";
}

// What a join without failures throws after a stop; null: nothing.
[[nodiscard]] std::exception_ptr conclude_stop(scope& s, scope_extra& x, const stop_reason& why) {
  switch (why.kind) {
    case stop_kind::deadline:
      if (x.on_timeout == covey::on_timeout::return_partial) {
        return nullptr;
      }
      return std::make_exception_ptr(
          timeout_error("covey: " + expiry_in_words(s, x) + left_unrun(s, x), why));
    case stop_kind::shutdown:
      return std::make_exception_ptr(
          pool_error("covey: the pool was shut down under the " + in_words(s) + left_unrun(s, x)));
    case stop_kind::parent:
      return std::make_exception_ptr(cancelled(why));
    default:
      return nullptr;  // an own explicit stop: outcome() tells
  }
}

}  // namespace

detail::shared_stop* share_stop_of(scope& s) noexcept {
  inherit_stops(detail::body_of(&s));
  if (!is_stopped(s)) {
    return nullptr;
  }
  const stop_reason why = why_stopped(detail::body_of(&s));
  scope_extra& x = extra_of(s);
  const std::scoped_lock guard(x.lock);
  if (x.cause == nullptr) {
    x.cause = new (std::nothrow) detail::shared_stop;
    if (x.cause == nullptr) {
      return nullptr;
    }
    x.cause->why = why;
    x.cause->open.store(&s, std::memory_order_release);
  }
  x.cause->owners.fetch_add(1, std::memory_order_relaxed);
  return x.cause;
}

namespace {

// Puts a failure into the scope's list. @returns it, shared with the caller; null when it could only be counted.
// @param also counts it as well; null: it is a child's
kept_failure* keep(scope_extra& x, const detail::failure& what, std::uint64_t* also) noexcept {
  kept_failure* const kept = kept_failure::make();
  if (kept != nullptr) {
    kept->what = what;
  }
  const std::scoped_lock guard(x.lock);
  if (also != nullptr) {
    ++*also;
  }
  if (kept == nullptr || x.kept >= x.max_failures) {
    ++x.not_kept;
    if (kept != nullptr) {
      kept->owners.store(1, std::memory_order_relaxed);
    }
  } else {
    ++x.kept;
    (x.last != nullptr ? x.last->next : x.first) = kept;
    x.last = kept;
  }
  return kept;
}

}  // namespace

void keep_own_failure(scope& s, const std::exception_ptr& error, const label& of) noexcept {
  // After all children, whoever spawned them.
  scope_extra& x = extra_of(s);
  const detail::failure what{error, of, s.opened_at, ~std::uint64_t{0}};
  if (kept_failure* const kept = keep(x, what, &x.body_failures)) {
    kept->release();
  }
}

kept_failure* keep_failure(scope& s,
                           const frame* f,
                           const std::exception_ptr& error,
                           bool alone) noexcept {
  scope_extra& x = extra_of(s);
  x.failed.fetch_add(1, std::memory_order_relaxed);
  kept_failure* const kept = keep(x, {error, name_of_child(f), f->spawned_at, f->order}, nullptr);
  if (x.policy == covey::policy::fail_fast) {
    stop_reason why;
    why.kind = stop_kind::failure;
    why.scope = x.name;
    why.task = name_of_child(f);
    why.site = f->spawned_at;
    request_stop(s, why, alone);
  }
  if (x.on_failure) {
    tell_of_failure(s, {name_of_child(f), f->spawned_at, error, detail::composite_in(error)});
  }
  return kept;
}

void keep_item_failure(scope& s,
                       std::uint64_t index,
                       const label& name,
                       const site& where) noexcept {
  scope_extra& x = extra_of(s);
  x.failed.fetch_add(1, std::memory_order_relaxed);
  if (kept_failure* const kept =
          keep(x, {std::current_exception(), name, where, index}, &x.item_failures)) {
    kept->release();
  }
  stop_for_item(s, name, where);
}

void stop_for_item(scope& s, const label& name, const site& where) noexcept {
  scope_extra& x = extra_of(s);
  if (x.policy == covey::policy::fail_fast) {
    stop_reason why;
    why.kind = stop_kind::failure;
    why.scope = x.name;
    why.task = name;
    why.site = where;
    request_stop(s, why);
  }
}

bool obeys_stop(scope& s, bool asked) noexcept {
  try {
    throw;
  } catch (const cancelled&) {
    inherit_stops_and_shutdown(s);
    return asked || is_stopped(s);
  } catch (...) {
    return false;
  }
}

std::exception_ptr conclude(scope& s) noexcept {
  inherit_stops(detail::body_of(&s));
  const bool stopped = is_stopped(s);
  scope_extra* const x = stopped ? &extra_of(s) : extra_if_any(s);
  struct last_mark {
    scope& s;
    bool stopped;
    ~last_mark() {
      const std::uint64_t verdict = stopped ? 0 : detail::attention::unstopped;
      s.attention.fetch_or(detail::attention::joined | verdict, std::memory_order_seq_cst);
    }
  } const mark{s, stopped};
  if (x == nullptr) {
    return nullptr;
  }
  const stop_reason why = stopped ? why_stopped(detail::body_of(&s)) : stop_reason{};
  const std::scoped_lock guard(x->lock);
  if (x->concluded) {
    return x->conclusion;
  }
  x->concluded = true;
  x->why = why;  // kept: the scope above, which has the cause, may end first
  try {
    gathered failures(*x, x->policy == covey::policy::supervise);
    detail::scope_info info = info_of(s, *x);
    info.not_kept += failures.left_out();
    if (failures.count() + info.not_kept > 0) {
      x->conclusion =
          std::make_exception_ptr(detail::make_composite(failures.data(), failures.count(), info));
    } else if (stopped) {
      x->conclusion = conclude_stop(s, *x, why);
    }
  } catch (...) {
    x->conclusion = std::current_exception();  // no memory for the message
  }
  return x->conclusion;
}

void report_undelivered(scope& s) noexcept {
  scope_extra* const x = extra_if_any(s);
  if (x == nullptr) {
    return;
  }
  std::unique_lock guard(x->lock);
  if (x->concluded) {
    return;
  }
  x->concluded = true;
  gathered failures(*x, true);
  const detail::scope_info info = info_of(s, *x);
  guard.unlock();
  if (failures.count() > 0 || failures.left_out() > 0 || info.not_kept > 0) {
    try {
      detail::report_unhandled(detail::make_composite(failures.data(), failures.count(), info));
    } catch (
        ...) {  // NOLINT(bugprone-empty-catch): make_composite throws only when there is nothing to report
    }
  }
}

}  // namespace covey::runtime
