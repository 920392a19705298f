// SPDX-License-Identifier: Apache-2.0
// The exceptions of children: what is kept of them, and what get() throws.
#include "outcome/ended_stop.hpp"
#include "outcome/failures.hpp"
#include "outcome/stop.hpp"
#include "scope/context.hpp"

#include <covey/detail/compiled/child_failure.hpp>
#include <covey/detail/compiled/ending.hpp>
#include <covey/detail/compiled/frames.hpp>
#include <covey/detail/compiled/futures.hpp>
#include <covey/detail/compiled/scope_questions.hpp>
#include <covey/detail/task/child.hpp>
#include <covey/error.hpp>

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <future>
#include <new>
#include <stdexcept>
#include <string_view>

namespace covey::detail {

namespace {

// The cause of a stopped child whose scope was not stopped. Null: no memory.
[[nodiscard]] shared_stop* make_own_stop(const stop_reason& why) noexcept {
  auto* const cause = new (std::nothrow) shared_stop;
  if (cause != nullptr) {
    cause->why = why;
  }
  return cause;
}

void count_stopped(scope& s) noexcept {
  runtime::extra_of(s).stopped.fetch_add(1, std::memory_order_relaxed);
}

}  // namespace

phase store_failure(frame* f) noexcept {
  scope& s = *f->of;
  std::exception_ptr error = std::current_exception();
  if (error == nullptr) {
    // A forced unwind (pthread_cancel) or a foreign exception: it must not be swallowed, and no caller can take it.
    const label name(f->ops->name != nullptr ? f->ops->name(f) : std::string_view("unnamed"));
    std::fprintf(stderr,
                 "covey: a thread was cancelled or unwound by force inside the child '%.*s' "
                 "spawned at %s:%u\n",
                 static_cast<int>(name.view().size()),
                 name.view().data(),
                 f->spawned_at.file(),
                 static_cast<unsigned>(f->spawned_at.line()));
    std::abort();
  }
  const bool asked = (f->flags.load(std::memory_order_acquire) & frame_flag::stop) != 0;
  if (runtime::obeys_stop(s, asked)) {
    runtime::store_stop(f, runtime::share_stop_of(s));
    count_stopped(s);
    return phase::stopped;
  }
  stop_reason why;
  const runtime::absorbed own = runtime::ended_in_here(why);
  if (own == runtime::absorbed::stop) {
    runtime::store_stop(f, make_own_stop(why));
    count_stopped(s);
    return phase::stopped;
  }
  if (own == runtime::absorbed::deadline) {
    error = runtime::timeout_of(why);
  }
  runtime::stored_pointer(f) = runtime::keep_failure(s, f, error, false);
  return phase::failed;
}

namespace {

// Inside a handler: keeps the failure of a child that get() ran in place. @returns what that get() throws; null when the
// child obeyed a stop of its scope.
[[nodiscard]] std::exception_ptr take_failure(scope& s, const frame* f) {
  std::exception_ptr error = std::current_exception();
  if (error == nullptr) {
    throw;  // a forced unwind goes on
  }
  if (runtime::obeys_stop(s, false)) {
    count_stopped(s);
    s.attention.fetch_or(attention::extra, std::memory_order_relaxed);
    return nullptr;
  }
  stop_reason why;
  const runtime::absorbed own = runtime::ended_in_here(why);
  if (own == runtime::absorbed::stop) {
    count_stopped(s);
    return std::make_exception_ptr(cancelled(why));
  }
  if (own == runtime::absorbed::deadline) {
    error = runtime::timeout_of(why);
  }
  if (kept_failure* const kept = runtime::keep_failure(s, f, error, pending_of(s) == 1)) {
    kept->delivered.store(true, std::memory_order_release);
    kept->release();
  }
  return error;
}

// After take_failure(), inside the same handler: restores the context of the body, and throws what get() throws.
[[noreturn]] void pass_on(scope& s, const std::exception_ptr& error) {
  enter_context(body_of(&s));
  count_finished(s);
  if (error != nullptr) {
    std::rethrow_exception(error);
  }
  const stop_reason why = runtime::why_stopped(body_of(&s));
  join_scope(s);
  throw cancelled(why);
}

}  // namespace

void inline_child_threw(scope& s, frame* f) {
  const std::exception_ptr error = take_failure(s, f);
  f->ops->discard(f);
  release_frame(f);
  pass_on(s, error);
}

void resident_child_threw(scope& s, const frame_ops& ops, std::uint64_t order, site where) {
  // Its frame may be in use again. This one has the fields that messages read.
  frame remembered;
  remembered.ops = &ops;
  remembered.of = &s;
  remembered.spawned_at = where;
  remembered.order = order;
  pass_on(s, take_failure(s, &remembered));
}

void throw_outcome_of(frame* f) {
  if (f->phase.load(std::memory_order_acquire) == phase::failed) {
    kept_failure* const kept = runtime::stored_failure(f);
    end_future(f);
    if (kept == nullptr) {
      throw std::bad_alloc();  // the failure was counted, but there was no memory to keep it
    }
    kept->delivered.store(true, std::memory_order_release);
    const std::exception_ptr error = kept->what.error;
    kept->release();
    std::rethrow_exception(error);
  }
  shared_stop* const cause = runtime::stored_stop(f);
  const bool asked = (f->flags.load(std::memory_order_acquire) & frame_flag::stop) != 0;
  stop_reason why;
  scope* open = nullptr;
  if (cause != nullptr) {
    why = cause->why;
    open = cause->open.load(std::memory_order_acquire);
  } else if (asked) {
    why = runtime::own_stop_of(f);
  }
  end_future(f);
  if (cause != nullptr) {
    cause->release();
  }
  // In the body of its nursery get() acts as join(): the cause, with all failures, instead of "cancelled".
  if (open != nullptr && !asked) {
    context c = this_context();
    while (c != outside() && (c & context_tag) == in_body) {
      if (&runtime::scope_of(c) == open) {
        join_scope(*open);
        break;
      }
      c = runtime::scope_of(c).outer;
    }
  }
  throw cancelled(why);
}

}  // namespace covey::detail
