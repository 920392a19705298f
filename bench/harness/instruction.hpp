// SPDX-License-Identifier: Apache-2.0
// Tells the instructions of x86-64 that the counting runs care about from all the others.
#pragma once

#include <cstdint>
#include <span>

namespace bench {

/// atomic: it has the lock prefix, or exchanges with memory, which locks without one. mark: int3.
enum class instruction : std::uint8_t { plain, atomic, system_call, mark };

/// @param bytes at the address of the instruction; what they lack at the end counts as not there.
[[nodiscard]] instruction instruction_in(std::span<const std::uint8_t> bytes) noexcept;

}  // namespace bench
