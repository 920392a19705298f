// SPDX-License-Identifier: Apache-2.0
// Items that have to be pulled: who may pull, how far ahead, and the blocks in which they lie until they are worked on.
#pragma once

#include <covey/config.hpp>
#include <covey/detail/batch/spread.hpp>
#include <covey/detail/fast/barrier.hpp>
#include <covey/policy.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <limits>

namespace covey::detail {

// Items that were pulled together, as the engine sees them.
struct item_block {
  std::uint64_t first = 0;   // index of the first item
  std::uint64_t number = 0;  // of the block, among all
  // Items that have not been worked on.
  //   written  by the puller, before others see the block; down (acq_rel) by whoever has worked on some.
  //   order    whoever takes it to zero sees all results, and has the block for itself.
  std::atomic<std::uint64_t> left{0};
  item_block* next = nullptr;  // among the spare ones; guarded by the lock of the spread
};

struct item_source;

// Whether store_before_loads() is enough on one side.
[[nodiscard]] COVEY_API bool has_light_barrier() noexcept;
// The puller saw `cut`. @returns whether the block that it fills was taken from it.
[[nodiscard]] COVEY_API bool was_cut(spread& w) noexcept;

// Where pulled items come from. Proofs: runtime/README.md, "Pulled items".
struct COVEY_API item_source {
  // The pull role: one thread at a time, never waited for.
  //   written  true by an exchange that reads false; false by the same thread.
  //   order    seq_cst: part of the sleep protocol; an exchange sees what the last holder left in the iterators.
  std::atomic<bool> pulling{false};
  std::atomic<bool> ended{false};  // written under the role: the range has ended, or failed
  // Items and blocks that were pulled. Written under the role.
  std::atomic<std::uint64_t> pulled{0};
  std::atomic<std::uint64_t> blocks{0};
  // Those of them that have left the window. Written by the thread that delivers; seq_cst: part of the sleep protocol.
  std::atomic<std::uint64_t> pulled_out{0};
  std::atomic<std::uint64_t> blocks_out{0};
  // Nanoseconds that pulling one item took last. Written under the role.
  std::atomic<std::uint64_t> pull_cost{0};
  // Low half: twice the items in the block that is being filled, and one more while the holder of the role is inside the
  // range's code, where it may be for any length of time, and touches the block neither there nor when it finds it taken.
  // High half: counts the pulls, so that two looks tell whether anything has moved.
  //   written  under the role; release: the items are there.
  //   read     by whoever takes the block, after a heavy_barrier() (pairs with the light one in leave()).
  std::atomic<std::uint64_t> filling{0};
  // Somebody takes, or has taken, the block that is being filled. Written under the spread's lock; read by the puller.
  std::atomic<bool> cut{false};
  item_block* open = nullptr;  // that block; null: it was taken. Guarded by the spread's lock
  const bool light = has_light_barrier();
  // How far ahead it is pulled after blocks were taken because the range made the puller wait. Under the role.
  std::uint64_t cuts = 0;
  std::uint64_t single_pulls = 0;  // so many times one item
  std::uint64_t allowed = std::numeric_limits<std::uint64_t>::max();
  // What others saw of `filling`, and since when; guarded by the spread's lock.
  std::uint64_t seen = 0;
  clock::time_point seen_since{};
  std::uint64_t seen_at_tick = 0;
  // How many may be inside the window. Set before the batch begins.
  std::uint64_t window = std::numeric_limits<std::uint64_t>::max();
  std::uint64_t block_window = std::numeric_limits<std::uint64_t>::max();
  std::uint64_t most_at_once = std::numeric_limits<std::uint64_t>::max();

  static constexpr std::uint64_t one_pull = std::uint64_t{1} << 32U;
  [[nodiscard]] COVEY_INLINE static std::uint64_t count_in(std::uint64_t word) noexcept {
    return (word & (one_pull - 1)) / 2;
  }
  // @returns what `filling` begins with.
  [[nodiscard]] std::uint64_t next_pull() const noexcept {
    return (filling.load(std::memory_order_relaxed) & ~(one_pull - 1)) + one_pull;
  }
  // Before the range's code runs.
  COVEY_INLINE void enter(std::uint64_t word) noexcept {
    filling.store(word + 1, std::memory_order_release);
  }
  // After it. @returns false: look at was_cut().
  [[nodiscard]] COVEY_INLINE bool leave(std::uint64_t word) noexcept {
    if (light) [[likely]] {
      store_before_loads(filling, word);
    } else {
      filling.exchange(word, std::memory_order_seq_cst);
    }
    return !cut.load(std::memory_order_seq_cst);
  }
  // How many to pull of those wanted. Under the role.
  [[nodiscard]] std::uint64_t dare(std::uint64_t want) noexcept;
  // @returns how many items there is room for; 0: none.
  [[nodiscard]] std::uint64_t room() const noexcept;
  // Nobody pulls, there is room, and pulling is so cheap that one more worker finds enough to do.
  [[nodiscard]] bool wants_another(const spread& of) const noexcept;
};

// Takes the pull role, unless another thread has it.
class pull_role {
 public:
  explicit pull_role(item_source& from) noexcept
      : of_(from),
        here_(!from.ended.load(std::memory_order_seq_cst) &&
              !from.pulling.exchange(true, std::memory_order_seq_cst)) {}
  ~pull_role() {
    if (here_) {
      of_.pulling.store(false, std::memory_order_seq_cst);
    }
  }
  pull_role(const pull_role&) = delete;
  pull_role& operator=(const pull_role&) = delete;
  [[nodiscard]] bool here() const noexcept { return here_; }

 private:
  item_source& of_;
  bool here_;
};

// Something changed that a worker may have waited for without sleeping on it: wakes one if a place is free.
COVEY_API void offer_pull(spread& w) noexcept;
// Workers of the pool.
[[nodiscard]] COVEY_API std::uint64_t workers_of(const spread& w) noexcept;
// Whether the batch was stopped; results that are there may be delivered until then.
[[nodiscard]] COVEY_API bool was_stopped(const spread& w) noexcept;
// Inside a handler: the sink threw at that item. @returns whether to go on.
[[nodiscard]] COVEY_API bool sink_threw(spread& w, std::uint64_t index) noexcept;
// "the range at item 17".
[[nodiscard]] COVEY_API label name_of_pull(std::uint64_t index) noexcept;

}  // namespace covey::detail
