// SPDX-License-Identifier: Apache-2.0
// Finds uses of nurseries that have ended, in debug builds of the library; release builds look at nothing.
#pragma once

#include "base/assert.hpp"

#include <covey/detail/task/scope.hpp>
#include <covey/task_info.hpp>

namespace covey::runtime {

// Marks a scope as ended.
void mark_ended(detail::scope& s) noexcept;

// Ends the process with a message, `tried` and `where`, if `s` has ended. An open scope always passes. An ended one passes
// only if its memory was overwritten with the words of an open one.
void abort_if_ended(const detail::scope& s, const char* tried, const site* where) noexcept;

// Called first by every function of compiled code that uses a nursery. @param tried such as "spawn".
inline void require_open(const detail::scope& s,
                         const char* tried,
                         const site* where = nullptr) noexcept {
  if constexpr (checks_liveness) {
    abort_if_ended(s, tried, where);
  }
}

}  // namespace covey::runtime
