// SPDX-License-Identifier: Apache-2.0
// The rare words of a scope, made on first need: the pointer to its scope_extra, and the word with the exceptions in flight
// and the index of the tracker's entry.
#pragma once

#include <covey/detail/task/scope.hpp>

#include <atomic>
#include <cstdint>
#include <memory>

namespace covey::runtime {

// The bits of a scope that is opened with its rare words.
inline constexpr std::uint64_t born_with_rare_words =
    detail::attention::making_rare_words | detail::attention::has_rare_words;

// @returns whether scope::rare and unwinding_and_entry exist.
[[nodiscard]] inline bool has_rare_words(const detail::scope& s) noexcept {
  return (s.attention.load(std::memory_order_acquire) & detail::attention::has_rare_words) != 0;
}

// Makes the rare words of a scope that no other thread knows yet. The caller sets the bits.
inline void begin_rare_words(detail::scope& s, std::uint64_t in_flight) noexcept {
  std::construct_at(&s.rare, nullptr);
  std::construct_at(&s.unwinding_and_entry, in_flight);
}

// Makes the rare words if they do not exist. Any thread: the first to set `making_rare_words` makes them, others wait for its stores.
void make_rare_words(detail::scope& s) noexcept;

// @returns unwinding_and_entry
[[nodiscard]] inline std::uint64_t entry_word(const detail::scope& s) noexcept {
  return has_rare_words(s) ? s.unwinding_and_entry.load(std::memory_order_acquire) : 0;
}

}  // namespace covey::runtime
