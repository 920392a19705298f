// SPDX-License-Identifier: Apache-2.0
// Finds uses of nurseries that have ended, in debug builds of the library; release builds look at nothing.
#pragma once

#include "base/assert.hpp"

#include <covey/detail/task/scope.hpp>
#include <covey/task_info.hpp>

namespace covey::runtime {

// Leaves the mark of an ended nursery in its words.
void bury(detail::scope& s) noexcept;

// Ends the process, naming what was tried and where, if `s` has ended. No false alarm: an open scope passes always. An
// ended one may be missed when its words were overwritten with what looks like an open one.
void end_if_buried(const detail::scope& s, const char* tried, const site* where) noexcept;

// What every use of a nursery from compiled code begins with. @param tried such as "spawn".
inline void require_open(const detail::scope& s,
                         const char* tried,
                         const site* where = nullptr) noexcept {
  if constexpr (checks_liveness) {
    end_if_buried(s, tried, where);
  }
}

}  // namespace covey::runtime
