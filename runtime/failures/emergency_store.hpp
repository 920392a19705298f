// SPDX-License-Identifier: Apache-2.0
// A small store of static memory for failures that must be recorded when the heap is exhausted.
#pragma once

#include <cstddef>

namespace covey::runtime {

/// The bytes of the store; one allocation may take them all.
inline constexpr std::size_t emergency_capacity = std::size_t{64} * 1024;

/// @returns memory for any ordinary type, or null when the store has no room left.
/// Thread safety: any thread; takes a short lock, calls nothing under it. Complexity: linear in the store's 1,024 blocks.
[[nodiscard]] void* emergency_allocate(std::size_t bytes) noexcept;

/// Gives back what emergency_allocate(bytes) returned, with the same number of bytes.
void emergency_release(void* memory, std::size_t bytes) noexcept;

/// @returns the bytes that are taken, rounded up to blocks.
[[nodiscard]] std::size_t emergency_in_use() noexcept;

}  // namespace covey::runtime
