// SPDX-License-Identifier: Apache-2.0
// The compiled ends of a nursery.
#pragma once

#include <covey/config.hpp>
#include <covey/detail/base/names.hpp>

namespace covey::detail {

// The destructor's slow path: waits, may throw the outcome.
COVEY_API void end_scope(scope& s);
// Of nursery_box: failures go to the sink.
COVEY_API void end_boxed(scope& s) noexcept;
// For unwinding: stops the children, waits, and gives undelivered failures to the sink.
COVEY_API void finish_quietly(scope& s) noexcept;
// Waits, closes, throws the outcome.
COVEY_API void join_scope(scope& s);
// wait_idle(): waits, throws nothing of the children.
COVEY_API void drain_scope(scope& s);

}  // namespace covey::detail
