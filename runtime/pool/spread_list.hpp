// SPDX-License-Identifier: Apache-2.0
// The batches of a pool whose items any worker may take.
#pragma once

#include <covey/detail/base/fork_mutex.hpp>
#include <covey/detail/batch/spread.hpp>
#include <covey/detail/task/frame.hpp>
#include <covey/detail/task/scope.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace covey::runtime {

// Functions of a folder above that a pool calls for its batches; each takes the batch's lock.
struct spread_calls {
  // A new child with a part of the batch; null: no part is worth it. @param no_memory set if there was no memory for the
  // child.
  detail::frame* (*steal)(detail::spread& of, bool only_parked, bool& no_memory) noexcept;
  // Whether steal() would find something.
  bool (*is_visible)(detail::spread& of) noexcept;
  // By the tick. @param starving set if ranges are parked and the thread that pulls has waited for its range since the last
  // tick.
  void (*tick)(detail::spread& of, bool& starving) noexcept;
  // Items of the user that have ended with a value, as far as is known.
  std::uint64_t (*finished)(detail::spread& of) noexcept;
};

// Lock order: the list, then a spread. A batch is reached through the list under its lock only, which withdraw() takes: so
// it may go afterwards. Not for use in a process that was forked after the pool was made.
class spread_list {
 public:
  // All batches are asked through one table: `calls` is the same at every call.
  void enroll(detail::spread& work, const spread_calls& calls) noexcept;
  void withdraw(detail::spread& work) noexcept;

  // Items of the batch whose scope that is. Nothing: it is no batch of this list, or has no items yet.
  struct item_count {
    std::uint64_t finished = 0;
    std::uint64_t total = 0;  // 0: unknown
  };
  [[nodiscard]] std::optional<item_count> items_of(const detail::scope& s) const noexcept;
  // A new child with a part of a batch; null: no part is worth it, or another thread uses the list.
  [[nodiscard]] detail::frame* steal(bool only_parked) noexcept;
  // Whether steal() would find something.
  [[nodiscard]] bool any_visible() const noexcept;
  // @param starving see spread_calls. @returns whether there is a batch.
  bool tick(bool& starving) noexcept;
  [[nodiscard]] bool is_empty() const noexcept {
    return count_.load(std::memory_order_seq_cst) == 0;
  }

 private:
  mutable detail::fork_mutex lock_;
  detail::spread* first_ = nullptr;      // guarded by lock_
  const spread_calls* calls_ = nullptr;  // of all of them; guarded by lock_
  std::atomic<std::size_t> count_{0};    // written under the lock; read without it as a hint
};

}  // namespace covey::runtime
