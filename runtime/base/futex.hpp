// SPDX-License-Identifier: Apache-2.0
// The three futex calls that covey needs; time here is always the real steady clock.
#pragma once

#include <covey/policy.hpp>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <climits>
#include <cstdint>
#include <ctime>
#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace covey::runtime {

static_assert(sizeof(std::atomic<std::uint32_t>) == sizeof(std::uint32_t));
static_assert(std::atomic<std::uint32_t>::is_always_lock_free);

/// Wakes every sleeper, where a number of them is asked for.
inline constexpr int everyone = INT_MAX;

/// Sleeps while `word` holds `expected`, until woken or until the steady clock reaches `until` (max(): for ever).
/// A signal does not end the sleep.
/// @returns false if the time came first; true if it was woken or the word differs. A wake-up may be meant for an
/// earlier user of the same address, so callers look at the word again.
/// Memory order: none; the caller's load of the word gives it.
inline bool futex_wait_until(std::atomic<std::uint32_t>& word,
                             std::uint32_t expected,
                             clock::time_point until) noexcept {
  using std::chrono::duration_cast;
  using std::chrono::nanoseconds;
  using std::chrono::seconds;
  timespec deadline{};
  const timespec* deadline_or_never = nullptr;
  if (until != clock::time_point::max()) {
    const auto since_boot = until.time_since_epoch();
    if (since_boot < clock::duration::zero()) {
      return word.load(std::memory_order_relaxed) != expected;
    }
    const auto whole = duration_cast<seconds>(since_boot);
    deadline.tv_sec = static_cast<time_t>(whole.count());
    deadline.tv_nsec = static_cast<long>(duration_cast<nanoseconds>(since_boot - whole).count());
    deadline_or_never = &deadline;
  }
  // FUTEX_WAIT_BITSET takes an absolute time of CLOCK_MONOTONIC, so that a retry after EINTR does not sleep longer.
  while (::syscall(SYS_futex,
                   &word,
                   FUTEX_WAIT_BITSET | FUTEX_PRIVATE_FLAG,
                   expected,
                   deadline_or_never,
                   nullptr,
                   FUTEX_BITSET_MATCH_ANY) != 0) {
    if (errno == ETIMEDOUT) {
      return false;
    }
    if (errno != EINTR) {
      return true;  // EAGAIN: the word differs
    }
  }
  return true;
}

/// Sleeps while `word` holds `expected`, until woken. See futex_wait_until().
inline void futex_wait(std::atomic<std::uint32_t>& word, std::uint32_t expected) noexcept {
  futex_wait_until(word, expected, clock::time_point::max());
}

/// Wakes up to `count` sleepers on `word`. Uses the address only: the word may be gone, when a sleeper that saw the new
/// value on its own has freed it already.
/// @returns how many were woken.
inline int futex_wake(std::atomic<std::uint32_t>& word, int count) noexcept {
  const long woken = ::syscall(SYS_futex, &word, FUTEX_WAKE | FUTEX_PRIVATE_FLAG, count);
  return woken > 0 ? static_cast<int>(woken) : 0;
}

}  // namespace covey::runtime
