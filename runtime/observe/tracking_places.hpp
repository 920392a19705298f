// SPDX-License-Identifier: Apache-2.0
// Places in the source, by number.
#pragma once

#include "worker/record.hpp"

#include <covey/task_info.hpp>

#include <cstdint>

namespace covey::runtime {

// The number of a place; the same for the same place. 0: unknown, or there is no memory.
[[nodiscard]] std::uint32_t number_of(record* me, const site& where) noexcept;

}  // namespace covey::runtime
