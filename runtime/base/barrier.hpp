// SPDX-License-Identifier: Apache-2.0
// Whether the system has the expensive half of the asymmetric fence (detail/fast/barrier.hpp).
#pragma once

namespace covey::runtime {

// True if membarrier works here, so that store_before_loads() may be free.
[[nodiscard]] bool asymmetric_fence() noexcept;

}  // namespace covey::runtime
