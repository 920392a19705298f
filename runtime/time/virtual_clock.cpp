// SPDX-License-Identifier: Apache-2.0
// Advances the virtual time from event to event.
#include "time/timekeeper.hpp"
#include "time/virtual_time.hpp"

#include <covey/error.hpp>
#include <covey/virtual_clock.hpp>

#include <algorithm>
#include <stdexcept>

namespace covey {
namespace {

// Only members of a living virtual_clock ask. @throws pool_error in a process that was forked since it was made
runtime::virtual_time& time_now_living() {
  runtime::virtual_time* const time = runtime::virtual_time::living();
  if (time == nullptr) {
    throw pool_error(
        "covey: this process was forked from the one that made the virtual_clock, and goes by the "
        "real time");
  }
  return *time;
}

}  // namespace

virtual_clock::virtual_clock(covey::site where) {
  runtime::virtual_time::begin(where);
  runtime::timekeeper::clock_changed();
}

virtual_clock::~virtual_clock() {
  runtime::virtual_time* const time = runtime::virtual_time::living();
  if (time == nullptr) {
    return;  // in a forked child
  }
  time->end();
  runtime::timekeeper::clock_changed();
}

clock::time_point virtual_clock::now() const noexcept {
  const runtime::virtual_time* const time = runtime::virtual_time::living();
  return time != nullptr ? time->now() : clock::now();
}

void virtual_clock::advance(time_limit by) {
  if (!by.given() || by.length() < clock::duration::zero()) {
    throw std::invalid_argument(
        "covey: virtual_clock::advance() takes a duration from zero to the clock's range");
  }
  advance_to(by.after(now()));
}

void virtual_clock::advance_to(clock::time_point until) {
  using runtime::timekeeper;
  if (timekeeper::on_timer_thread()) {
    throw structure_error(
        "covey: a virtual_clock was advanced from inside a timer's callback, which that advance "
        "would wait for");
  }
  runtime::virtual_time& time = time_now_living();
  const std::lock_guard turn(time.advancing());
  for (bool more = true; more;) {
    const clock::time_point next = std::min(timekeeper::next_due(), time.next_due());
    more = next <= until && next != clock::time_point::max();
    time.move_to(more ? next : until);
    timekeeper::finish_due();
    time.wake_due();
  }
}

void virtual_clock::wait_for_sleepers(std::size_t count) const {
  time_now_living().wait_for_sleepers(count);
}

}  // namespace covey
