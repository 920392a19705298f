// SPDX-License-Identifier: Apache-2.0
// How much of the calling thread's stack is left.
#pragma once

namespace covey::runtime {

// The lowest address of this thread's stack that nesting may use; null when unknown.
[[nodiscard]] const char* own_stack_bound() noexcept;
// Whether this thread has used half of its stack: a spawn runs no child on it any more, so that what it runs may nest.
[[nodiscard]] bool half_stack_used() noexcept;

}  // namespace covey::runtime
