// SPDX-License-Identifier: Apache-2.0
// Replaces the global operator new: counts per thread and fails at the n-th allocation of the process.
// Include it in exactly one source file of a test executable.
#pragma once

#include <covey/detail/task/worker.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <new>

namespace covey_test {

/// Allocations of this thread since it began.
inline thread_local constinit std::uint64_t allocations_here = 0;
/// Allocations until one fails; negative: none fails.
inline constinit std::atomic<std::int64_t> allocations_left{-1};
/// This thread has armed a failure.
inline thread_local constinit bool arms_failures = false;
/// How many were failed.
inline constinit std::atomic<std::int64_t> allocations_failed{0};

/// Lets the n-th allocation from now fail (1 is the next one) for the length of a scope.
class failing_allocation {
 public:
  explicit failing_allocation(std::int64_t n) noexcept {
    arms_failures = true;
    allocations_failed = 0;
    allocations_left = n;
  }
  failing_allocation(const failing_allocation&) = delete;
  failing_allocation& operator=(const failing_allocation&) = delete;
  ~failing_allocation() { disarm(); }
  static void disarm() noexcept { allocations_left = -1; }
  [[nodiscard]] static bool hit() noexcept { return allocations_failed.load() > 0; }
};

inline void* allocate_anyway(std::size_t size, std::size_t alignment) noexcept {
  size = size == 0 ? 1 : size;
  if (alignment <= alignof(std::max_align_t)) {
    return std::malloc(size);
  }
  return std::aligned_alloc(alignment, (size + alignment - 1) / alignment * alignment);
}

// A thread of oneTBB that has not come to covey yet is left alone: oneTBB ends the process when it has no memory there.
inline bool may_fail_here() noexcept {
  return COVEY_TSAN != 0 || arms_failures ||
         covey::detail::this_worker() != &covey::detail::no_worker;
}

inline void* allocate(std::size_t size, std::size_t alignment) noexcept {
  ++allocations_here;
  if (allocations_left.load(std::memory_order_relaxed) > 0 && may_fail_here() &&
      allocations_left.fetch_sub(1) == 1) {
    ++allocations_failed;
    return nullptr;
  }
  return allocate_anyway(size, alignment);
}

inline void* allocate_or_throw(std::size_t size, std::size_t alignment) {
  if (void* memory = allocate(size, alignment)) {
    return memory;
  }
  throw std::bad_alloc();
}

}  // namespace covey_test

// NOLINTBEGIN(misc-definitions-in-headers): one source file of an executable includes this
#if defined(__GNUC__) && !defined(__clang__)
#  pragma GCC diagnostic ignored "-Wmismatched-new-delete"
#endif
void* operator new(std::size_t n) {
  return covey_test::allocate_or_throw(n, 1);
}
void* operator new[](std::size_t n) {
  return covey_test::allocate_or_throw(n, 1);
}
void* operator new(std::size_t n, std::align_val_t a) {
  return covey_test::allocate_or_throw(n, static_cast<std::size_t>(a));
}
void* operator new[](std::size_t n, std::align_val_t a) {
  return covey_test::allocate_or_throw(n, static_cast<std::size_t>(a));
}
void* operator new(std::size_t n, const std::nothrow_t&) noexcept {
  return covey_test::allocate(n, 1);
}
void* operator new[](std::size_t n, const std::nothrow_t&) noexcept {
  return covey_test::allocate(n, 1);
}
void* operator new(std::size_t n, std::align_val_t a, const std::nothrow_t&) noexcept {
  return covey_test::allocate(n, static_cast<std::size_t>(a));
}
void* operator new[](std::size_t n, std::align_val_t a, const std::nothrow_t&) noexcept {
  return covey_test::allocate(n, static_cast<std::size_t>(a));
}
void operator delete(void* p) noexcept {
  std::free(p);
}
void operator delete[](void* p) noexcept {
  std::free(p);
}
void operator delete(void* p, std::size_t) noexcept {
  std::free(p);
}
void operator delete[](void* p, std::size_t) noexcept {
  std::free(p);
}
void operator delete(void* p, std::align_val_t) noexcept {
  std::free(p);
}
void operator delete[](void* p, std::align_val_t) noexcept {
  std::free(p);
}
void operator delete(void* p, std::size_t, std::align_val_t) noexcept {
  std::free(p);
}
void operator delete[](void* p, std::size_t, std::align_val_t) noexcept {
  std::free(p);
}
void operator delete(void* p, const std::nothrow_t&) noexcept {
  std::free(p);
}
void operator delete[](void* p, const std::nothrow_t&) noexcept {
  std::free(p);
}
void operator delete(void* p, std::align_val_t, const std::nothrow_t&) noexcept {
  std::free(p);
}
void operator delete[](void* p, std::align_val_t, const std::nothrow_t&) noexcept {
  std::free(p);
}
// NOLINTEND(misc-definitions-in-headers)
