// SPDX-License-Identifier: Apache-2.0
// How the library covey::stacks tells covey what it has noted.
#pragma once

#include <covey/config.hpp>

#include <cstddef>
#include <cstdint>

namespace covey::detail {

// Copies the stack of an exception object that lives. @returns how many addresses there are; 0: it is not known.
using stack_source = std::size_t (*)(const void* exception,
                                     std::uintptr_t* to,
                                     std::size_t room) noexcept;

// From now on stacks come from there.
COVEY_API void set_stack_source(stack_source from) noexcept;
// Null: the program is not linked with covey::stacks.
[[nodiscard]] stack_source present_stack_source() noexcept;

}  // namespace covey::detail
