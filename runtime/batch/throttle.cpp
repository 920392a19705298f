// SPDX-License-Identifier: Apache-2.0
// The bound on what batches have in flight.
#include "pool/crew.hpp"
#include "worker/lot.hpp"

#include <covey/detail/batch/spread.hpp>
#include <covey/throttle.hpp>

#include <cstdint>
#include <limits>
#include <mutex>
#include <stdexcept>
#include <string>

namespace covey {

namespace {

constexpr std::int64_t most_items = std::numeric_limits<std::int32_t>::max();
constexpr std::int64_t most_budget = std::int64_t{1} << 62;

// @throws std::invalid_argument
std::uint64_t checked(const amount& given, std::int64_t most, const char* what) {
  if (!given.given()) {
    return std::numeric_limits<std::uint64_t>::max();
  }
  if (given.value() < 1 || given.value() > most) {
    throw std::invalid_argument(std::string("covey: the ") + what +
                                " of a throttle must be in 1 … " + std::to_string(most) + ", not " +
                                std::to_string(given.value()));
  }
  return static_cast<std::uint64_t>(given.value());
}

}  // namespace

throttle::throttle(amount limit, amount budget)
    : limit_(checked(limit, most_items, "limit")),
      budget_(checked(budget, most_budget, "budget")) {
}

void throttle::set_limit(amount limit) {
  const std::uint64_t value = checked(limit, most_items, "limit");
  const std::scoped_lock guard(lock_);
  limit_.store(value, std::memory_order_seq_cst);
  tell();
}

void throttle::set_budget(amount budget) {
  const std::uint64_t value = checked(budget, most_budget, "budget");
  const std::scoped_lock guard(lock_);
  budget_.store(value, std::memory_order_seq_cst);
  tell();
}

std::uint64_t throttle::items() const noexcept {
  return items_.load(std::memory_order_seq_cst);
}

std::uint64_t throttle::used() const noexcept {
  return used_.load(std::memory_order_seq_cst);
}

bool throttle::has_room(std::uint64_t weight) const noexcept {
  const std::uint64_t items = items_.load(std::memory_order_seq_cst);
  const std::uint64_t used = used_.load(std::memory_order_seq_cst);
  const std::uint64_t budget = budget_.load(std::memory_order_seq_cst);
  return items == 0 || (items < limit_.load(std::memory_order_seq_cst) && used <= budget &&
                        weight <= budget - used);
}

bool throttle::admit(std::uint64_t weight) noexcept {
  const std::scoped_lock guard(lock_);
  const std::uint64_t items = items_.load(std::memory_order_relaxed);
  const std::uint64_t used = used_.load(std::memory_order_relaxed);
  const std::uint64_t budget = budget_.load(std::memory_order_relaxed);
  const bool fits = used <= budget && weight <= budget - used;
  if (items != 0 && (items >= limit_.load(std::memory_order_relaxed) || !fits)) {
    return false;
  }
  items_.store(items + 1, std::memory_order_seq_cst);
  used_.store(used + weight, std::memory_order_seq_cst);
  return true;
}

void throttle::release(std::uint64_t weight) noexcept {
  const std::scoped_lock guard(lock_);
  items_.store(items_.load(std::memory_order_relaxed) - 1, std::memory_order_seq_cst);
  used_.store(used_.load(std::memory_order_relaxed) - weight, std::memory_order_seq_cst);
  tell();
}

// Wakes the batches with parked ranges, as there may be room for them. @pre the lock is held.
void throttle::tell() noexcept {
  for (detail::spread* user = users_; user != nullptr; user = user->next_in_throttle) {
    if (user->waiting.load(std::memory_order_seq_cst) == 0) {
      continue;
    }
    runtime::lot::wake(user);
    if (user->pool->has_idle_permit()) {
      user->pool->wake_one();
    }
  }
}

void throttle::attach(detail::spread& user) {
  const std::scoped_lock guard(lock_);
  user.next_in_throttle = users_;
  users_ = &user;
}

void throttle::detach(detail::spread& user) noexcept {
  const std::scoped_lock guard(lock_);
  detail::spread** at = &users_;
  while (*at != &user) {
    at = &(*at)->next_in_throttle;
  }
  *at = user.next_in_throttle;
}

}  // namespace covey
