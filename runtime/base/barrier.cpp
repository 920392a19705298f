// SPDX-License-Identifier: Apache-2.0
// The expensive half of the asymmetric fence.
#include "base/barrier.hpp"

#include <covey/detail/fast/barrier.hpp>

#include <atomic>
#include <cstdint>
#include <linux/membarrier.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace covey::runtime {

bool asymmetric_fence() noexcept {
#if COVEY_TSAN
  return true;  // both halves are real
#else
  enum class fence : std::uint8_t { untried, works, refused };
  // Written by the first threads that ask, all of which find the same value. Not a local static with an initialiser: a
  // child that is forked during the initialisation would wait for ever. relaxed: no other data depends on it.
  static constinit std::atomic<fence> known{fence::untried};
  fence now = known.load(std::memory_order_relaxed);
  if (now == fence::untried) {
    const bool works =
        ::syscall(SYS_membarrier, MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED, 0, 0) == 0 &&
        ::syscall(SYS_membarrier, MEMBARRIER_CMD_PRIVATE_EXPEDITED, 0, 0) == 0;
    now = works ? fence::works : fence::refused;
    known.store(now, std::memory_order_relaxed);
  }
  return now == fence::works;
#endif
}

}  // namespace covey::runtime

namespace covey::detail {

#if COVEY_TSAN
std::atomic<unsigned>& barrier_word() noexcept {
  static constinit std::atomic<unsigned> word{0};
  return word;
}
#endif

void heavy_barrier() noexcept {
#if COVEY_TSAN
  barrier_word().fetch_add(1, std::memory_order_seq_cst);
#else
  if (runtime::asymmetric_fence()) {
    ::syscall(SYS_membarrier, MEMBARRIER_CMD_PRIVATE_EXPEDITED, 0, 0);
  }
#endif
}

}  // namespace covey::detail
