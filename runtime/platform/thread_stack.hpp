// SPDX-License-Identifier: Apache-2.0
// The stack of another thread of this process.
#pragma once

#include <covey/stacks.hpp>

#include <cstdint>

namespace covey::runtime {

// Before the first stack_of(). @returns false when the program uses the signal itself: then there are no stacks.
bool prepare_thread_stacks() noexcept;

// By a thread of covey's own when it begins: whoever started it may have had all signals blocked.
void accept_stack_questions() noexcept;

// Interrupts the thread for as long as it takes to walk its stack. Empty when it does not answer in time.
[[nodiscard]] stack_trace stack_of(std::uint32_t thread) noexcept;

}  // namespace covey::runtime
