// SPDX-License-Identifier: Apache-2.0
// Migrated children: those that the owner spawned and another worker took out of the owner's deque.
#pragma once

#include <covey/detail/task/scope.hpp>

#include <atomic>
#include <cstdint>
#include <memory>

namespace covey::runtime {

// Whether a child of the scope ever migrated. Before that scope::finished_elsewhere and scope::done do not exist.
[[nodiscard]] inline bool has_migrated(const detail::scope& s) noexcept {
  return (s.attention.load(std::memory_order_seq_cst) & detail::attention::migrated) != 0;
}

// @returns how many migrated children have finished.
[[nodiscard]] inline std::uint64_t count_finished_elsewhere(const detail::scope& s) noexcept {
  return has_migrated(s) ? s.finished_elsewhere.load(std::memory_order_seq_cst) : 0;
}

// Called by a thread that takes a child out of a deque of another worker, before it gives the lock back. Makes the words of
// the scope that migrated children need.
// @pre the deque's lock is held. So one thread alone finds the bit missing: the first that takes a child out of the deque
// of the scope's owner. A thread that takes a child out of another deque sees the bit, as that child has migrated before.
inline void mark_migrated(const detail::frame* f) noexcept {
  if (detail::has_mark(f, detail::mark_remote) || has_migrated(*f->of)) {
    return;
  }
  detail::scope& s = *f->of;
  std::construct_at(&s.finished_elsewhere, 0U);
  std::construct_at(&s.done, nullptr);
  s.attention.fetch_or(detail::attention::migrated, std::memory_order_seq_cst);
}

}  // namespace covey::runtime
