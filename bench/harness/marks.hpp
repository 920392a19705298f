// SPDX-License-Identifier: Apache-2.0
// The two marks around the timed part of a run, between which a counting run counts. A timed run passes them at no cost.
// callgrind finds them by their names, and counts on its own.
#pragma once

#include <cstdint>
#include <optional>

namespace bench {

/// What this process counts beside its time.
enum class counting : std::uint8_t {
  nothing,
  events,  ///< allocations, by the preloaded library, and what the contender counts itself, such as steals
  instructions  ///< by callgrind, under which the process runs
};

/// For the process that measures, before the contender starts.
void set_counting(counting what) noexcept;
[[nodiscard]] counting what_is_counted() noexcept;

[[gnu::noinline]] void begin_counting() noexcept;
[[gnu::noinline]] void end_counting() noexcept;

/// @returns calls of malloc and its kin between the marks, by all threads; empty when nobody counted them.
[[nodiscard]] std::optional<std::uint64_t> allocations_between_marks() noexcept;

}  // namespace bench
