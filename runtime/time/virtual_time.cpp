// SPDX-License-Identifier: Apache-2.0
// Sleeping by a time that a test moves; wakers and sleepers meet under one lock, so that no wake-up is lost.
#include "time/virtual_time.hpp"

#include "base/fork.hpp"

#include <covey/error.hpp>

#include <algorithm>
#include <pthread.h>
#include <string>

namespace covey::runtime {
namespace {

// The one object while a virtual_clock lives.
//   written  by begin() and end(), under the object's lock.
//   read     by living(), by any thread, before every sleep with a deadline, wake-up and look at the time.
//   order    seq_cst, so that a waker which changed its word by a seq_cst operation cannot miss a clock by which a
//            sleeper already went; release / acquire suffices for the object.
constinit std::atomic<virtual_time*> the_living{nullptr};

// A forked child goes by the real time: those who sleep by the virtual one, and hold its lock, do not exist there.
[[maybe_unused]] const int ends_at_forks = ::pthread_atfork(
    nullptr, nullptr, [] { the_living.store(nullptr, std::memory_order_seq_cst); });

}  // namespace

// Lives on the stack of the sleeping thread; guarded by the lock, also while it is notified.
struct virtual_time::sleeper {
  const std::atomic<std::uint32_t>* word;
  clock::time_point until;
  outcome how = outcome::asleep;
  sleeper* next = nullptr;
  std::condition_variable alarm{};
};

virtual_time* virtual_time::living() noexcept {
  return the_living.load(std::memory_order_seq_cst);
}

virtual_time& virtual_time::begin(site where) {
  static constinit fork_mutex making;
  static constinit virtual_time* made = nullptr;  // guarded by making; never destroyed
  static constinit std::uint32_t made_in = 0;     // guarded by making: the fork generation
  const std::scoped_lock turn(making);
  if (made == nullptr || made_in != fork_generation()) {
    made = new virtual_time;
    made_in = fork_generation();
  }
  virtual_time& only = *made;
  const std::lock_guard hold(only.lock_);
  if (only.lives_) {
    throw structure_error("covey: one virtual_clock at a time; the first was made at " +
                          to_string(only.made_at_) + ", this one at " + to_string(where));
  }
  only.lives_ = true;
  only.made_at_ = where;
  only.now_.store(clock::now().time_since_epoch().count(), std::memory_order_release);
  the_living.store(&only, std::memory_order_seq_cst);
  return only;
}

void virtual_time::end() noexcept {
  const std::lock_guard hold(lock_);
  the_living.store(nullptr, std::memory_order_seq_cst);
  lives_ = false;
  timers_ = 0;
  while (first_ != nullptr) {
    dismiss(*first_, outcome::clock_ended);
  }
}

virtual_time::outcome virtual_time::sleep(const std::atomic<std::uint32_t>& word,
                                          std::uint32_t expected,
                                          clock::time_point until) noexcept {
  std::unique_lock hold(lock_);
  if (!lives_) {
    return outcome::clock_ended;
  }
  if (word.load(std::memory_order_seq_cst) != expected) {
    return outcome::woken;
  }
  if (until <= now()) {
    return outcome::timed_out;
  }
  sleeper self{&word, until};
  sleeper** link = &first_;
  while (*link != nullptr && (*link)->until <= until) {
    link = &(*link)->next;
  }
  self.next = *link;
  *link = &self;
  ++sleepers_;
  more_.notify_all();
  self.alarm.wait(hold, [&self] { return self.how != outcome::asleep; });
  return self.how;
}

int virtual_time::wake(const std::atomic<std::uint32_t>& word, int count) noexcept {
  const std::lock_guard hold(lock_);
  int woken = 0;
  sleeper* next = first_;
  while (next != nullptr && woken < count) {
    sleeper& each = *next;
    next = each.next;
    if (each.word == &word) {
      dismiss(each, outcome::woken);
      ++woken;
    }
  }
  return woken;
}

clock::time_point virtual_time::next_due() const noexcept {
  const std::lock_guard hold(lock_);
  return first_ != nullptr ? first_->until : clock::time_point::max();
}

void virtual_time::move_to(clock::time_point time) noexcept {
  const std::lock_guard hold(lock_);
  now_.store(std::max(now(), time).time_since_epoch().count(), std::memory_order_release);
}

void virtual_time::wake_due() noexcept {
  const std::lock_guard hold(lock_);
  while (first_ != nullptr && first_->until <= now()) {
    dismiss(*first_, outcome::timed_out);
  }
}

void virtual_time::count_timers(std::size_t armed) noexcept {
  const std::lock_guard hold(lock_);
  timers_ = armed;
  more_.notify_all();
}

void virtual_time::wait_for_sleepers(std::size_t count) noexcept {
  std::unique_lock hold(lock_);
  more_.wait(hold, [&] { return sleepers_ + timers_ >= count; });
}

void virtual_time::dismiss(sleeper& who, outcome how) noexcept {
  sleeper** link = &first_;
  while (*link != &who) {
    link = &(*link)->next;
  }
  *link = who.next;
  --sleepers_;
  who.how = how;
  who.alarm.notify_one();  // under the lock: the sleeper's stack cannot go before
}

}  // namespace covey::runtime
