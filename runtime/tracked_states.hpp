// SPDX-License-Identifier: Apache-2.0
// The states of records: who has one, and what its task does.
#pragma once

#include "context.hpp"
#include "notes.hpp"
#include "tracker.hpp"
#include "tracking_records.hpp"

#include <cstdint>

namespace covey::runtime {

// The index of the record; 0: there is none.
[[nodiscard]] inline std::uint32_t index_of(const frame* f) noexcept {
  return f->flags.load(std::memory_order_relaxed) >> detail::frame_flag::record_shift;
}
[[nodiscard]] inline std::uint32_t index_of(const scope& s) noexcept {
  return static_cast<std::uint32_t>(record_word(s) >> 32U);
}

// Sets the state of the nurseries that this thread has open in a task, and of the task.
// @returns what the innermost was in before; free: none of them has a record
// @param stamp now in ticks, if it is known
life set_all(context c, life now, std::uint64_t stamp = 0) noexcept;
// A child of that place did not look at its stop for so long.
void note_gap(std::uint32_t place, std::uint64_t since, std::uint64_t now) noexcept;

}  // namespace covey::runtime
