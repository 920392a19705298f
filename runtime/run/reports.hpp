// SPDX-License-Identifier: Apache-2.0
// How a scope hears of children that other workers finished: of one at once, or of several together.
#pragma once

#include "worker/record.hpp"

#include <cstdint>

namespace covey::runtime {

// Tells the scope that `count` of its owner's children are back. The last touch.
void report_back(detail::scope& s, std::uint64_t count) noexcept;

// Begin and end to hold the reports of stolen children of one scope that have no future: they are delivered together.
// While another child of that scope runs here, the scope cannot end. A thread that asks for the pending children takes the
// reports (take_held_reports()).
void hold_reports_of(record& me, detail::scope* of) noexcept;
void deliver_held_reports(record& me) noexcept;

// Reports a stolen child without a future, at once or as a held report, and gives its frame back.
// @param me the calling thread's record, or null
void report_dropped(record* me, detail::scope& s, frame* f) noexcept;

// Reports what other workers have finished of `s` and not reported. Any thread that may use the scope.
void take_held_reports(detail::scope& s) noexcept;

}  // namespace covey::runtime
