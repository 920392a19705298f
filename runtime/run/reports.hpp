// SPDX-License-Identifier: Apache-2.0
// How a scope hears of children that other workers finished: of one at once, or of several together.
#pragma once

#include "worker/record.hpp"

#include <cstdint>

namespace covey::runtime {

// Tells the scope that `count` of its owner's children are back. The last touch.
void report_back(detail::scope& s, std::uint64_t count) noexcept;

// Runs stolen children of one scope and reports those without a future together: while another child of the same scope
// runs here, the scope cannot end, so nobody misses the report. Who asks how many are pending takes it (take_batches).
void open_batch(record& me, detail::scope* of) noexcept;
void close_batch(record& me) noexcept;

// A stolen child that nobody will ask for: its memory goes home, and the scope hears of it, perhaps in a batch.
// @param me the calling thread's record, or null
void report_dropped(record* me, detail::scope& s, frame* f) noexcept;

// Reports what other workers have finished of `s` and not reported. Any thread that may use the scope.
void take_batches(detail::scope& s) noexcept;

}  // namespace covey::runtime
