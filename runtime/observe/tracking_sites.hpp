// SPDX-License-Identifier: Apache-2.0
// Sites by index.
#pragma once

#include "worker/record.hpp"

#include <covey/task_info.hpp>

#include <cstdint>

namespace covey::runtime {

// The index of a site; equal sites have one. 0: unknown, or no memory.
[[nodiscard]] std::uint32_t number_of(record* me, const site& where) noexcept;

}  // namespace covey::runtime
