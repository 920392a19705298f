// SPDX-License-Identifier: Apache-2.0
// Tells what was made before a fork from what was made after it: locks and threads of before are not to be touched.
#pragma once

#include <cstdint>

namespace covey::runtime {

/// @returns a number that differs between a process and its forked children; what was made under another number
/// belongs to a process whose other threads do not exist here. Costs one relaxed load.
[[nodiscard]] std::uint32_t fork_generation() noexcept;

}  // namespace covey::runtime
