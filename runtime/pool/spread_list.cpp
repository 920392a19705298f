// SPDX-License-Identifier: Apache-2.0
// The batches of a pool, asked one after the other.
#include "pool/spread_list.hpp"

#include "base/assert.hpp"

#include <mutex>

namespace covey::runtime {

using detail::frame;
using detail::spread;

void spread_list::enroll(spread& work, const spread_calls& calls) noexcept {
  const std::scoped_lock guard(lock_);
  COVEY_ASSERT(calls_ == nullptr || calls_ == &calls);
  calls_ = &calls;
  work.next_in_pool = first_;
  first_ = &work;
  count_.fetch_add(1, std::memory_order_seq_cst);
}

void spread_list::withdraw(spread& work) noexcept {
  const std::scoped_lock guard(lock_);
  spread** at = &first_;
  while (*at != &work) {
    at = &(*at)->next_in_pool;
  }
  *at = work.next_in_pool;
  count_.fetch_sub(1, std::memory_order_seq_cst);
}

std::optional<spread_list::item_count> spread_list::items_of(
    const detail::scope& s) const noexcept {
  if (is_empty()) {
    return std::nullopt;
  }
  const std::scoped_lock list(lock_);
  for (spread* w = first_; w != nullptr; w = w->next_in_pool) {
    if (&w->of == &s) {
      return item_count{calls_->finished(*w), w->of_user};
    }
  }
  return std::nullopt;
}

frame* spread_list::steal(bool only_parked) noexcept {
  if (count_.load(std::memory_order_relaxed) == 0) {
    return nullptr;
  }
  const std::unique_lock list(lock_, std::try_to_lock);
  if (!list.owns_lock()) {
    return nullptr;
  }
  bool no_memory = false;
  for (spread* w = first_; w != nullptr && !no_memory; w = w->next_in_pool) {
    if (frame* const f = calls_->steal(*w, only_parked, no_memory)) {
      return f;
    }
  }
  return nullptr;
}

bool spread_list::any_visible() const noexcept {
  if (is_empty()) {
    return false;
  }
  const std::scoped_lock list(lock_);
  for (spread* w = first_; w != nullptr; w = w->next_in_pool) {
    if (calls_->is_visible(*w)) {
      return true;
    }
  }
  return false;
}

bool spread_list::tick(bool& starving) noexcept {
  if (is_empty()) {
    return false;
  }
  const std::scoped_lock list(lock_);
  for (spread* w = first_; w != nullptr; w = w->next_in_pool) {
    calls_->tick(*w, starving);
  }
  return true;
}

}  // namespace covey::runtime
