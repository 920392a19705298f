// SPDX-License-Identifier: Apache-2.0
// How much stack is left: nesting is refused before the guard page is reached.
#include "platform/stack.hpp"

#include <covey/config.hpp>
#include <covey/detail/base/stack.hpp>
#include <covey/detail/fast/stack_pointer.hpp>
#include <covey/detail/task/worker.hpp>
#include <covey/error.hpp>

#include <algorithm>
#include <cstddef>
#include <pthread.h>

namespace covey::runtime {

namespace {

struct stack_bounds {
  const char* low = nullptr;
  const char* high = nullptr;
};

const stack_bounds& own_stack() noexcept {
  static thread_local const stack_bounds bounds = [] {
    stack_bounds found;
    pthread_attr_t attributes;
    if (pthread_getattr_np(pthread_self(), &attributes) == 0) {
      void* low = nullptr;
      std::size_t size = 0;
      if (pthread_attr_getstack(&attributes, &low, &size) == 0) {
        found.low = static_cast<const char*>(low);
        found.high = found.low + size;
      }
      pthread_attr_destroy(&attributes);
    }
    return found;
  }();
  return bounds;
}

// Bytes kept for unwinding and for the report of the error; of a small stack at most the half. Sanitizers make stack frames
// several times larger.
#if COVEY_TSAN || COVEY_ASAN
constexpr std::size_t most_reserved = std::size_t{768} * 1024;
#else
constexpr std::size_t most_reserved = std::size_t{192} * 1024;
#endif

}  // namespace

const char* own_stack_bound() noexcept {
  const stack_bounds& stack = own_stack();
  if (stack.low == nullptr) {
    return nullptr;
  }
  const auto size = static_cast<std::size_t>(stack.high - stack.low);
  return stack.low + std::min(most_reserved, size / 2);
}

bool half_stack_used() noexcept {
  const stack_bounds& stack = own_stack();
  const char* const here = detail::stack_pointer();
  return detail::near_stack_end(here) && here - stack.low < stack.high - here;
}

}  // namespace covey::runtime

namespace covey::detail {

bool near_stack_end(const char* here) noexcept {
  const runtime::stack_bounds& stack = runtime::own_stack();
  // Code on a stack that is not the thread's own (fibers, coroutines of others) is not judged.
  return here >= stack.low && here < stack.high;
}

}  // namespace covey::detail
