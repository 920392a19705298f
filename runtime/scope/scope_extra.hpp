// SPDX-License-Identifier: Apache-2.0
// The part of a scope that is made on first need: options, failures, the cause of its stop, a deadline, counters.
#pragma once

#include "base/fork.hpp"
#include "scope/rare_words.hpp"
#include "time/timekeeper.hpp"
#include "worker/record.hpp"

#include <covey/composite_exception.hpp>
#include <covey/detail/failure/failure.hpp>
#include <covey/detail/stop/stop_state.hpp>
#include <covey/detail/task/scope.hpp>
#include <covey/policy.hpp>
#include <covey/task_info.hpp>

#include <atomic>
#include <cstdint>
#include <exception>
#include <functional>
#include <list>
#include <string>

namespace covey::detail {

// One failure, shared by the scope and by the frame of the child that failed.
struct kept_failure {
  failure what;
  // References: of the scope and of the frame. Written by release(), -1 (acq_rel): the last one deletes the object.
  std::atomic<int> owners{2};
  // Somebody has received the failure. Written true by get() (release); read by joins under supervise and by the sink.
  std::atomic<bool> delivered{false};
  kept_failure* next = nullptr;  // guarded by the scope's extra lock
  bool emergency = false;        // lies in the emergency store

  static kept_failure* make() noexcept;  // null: no memory anywhere
  void release() noexcept;
};

// Why children of a scope were stopped or not started; shared by the scope and their frames.
struct shared_stop {
  std::atomic<int> owners{1};
  stop_reason why;
  // The scope while it is open, else null: get() by its owner then acts as join().
  std::atomic<scope*> open{nullptr};
  void release() noexcept;
};

struct deadline_timer : runtime::timer {
  scope* of = nullptr;
};

struct scope_extra {
  runtime::fork_mutex lock;

  // Set before the scope is shared, then only read.
  label name;
  covey::policy policy = covey::policy::fail_fast;
  covey::on_timeout on_timeout = covey::on_timeout::fail;
  covey::when_full when_full = covey::when_full::run_inline;
  covey::wait_rule wait = covey::wait_rule::strict;
  std::uint64_t limit = ~std::uint64_t{0};
  std::uint64_t max_failures = 1000;
  context logical_parent = 0;
  runtime::crew* of = nullptr;  // the pool; for owned scopes also in the owner's record
  // The worker that the thread had before it entered another pool; null: same.
  worker* before = nullptr;
  std::function<void(const failed_child&)> on_failure;
  bool boxed = false;
  bool emergency = false;  // lies in the emergency store

  // Guarded by `lock`.
  kept_failure* first = nullptr;
  kept_failure* last = nullptr;
  std::uint64_t kept = 0;
  std::uint64_t not_kept = 0;
  stop_reason why;  // kind none: not stopped by itself
  shared_stop* cause = nullptr;
  bool concluded = false;
  std::exception_ptr conclusion;
  bool handed_out = false;  // the conclusion was thrown, or its failures were given to the sink
  std::uint64_t item_failures = 0;  // of items of a batch: among `failed`, but not children
  std::uint64_t body_failures = 0;  // of the body: not among `failed`
  bool unhooked = false;      // joined early, by an outer scope that ended first (misnesting.cpp)
  bool counted_stop = false;  // counted among the active stops
  bool telling = false;       // a thread runs the on_failure hook
  std::list<failed_child> untold;  // failures for which that thread calls the hook next

  // Made on first need: compare-exchange of null, by any thread that asks for a token.
  std::atomic<stop_state*> state{nullptr};
  // Own deadline (nanoseconds of the clock), max: none. Written under the lock, read by descendants.
  std::atomic<clock::rep> deadline{clock::time_point::max().time_since_epoch().count()};
  deadline_timer timer;
  clock::duration
      asked_timeout{};    // what the options gave, for messages; zero: a deadline, or none
  std::string at_expiry;  // "3 children had not finished, among them 'a'"; guarded by `lock`

  // Of a scope with a limit. Low half: taken seats. High half: children that wait for a seat; zero unless all seats are
  // taken. At most `limit` seats are taken, and one more for each child that is run by a child which waits for it.
  //   written  by spawns and by ends of children (compare-exchange, seq_cst: others sleep until a seat is free).
  //   read     by joiners: zero means that no child will touch the scope any more.
  std::atomic<std::uint64_t> seats{0};
  // The children that wait for a seat, and those that were given one and not yet removed; guarded by `lock`.
  std::list<frame*> waiting;

  // Counters of children by their end, and the order of those spawned by others than the owner. Relaxed.
  std::atomic<std::uint64_t> failed{0};
  std::atomic<std::uint64_t> stopped{0};
  std::atomic<std::uint64_t> never_started{0};
  std::atomic<std::uint64_t> refused{0};  // never started, and not counted as spawned by the owner
  std::atomic<std::uint64_t> remote_spawned{0};
  // Threads in join() that do not own the scope. Written by them, +1 and -1; the end of the scope waits for zero.
  std::atomic<std::uint32_t> visitors{0};
};

}  // namespace covey::detail

namespace covey::runtime {

using detail::scope_extra;

// The scope_extra of a scope, made if there is none. When the heap is exhausted it is made in the emergency store; when
// that is exhausted, too, the process ends.
[[nodiscard]] scope_extra& extra_of(detail::scope& s) noexcept;
[[nodiscard]] inline scope_extra* extra_if_any(const detail::scope& s) noexcept {
  return has_rare_words(s) ? s.rare.load(std::memory_order_acquire) : nullptr;
}
void destroy_extra(detail::scope& s) noexcept;

// "nursery 'name' opened at file:line"; reads well after "the".
[[nodiscard]] std::string in_words(const detail::scope& s);

// The pool that a scope's children run in.
[[nodiscard]] crew& crew_of(const detail::scope& s) noexcept;

}  // namespace covey::runtime
