// SPDX-License-Identifier: Apache-2.0
// The time that deadlines and sleeps go by: the steady clock, or the virtual clock of a test.
#pragma once

#include <covey/policy.hpp>

#include <atomic>
#include <cstdint>

namespace covey::runtime {

/// @returns the current time: of the virtual clock while one lives, else of the steady clock.
/// Complexity: one atomic load more than the steady clock.
[[nodiscard]] clock::time_point now() noexcept;

/// Sleeps while `word` holds `expected`, until woken by wake() or until the current clock reaches `until`
/// (max(): for ever). A signal does not end the sleep. For sleeps whose length the user chose: sleep_until, wait_until.
/// A thread that idles for a time that covey chose calls futex_wait_until() instead, since a virtual clock may stand
/// still for ever.
/// @returns false if the time came first; true if it was woken or the word differs. Callers look at the word again.
/// Memory order: none; the caller's load of the word gives it.
bool park_until(std::atomic<std::uint32_t>& word,
                std::uint32_t expected,
                clock::time_point until) noexcept;

/// Wakes up to `count` sleepers that park_until() or futex_wait() holds on `word`. The caller changed the word before.
/// Uses the address only: the word may be gone already.
void wake(std::atomic<std::uint32_t>& word, int count) noexcept;

}  // namespace covey::runtime
