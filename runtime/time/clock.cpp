// SPDX-License-Identifier: Apache-2.0
// Chooses between the steady clock and the virtual one, at every look at the time and at every sleep.
#include "time/clock.hpp"

#include "base/futex.hpp"
#include "time/virtual_time.hpp"

#include <covey/detail/base/clock.hpp>

namespace covey::runtime {

clock::time_point now() noexcept {
  const virtual_time* const time = virtual_time::living();
  return time != nullptr ? time->now() : clock::now();
}

bool park_until(std::atomic<std::uint32_t>& word,
                std::uint32_t expected,
                clock::time_point until) noexcept {
  while (until != clock::time_point::max()) {
    virtual_time* const time = virtual_time::living();
    if (time == nullptr) {
      break;
    }
    const auto how = time->sleep(word, expected, until);
    if (how != virtual_time::outcome::clock_ended) {
      return how == virtual_time::outcome::woken;
    }
  }
  return futex_wait_until(word, expected, until);
}

void wake(std::atomic<std::uint32_t>& word, int count) noexcept {
  if (virtual_time* const time = virtual_time::living(); time != nullptr) {
    count -= time->wake(word, count);
    if (count <= 0) {
      return;
    }
  }
  futex_wake(word, count);
}

}  // namespace covey::runtime

namespace covey::detail {

clock::time_point clock_now() noexcept {
  return runtime::now();
}

}  // namespace covey::detail
