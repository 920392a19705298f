// SPDX-License-Identifier: Apache-2.0
// The asymmetric fence: free for the owner of a deque, expensive for the rare thread that needs an order with it.
#pragma once

#include <covey/config.hpp>

#include <atomic>

namespace covey::detail {

// ThreadSanitizer does not see the fence: there both halves are a read-modify-write of this word.
//   written  by both halves, on any thread.
#if COVEY_TSAN
COVEY_API std::atomic<unsigned>& barrier_word() noexcept;
#endif

// The order that one side of a Dekker-style hand-shake needs: "my store before my load".
// In production it stops only the compiler; heavy_barrier() on the other side makes up for it by interrupting every
// thread of the process. Outside the C++ memory model, argued in runtime/README.md ("The asymmetric fence").
COVEY_INLINE void light_barrier() noexcept {
#if COVEY_TSAN
  barrier_word().fetch_add(1, std::memory_order_seq_cst);
#else
  std::atomic_signal_fence(std::memory_order_seq_cst);
#endif
}

// The other side: after it returns, every store that a thread made before its light_barrier() is visible here, or that
// thread's load after its light_barrier() sees what was stored here before the call. Microseconds.
COVEY_API void heavy_barrier() noexcept;

}  // namespace covey::detail
