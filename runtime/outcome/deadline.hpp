// SPDX-License-Identifier: Apache-2.0
// Deadlines of scopes.
#pragma once

#include "scope/context.hpp"

#include <covey/policy.hpp>

#include <string>

namespace covey::runtime {

// Sets the deadline that options ask for; one that has passed stops the scope at once.
void start_deadline(scope& s, clock::time_point when, const time_limit& asked);
// "the deadline of the nursery 'x' opened at y.cpp:9 passed after 2 s: 3 children had not finished, among them 'a'"; of a
// batch: "the deadline of the batch 'x' at y.cpp:9 passed after 2 s: 340 of 1000 items had finished".
// @pre the lock of `x`, the extra of `s`, is held; the deadline has passed. Lock order: extra, pool's list, spread.
[[nodiscard]] std::string expiry_in_words(scope& s, const scope_extra& x);
// After it returns the deadline of the scope does not fire any more.
void disarm_deadline(scope_extra& x) noexcept;

}  // namespace covey::runtime
