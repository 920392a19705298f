// SPDX-License-Identifier: Apache-2.0
// The scope of a nursery: its counts of children, its owner, its bits.
#pragma once

#include <covey/config.hpp>
#include <covey/detail/task/frame.hpp>
#include <covey/detail/task/worker.hpp>
#include <covey/task_info.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>

namespace covey::detail {

struct
    scope_extra;  // runtime/scope/scope_extra.hpp: options, failures, deadline, stop state; made on first need

// Three groups that different threads write, a cache line apart wherever the scope lies (checked by a test): what all
// read, what the owner writes, what thieves bring back. Within a group words that are written one after the other are
// neighbours: processors store two words a cycle into one line, and else one; fib is its stores. But no two zeros are:
// compilers would write them as one vector, out of which a count is read again before it has reached the cache (a
// twentieth of fib). What few nurseries need is not set before: unions spare the others the stores.
struct alignas(16) scope : context_base {
  // Whose deque holds the children; null: every spawn goes through the injector.
  worker* owner = nullptr;

  // Valid with attention::has_rare_words, which comes with whoever needs one of the two first (runtime/scope/rare_words.hpp).
  union {
    // Made by whoever needs it first (compare-exchange); belongs to the scope.
    std::atomic<scope_extra*> rare;
  };
  union {
    // Low half: exceptions in flight when it was opened. High half: index of its record at tracking level full; 0: none.
    //   written  the low half once, by the owner, before anybody knows the scope; the high half once, by whoever needs the
    //            record first (compare-exchange).
    //   read     by the owner, and by descendants that look for the record of what they are in.
    std::atomic<std::uint64_t> unwinding_and_entry;
  };
  std::byte apart_from_owner[48];

  // Children spawned by the owner. Written by the owner alone; read by joiners on other threads.
  std::atomic<std::uint64_t> spawned{0};
  context outer = 0;  // what this was opened in; restored at the end
  // Those of the children that the owner itself finished. Written by the owner alone; read like `spawned`.
  std::atomic<std::uint64_t> finished{0};
  covey::site opened_at;
  std::byte apart_from_thieves[48];

  // Valid with attention::migrated, which comes with the first child that goes to another worker (runtime/scope/migration.hpp).
  union {
    // Migrated children that have finished.
    //   written  + (acq_rel) by a thief, for one child or for a batch, as its last touch of the scope.
    //   read     by joiners: spawned == finished + finished_elsewhere means that no local child is out.
    std::atomic<std::uint64_t> finished_elsewhere;
  };
  union {
    // Finished children whose futures live, on their way back to the owner: pushed by thieves (release) before
    // `finished_elsewhere`, taken by the owner (acquire).
    std::atomic<frame*> done;
  };
  union {
    // With attention::targeted: the value of `finished_elsewhere` that the sleeping joiner waits for.
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

[[nodiscard]] inline context outside() noexcept {
  return reinterpret_cast<context>(&no_context);
}

}  // namespace covey::detail
