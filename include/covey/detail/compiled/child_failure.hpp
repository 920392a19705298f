// SPDX-License-Identifier: Apache-2.0
// What becomes of an exception of a child.
#pragma once

#include <covey/config.hpp>
#include <covey/detail/base/names.hpp>
#include <covey/task_info.hpp>

#include <cstdint>

namespace covey::detail {

// Inside a handler: a child that get() ran in place threw; its callable was run in its frame, or as a copy.
[[noreturn]] COVEY_API void inline_child_threw(scope& s, frame* f);
[[noreturn]] COVEY_API void resident_child_threw(scope& s,
                                                 const frame_ops& ops,
                                                 std::uint64_t order,
                                                 site where);
// Throws what get() throws for a child without a value.
[[noreturn]] COVEY_API void throw_outcome_of(frame* f);
// Inside a handler: keeps what a child threw. @returns the phase in which the child ends, not stored yet
[[nodiscard]] COVEY_API phase store_failure(frame* f) noexcept;

}  // namespace covey::detail
