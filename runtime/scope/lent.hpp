// SPDX-License-Identifier: Apache-2.0
// What a scope knows of its owner's children that went to other workers.
#pragma once

#include <covey/detail/task/scope.hpp>

#include <atomic>
#include <cstdint>
#include <memory>

namespace covey::runtime {

// Whether a child ever did. Only then `returned` and `done` are there.
[[nodiscard]] inline bool has_lent(const detail::scope& s) noexcept {
  return (s.attention.load(std::memory_order_seq_cst) & detail::attention::lent) != 0;
}

// @returns how many of them have finished.
[[nodiscard]] inline std::uint64_t returned_to(const detail::scope& s) noexcept {
  return has_lent(s) ? s.returned.load(std::memory_order_seq_cst) : 0;
}

// Whoever takes a child out of the deque in which it is queued calls this, unless it owns that deque.
// @pre the deque's lock is held. So the first to take a child of a scope, out of its owner's deque, is alone; and
// whoever takes one out of another deque, where it was brought, sees the bit.
inline void lend(const detail::frame* f) noexcept {
  if (detail::has_mark(f, detail::mark_remote) || has_lent(*f->of)) {
    return;
  }
  detail::scope& s = *f->of;
  std::construct_at(&s.returned, 0U);
  std::construct_at(&s.done, nullptr);
  s.attention.fetch_or(detail::attention::lent, std::memory_order_seq_cst);
}

}  // namespace covey::runtime
