// SPDX-License-Identifier: Apache-2.0
// Advances the virtual time from event to event.
#include "timekeeper.hpp"
#include "virtual_time.hpp"

#include <covey/error.hpp>
#include <covey/virtual_clock.hpp>

#include <algorithm>
#include <stdexcept>

namespace covey {
namespace {

// Only members of a living virtual_clock ask.
runtime::virtual_time& time_now_living() noexcept {
  return *runtime::virtual_time::living();
}

}  // namespace

virtual_clock::virtual_clock(covey::site where) {
  runtime::virtual_time::begin(where);
  runtime::timekeeper::clock_changed();
}

virtual_clock::~virtual_clock() {
  time_now_living().end();
  runtime::timekeeper::clock_changed();
}

clock::time_point virtual_clock::now() const noexcept {
  return time_now_living().now();
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
