// SPDX-License-Identifier: Apache-2.0
// The asymmetric fence: free for the owner of a deque, expensive for the rare thread that needs an order with it.
// Gain: with a fence instruction in its place fib(36) takes 1.4 times as long by g++ 12, 8 times by clang 19, whose
// instruction is a dearer one (1 thread, AMD EPYC, 2026-12).
#pragma once

#include <covey/config.hpp>

#include <atomic>

namespace covey::detail {

// ThreadSanitizer does not see fences: there both halves are a read-modify-write of this word.
//   written  by both halves, on any thread.
#if COVEY_TSAN
COVEY_API std::atomic<unsigned>& barrier_word() noexcept;
#endif

// Stores the value (release), and orders that store before the loads that this thread makes afterwards: "my store before my
// load", one side of a Dekker-style hand-shake. The fence stops only the compiler; heavy_barrier() on the other side makes
// up for it by interrupting every thread of the process. That is outside the C++ memory model, and argued in
// runtime/README.md ("The asymmetric fence").
template <class T>
COVEY_INLINE void store_before_loads(std::atomic<T>& word, T value) noexcept {
  word.store(value, std::memory_order_release);
#if COVEY_TSAN
  barrier_word().fetch_add(1, std::memory_order_seq_cst);
#elif COVEY_PORTABLE
  std::atomic_thread_fence(std::memory_order_seq_cst);
#else
  std::atomic_signal_fence(std::memory_order_seq_cst);
#endif
}

// The other side: after it returns, every store that a thread made by store_before_loads() is visible here, or the loads
// that thread makes after it see what was stored here before the call. Microseconds.
COVEY_API void heavy_barrier() noexcept;

}  // namespace covey::detail
