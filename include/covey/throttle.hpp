// SPDX-License-Identifier: Apache-2.0
// The bound on what batches have in flight.
#pragma once

#include <covey/config.hpp>
#include <covey/detail/base/fork_mutex.hpp>
#include <covey/policy.hpp>

#include <atomic>
#include <cstdint>

namespace covey {

namespace detail {
struct spread;
struct throttle_access;
}  // namespace detail

/// Bounds what batches have in flight, adjustable while they run: a number of items, and a budget for their weights
/// (see weighted()). No worker blocks at a bound: it does something else, and the items wait.
///
/// One throttle may serve several batches at once; it must outlive them. An item holds its room to its end: a batch that
/// it opens under the same throttle is refused with structure_error, for the two would wait for each other.
/// Thread safety: all members may be called from any thread.
class COVEY_API throttle {
 public:
  /// @param limit   items in flight, 1 … 2^31 - 1; not given: no bound
  /// @param budget  sum of the weights in flight, 1 … 2^62; not given: no bound. An item that weighs more than the
  ///                whole budget runs when nothing else is in flight.
  /// @throws std::invalid_argument naming the valid range
  explicit throttle(amount limit = {}, amount budget = {});
  throttle(throttle&&) = delete;
  throttle& operator=(throttle&&) = delete;
  ~throttle() = default;

  /// Changes a bound. A lower one takes effect as items finish: none is interrupted. @throws as the constructor.
  void set_limit(amount limit);
  void set_budget(amount budget);

  /// @returns the items in flight now.
  [[nodiscard]] std::uint64_t items() const noexcept;
  /// @returns the sum of their weights.
  [[nodiscard]] std::uint64_t used() const noexcept;

 private:
  friend struct detail::throttle_access;
  // A hint without the lock: whether something of that weight could start.
  [[nodiscard]] bool has_room(std::uint64_t weight) const noexcept;
  [[nodiscard]] bool admit(std::uint64_t weight) noexcept;  // takes the room
  void release(std::uint64_t weight) noexcept;              // gives it back, and tells the batches
  void attach(detail::spread& user);
  void detach(detail::spread& user) noexcept;
  void tell() noexcept;

  mutable detail::fork_mutex lock_;
  detail::spread* users_ = nullptr;  // guarded by lock_
  // Written under the lock; read without it as hints.
  std::atomic<std::uint64_t> limit_;
  std::atomic<std::uint64_t> budget_;
  std::atomic<std::uint64_t> items_{0};
  std::atomic<std::uint64_t> used_{0};
};

}  // namespace covey
