// SPDX-License-Identifier: Apache-2.0
// Where the stacks of throws come from.
#include <covey/detail/base/stack_source.hpp>

#include <atomic>

namespace covey::detail {

namespace {

// Null: the program is not linked with covey::stacks.
//   written  once, when that library is loaded.
//   read     by present_stack_source(), by any thread.
//   order    release / acquire: what the source uses is there before it is.
constinit std::atomic<stack_source> stacks_from{nullptr};

}  // namespace

void set_stack_source(stack_source from) noexcept {
  stacks_from.store(from, std::memory_order_release);
}

stack_source present_stack_source() noexcept {
  return stacks_from.load(std::memory_order_acquire);
}

}  // namespace covey::detail
