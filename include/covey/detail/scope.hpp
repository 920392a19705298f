// SPDX-License-Identifier: Apache-2.0
// The scope of a nursery: who its children are, how many are out; and what the compiled half does for it.
#pragma once

#include <covey/config.hpp>
#include <covey/detail/frame.hpp>
#include <covey/detail/worker.hpp>
#include <covey/outcome.hpp>
#include <covey/policy.hpp>
#include <covey/stop_token.hpp>
#include <covey/task_info.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace covey::detail {

struct
    scope_extra;  // runtime/scope_extra.hpp: options, failures, deadline, stop state; made on first need

// Three groups that different threads write, a cache line apart wherever the scope lies (checked by a test): what all
// read, what the owner writes, what thieves bring back. Within a group words that are written one after the other are
// neighbours: processors store two words a cycle into one line, and else one; fib is its stores. But no two zeros are:
// compilers would write them as one vector, out of which a count is read again before it has reached the cache (a
// twentieth of fib). What few nurseries need is not set before: unions spare the others the stores.
struct alignas(16) scope : context_base {
  worker* owner =
      nullptr;  // whose deque holds the children; null: every spawn goes through the injector

  // Valid with attention::noted, which comes with whoever needs one of the two first (runtime/notes.hpp).
  union {
    // Made by whoever needs it first (compare-exchange); belongs to the scope.
    std::atomic<scope_extra*> rare;
  };
  union {
    // Low half: exceptions in flight when it was opened. High half: index of its record at tracking level full; 0: none.
    //   written  the low half once, by the owner, before anybody knows the scope; the high half once, by whoever needs the
    //            record first (compare-exchange).
    //   read     by the owner, and by descendants that look for the record of what they are in.
    std::atomic<std::uint64_t> unwinding_and_record;
  };
  std::byte apart_from_owner[48];

  // Children spawned by the owner. Written by the owner alone; read by joiners on other threads.
  std::atomic<std::uint64_t> spawned{0};
  context outer = 0;  // what this was opened in; restored at the end
  // Those of the children that the owner itself finished. Written by the owner alone; read like `spawned`.
  std::atomic<std::uint64_t> finished{0};
  covey::site opened_at;
  std::byte apart_from_thieves[48];

  // Valid with attention::lent, which comes with the first child that goes to another worker (runtime/lent.hpp).
  union {
    // Children of the owner's that other workers finished.
    //   written  + (acq_rel) by a thief, for one child or for a batch, as its last touch of the scope.
    //   read     by joiners: spawned == finished + returned means that no local child is out.
    std::atomic<std::uint64_t> returned;
  };
  union {
    // Finished children whose futures live, on their way back to the owner: pushed by thieves (release) before
    // `returned`, taken by the owner (acquire).
    std::atomic<frame*> done;
  };
  union {
    // With attention::targeted: the value of `returned` that the sleeping joiner waits for.
    std::atomic<std::uint64_t> target;
  };

  // The bytes between the groups stay as they are: clearing them would cost every nursery.
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-member-init)
  explicit scope(const site& where) noexcept : opened_at(where) {}
  // In the innermost context of this thread, with default options; unless opens_slowly().
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-member-init)
  COVEY_INLINE scope(own_words words, const site& where) noexcept
      : owner(words.owned()),
        outer(words.now()),
        opened_at(where) {}
};

[[nodiscard]] inline context_base* base_of(context c) noexcept {
  return reinterpret_cast<context_base*>(c & ~context_tag);
}
[[nodiscard]] inline context body_of(scope* s) noexcept {
  return reinterpret_cast<context>(static_cast<context_base*>(s)) | in_body;
}
[[nodiscard]] inline context child_of(scope* s) noexcept {
  return reinterpret_cast<context>(static_cast<context_base*>(s)) | in_child;
}

// The context of threads that run no covey code.
COVEY_API extern context_base no_context;
[[nodiscard]] inline context outside() noexcept {
  return reinterpret_cast<context>(&no_context);
}

// Compiled halves.
COVEY_API void open_with_options(scope& s, const nursery_options& options, bool boxed);
COVEY_API void end_scope(scope& s);  // the destructor's slow path: waits, may throw the outcome
COVEY_API void end_boxed(scope& s) noexcept;  // of nursery_box: failures go to the sink
COVEY_API void open_slowly(scope& s);         // enters the body, too; throws as the nursery
COVEY_API void finish_quietly(
    scope& s) noexcept;                // stop, wait, report what nobody received: for unwinding
COVEY_API void join_scope(scope& s);   // waits, closes, throws the outcome
COVEY_API void drain_scope(scope& s);  // wait_idle: waits, throws nothing of the children
// What a scope that wants attention says to a new child: queue it, it is settled already, or not taken.
enum class admission : std::uint8_t { go_on, settled, refused };
COVEY_API admission admit(scope& s, frame* f, bool may_refuse);
COVEY_API bool spawn_elsewhere(scope& s,
                               frame* f,
                               bool may_refuse);  // not the owner; false: refused
COVEY_API void refuse_null();
COVEY_API void look_for_stop(scope& s) noexcept;  // an ancestor's stop comes down to it
// Takes a queued child that the owner of its scope spawned out of the deque where it is queued.
COVEY_API bool claim(worker& me, frame* f) noexcept;
COVEY_API void run_claimed(worker& me, frame* f) noexcept;  // full path: context, state, hand-over
COVEY_API void await(frame* f);  // until the child has finished, working meanwhile
COVEY_API clock::time_point clock_now() noexcept;  // steady, or the virtual clock
COVEY_API task_state state_of(const frame* f) noexcept;
COVEY_API bool await_until(const frame* f,
                           clock::time_point until);  // never runs a child on this stack
// Inside a handler: of a child that get() ran in place, in its frame or without one.
[[noreturn]] COVEY_API void inline_child_threw(scope& s, frame* f);
[[noreturn]] COVEY_API void resident_child_threw(scope& s,
                                                 const frame_ops& ops,
                                                 std::uint64_t order,
                                                 site where);
[[noreturn]] COVEY_API void throw_outcome_of(frame* f);  // get() on a child without a value
// Inside a handler: keeps what a child threw. @returns the phase in which the child ends, not stored yet
[[nodiscard]] COVEY_API phase store_failure(frame* f) noexcept;
COVEY_API void drop_future(frame* f) noexcept;
COVEY_API void leave_future(frame* f) noexcept;   // the future took the result
COVEY_API void publish_frame(frame* f) noexcept;  // make sure that somebody can start it
COVEY_API void request_child_stop(frame* f) noexcept;
[[noreturn]] COVEY_API void throw_no_state();

// The cold face of nurseries.
COVEY_API std::size_t pending_of(const scope& s) noexcept;
// As pending_of(), with what thieves have finished and not reported yet.
COVEY_API std::size_t count_pending(const scope& s) noexcept;
COVEY_API void stop_scope(scope& s, std::string_view text, const site& where);
COVEY_API bool scope_stopped(const scope& s) noexcept;
COVEY_API stop_token token_of_scope(scope& s);
COVEY_API nursery_outcome outcome_of(const scope& s);
COVEY_API void set_deadline(scope& s, clock::time_point when);
COVEY_API clock::time_point deadline_of(const scope& s) noexcept;
COVEY_API label name_of(const scope& s) noexcept;
COVEY_API void open_door(scope& s);
COVEY_API void close_door(scope& s) noexcept;
[[noreturn]] COVEY_API void throw_closed_door();

}  // namespace covey::detail
