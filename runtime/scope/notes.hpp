// SPDX-License-Identifier: Apache-2.0
// The two words of a scope that few nurseries need: its rare part, and its record with the exceptions in flight.
#pragma once

#include <covey/detail/task/scope.hpp>

#include <atomic>
#include <cstdint>
#include <memory>

namespace covey::runtime {

// A scope that is opened with notes has these bits from its birth.
inline constexpr std::uint64_t born_with_notes =
    detail::attention::noting | detail::attention::noted;

// @returns whether scope::rare and unwinding_and_record are there.
[[nodiscard]] inline bool has_notes(const detail::scope& s) noexcept {
  return (s.attention.load(std::memory_order_acquire) & detail::attention::noted) != 0;
}

// Makes the two words of a scope that nobody else knows yet. The caller sets the bits.
inline void begin_notes(detail::scope& s, std::uint64_t in_flight) noexcept {
  std::construct_at(&s.rare, nullptr);
  std::construct_at(&s.unwinding_and_record, in_flight);
}

// Makes them if nobody has, on any thread. Whoever sets `noting` first makes them; others wait for these two stores.
void make_notes(detail::scope& s) noexcept;

// @returns unwinding_and_record
[[nodiscard]] inline std::uint64_t record_word(const detail::scope& s) noexcept {
  return has_notes(s) ? s.unwinding_and_record.load(std::memory_order_acquire) : 0;
}

}  // namespace covey::runtime
