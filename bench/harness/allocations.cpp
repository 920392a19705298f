// SPDX-License-Identifier: Apache-2.0
// Preloaded into counting runs: counts the calls of malloc and its kin, and passes them on to glibc.
#include <atomic>
#include <cerrno>
#include <cstddef>
#include <cstdint>

// Names of glibc, which exports them for allocators that wrap its own.
// NOLINTBEGIN(bugprone-reserved-identifier,readability-identifier-naming)
extern "C" {
void* __libc_malloc(std::size_t size);
void* __libc_calloc(std::size_t count, std::size_t size);
void* __libc_realloc(void* old, std::size_t size);
void* __libc_memalign(std::size_t alignment, std::size_t size);
}
// NOLINTEND(bugprone-reserved-identifier,readability-identifier-naming)

namespace {

// Calls so far.
//   written  by every thread that allocates. read by the marks.
//   order    relaxed: a count, which orders nothing; the join before the second mark orders the children's calls.
std::atomic<std::uint64_t> calls{0};

void note() noexcept {
  calls.fetch_add(1, std::memory_order_relaxed);
}

}  // namespace

extern "C" {

[[gnu::visibility("default")]] std::uint64_t covey_bench_allocations() {
  return calls.load(std::memory_order_relaxed);
}

[[gnu::visibility("default")]] void* malloc(std::size_t size) {
  note();
  return __libc_malloc(size);
}

[[gnu::visibility("default")]] void* calloc(std::size_t count, std::size_t size) {
  note();
  return __libc_calloc(count, size);
}

[[gnu::visibility("default")]] void* realloc(void* old, std::size_t size) {
  note();
  return __libc_realloc(old, size);
}

[[gnu::visibility("default")]] void* memalign(std::size_t alignment, std::size_t size) {
  note();
  return __libc_memalign(alignment, size);
}

[[gnu::visibility("default")]] void* aligned_alloc(std::size_t alignment, std::size_t size) {
  note();
  return __libc_memalign(alignment, size);
}

[[gnu::visibility("default")]] int posix_memalign(void** out,
                                                  std::size_t alignment,
                                                  std::size_t size) {
  if (alignment % sizeof(void*) != 0 || alignment == 0 || (alignment & (alignment - 1)) != 0) {
    return EINVAL;
  }
  note();
  void* const made = __libc_memalign(alignment, size);
  if (made == nullptr) {
    return ENOMEM;
  }
  *out = made;
  return 0;
}
}
