// SPDX-License-Identifier: Apache-2.0
// Pulled items: the pull role, the window, and the blocks that hold items until they are worked on.
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
  //   written  by the puller, before the block is shared; - (acq_rel) by threads that have worked on some.
  //   order    the thread whose decrement gives zero sees all results, and owns the block.
  std::atomic<std::uint64_t> left{0};
  item_block* next = nullptr;  // among the spare ones; guarded by the lock of the spread
};

struct item_source;

// Whether the asymmetric fence works, so that store_before_loads() is enough on one side.
[[nodiscard]] COVEY_API bool has_asymmetric_fence() noexcept;
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
  // Low half: twice the number of items in the open block, plus one while the holder of the role is inside the range's
  // code. There it may be for any length of time, and does not access the block. High half: the number of the pull, so that
  // two readings tell whether the puller has made progress.
  //   written  under the role (release: the items are stored before).
  //   read     by a thread that takes the block, after a heavy_barrier(); pairs with store_before_loads() in exit_range().
  std::atomic<std::uint64_t> filling{0};
  // A thread takes, or has taken, the open block. Written under the spread's lock; read by the puller.
  std::atomic<bool> cut{false};
  // The open block: being filled; null: it was taken. Guarded by the spread's lock.
  item_block* open = nullptr;
  const bool light = has_asymmetric_fence();
  // How many items are pulled at a time after open blocks were taken. Under the role.
  std::uint64_t cuts = 0;          // blocks that were taken of late
  std::uint64_t single_pulls = 0;  // next pulls of one item each
  std::uint64_t allowed = std::numeric_limits<std::uint64_t>::max();
  // The value of `filling` that other threads read last, and when it changed; guarded by the spread's lock.
  std::uint64_t seen = 0;
  clock::time_point seen_since{};
  std::uint64_t seen_at_tick = 0;
  // The size of the window, in items and in blocks, and the most items of one pull. Set before the batch begins.
  std::uint64_t window = std::numeric_limits<std::uint64_t>::max();
  std::uint64_t block_window = std::numeric_limits<std::uint64_t>::max();
  std::uint64_t most_at_once = std::numeric_limits<std::uint64_t>::max();

  static constexpr std::uint64_t one_pull = std::uint64_t{1} << 32U;
  [[nodiscard]] COVEY_INLINE static std::uint64_t count_in(std::uint64_t word) noexcept {
    return (word & (one_pull - 1)) / 2;
  }
  // @returns the value of `filling` at the begin of the next pull.
  [[nodiscard]] std::uint64_t next_pull() const noexcept {
    return (filling.load(std::memory_order_relaxed) & ~(one_pull - 1)) + one_pull;
  }
  // Before the range's code runs.
  COVEY_INLINE void enter_range(std::uint64_t word) noexcept {
    filling.store(word + 1, std::memory_order_release);
  }
  // After it. @returns false: look at was_cut().
  [[nodiscard]] COVEY_INLINE bool exit_range(std::uint64_t word) noexcept {
    if (light) [[likely]] {
      store_before_loads(filling, word);
    } else {
      filling.exchange(word, std::memory_order_seq_cst);
    }
    return !cut.load(std::memory_order_seq_cst);
  }
  // @returns how many of the wanted items to pull now: fewer after open blocks were taken. Under the role.
  [[nodiscard]] std::uint64_t dare(std::uint64_t want) noexcept;
  // @returns how many items there is room for; 0: none.
  [[nodiscard]] std::uint64_t room() const noexcept;
  // True when no thread pulls, the window has room, and pulling is cheap enough to keep one more worker busy.
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

// After the role was given back or the window moved: wakes a worker if a permit is free and it could pull.
COVEY_API void offer_pull(spread& w) noexcept;
// Workers of the pool.
[[nodiscard]] COVEY_API std::uint64_t workers_of(const spread& w) noexcept;
// Whether the batch was stopped; no result is delivered after that.
[[nodiscard]] COVEY_API bool was_stopped(const spread& w) noexcept;
// Inside a handler: the sink threw at that item. @returns whether to go on.
[[nodiscard]] COVEY_API bool sink_threw(spread& w, std::uint64_t index) noexcept;
// "the range at item 17".
[[nodiscard]] COVEY_API label name_of_pull(std::uint64_t index) noexcept;

}  // namespace covey::detail
