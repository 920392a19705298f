// SPDX-License-Identifier: Apache-2.0
// The connection to the library covey::stacks, which stores the stacks of throws.
#pragma once

#include <covey/config.hpp>

#include <cstddef>
#include <cstdint>

namespace covey::detail {

// Copies the stack of the throw of a live exception object. @returns the number of addresses; 0: unknown.
using stack_source = std::size_t (*)(const void* exception,
                                     std::uintptr_t* to,
                                     std::size_t room) noexcept;

// Sets the source of stacks.
COVEY_API void set_stack_source(stack_source from) noexcept;
// Null: the program is not linked with covey::stacks.
[[nodiscard]] stack_source present_stack_source() noexcept;

}  // namespace covey::detail
