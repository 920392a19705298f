// SPDX-License-Identifier: Apache-2.0
// The parking lot: where threads sleep until something at an address has happened. Its words outlive every scope.
#pragma once

#include "base/futex.hpp"
#include "time/clock.hpp"
#include "worker/thread_switch.hpp"

#include <covey/policy.hpp>

#include <array>
#include <atomic>
#include <cassert>
#include <cstddef>
#include <cstdint>

namespace covey::runtime {

struct alignas(64) lot_bucket {
  // Changes at every wake-up.
  std::atomic<std::uint32_t> epoch{0};
  // Threads inside lot::wait() of an address of this bucket.
  //   written  +1 (seq_cst) before the first question, -1 (relaxed) after the last; by those threads.
  //   read     by wakers, after they changed the answer (seq_cst).
  std::atomic<std::uint32_t> sleepers{0};
};

// Sleepers of many addresses share a few buckets. A waker accesses the bucket only, never the object, which may be
// destroyed. No wake-up is lost: a sleeper counts itself (seq_cst), reads the epoch, then asks its question; a waker
// changes the answer with a seq_cst operation, then reads the count. One of the two sees the other.
class lot {
 public:
  // Sleeps until `answer()` is true. The answer must be read with seq_cst loads, changed with seq_cst operations, and
  // followed by wake(address).
  template <class Answer>
  static void wait(const void* address, Answer answer) noexcept {
    static_cast<void>(wait_until(address, clock::time_point::max(), answer));
  }

  // As wait(), but not beyond that time of the current clock. @returns the last answer.
  template <class Answer>
  [[nodiscard]] static bool wait_until(const void* address,
                                       clock::time_point until,
                                       Answer answer) noexcept {
    return sleep(address, answer, [until](auto& word, std::uint32_t seen) {
      return park_until(word, seen, until);
    });
  }

  // As wait_until(), by the steady clock, also under a virtual one.
  template <class Answer>
  [[nodiscard]] static bool wait_real(const void* address,
                                      clock::time_point until,
                                      Answer answer) noexcept {
    return sleep(address, answer, [until](auto& word, std::uint32_t seen) {
      return futex_wait_until(word, seen, until);
    });
  }

  // For a change that any sleeper may wait for.
  static void wake_everybody() noexcept {
    for (lot_bucket& b : table) {
      wake(b);
    }
  }

  static void wake(const void* address) noexcept { wake(of(address)); }

 private:
  static void wake(lot_bucket& b) noexcept {
    if (b.sleepers.load(std::memory_order_seq_cst) != 0) {
      b.epoch.fetch_add(1, std::memory_order_seq_cst);
      runtime::wake(b.epoch, everyone);
    }
  }

  template <class Answer, class Park>
  static bool sleep(const void* address, Answer& answer, Park park) noexcept {
    assert(sleeps_without_permit());
    lot_bucket& b = of(address);
    b.sleepers.fetch_add(1, std::memory_order_seq_cst);
    bool yes = false;
    for (;;) {
      const std::uint32_t seen = b.epoch.load(std::memory_order_seq_cst);
      yes = answer();
      if (yes || !park(b.epoch, seen)) {
        break;
      }
    }
    b.sleepers.fetch_sub(1, std::memory_order_relaxed);
    return yes || answer();
  }

  static constexpr std::size_t buckets = 256;
  static lot_bucket& of(const void* address) noexcept {
    const auto mixed = (reinterpret_cast<std::uintptr_t>(address) >> 5U) * 0x9E3779B97F4A7C15U;
    return table[mixed >> 56U];
  }
  static inline constinit std::array<lot_bucket, buckets> table{};
};

}  // namespace covey::runtime
