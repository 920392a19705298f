// SPDX-License-Identifier: Apache-2.0
// The timer thread: sleeps until the first timer is due, fires it outside the lock, and says when it has finished.
#include "time/timekeeper.hpp"

#include "base/fork.hpp"
#include "base/futex.hpp"
#include "base/quiet_thread.hpp"
#include "platform/signal_mask.hpp"
#include "time/clock.hpp"
#include "time/timer_heap.hpp"
#include "time/virtual_time.hpp"

#include <covey/error.hpp>

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <new>
#include <pthread.h>
#include <string>
#include <system_error>
#include <thread>

namespace covey::runtime {
namespace {

constexpr clock::time_point never = clock::time_point::max();

constinit thread_local bool this_is_the_timer_thread = false;

class keeper {
 public:
  static keeper& only() noexcept;

  // Called before the lock is taken for the first time. So a forked child can tell whether the lock may be held by a thread
  // of its parent process.
  void mark_used() noexcept {
    std::uint32_t unused = 0;
    used_in_.compare_exchange_strong(
        unused, fork_generation() + 1, std::memory_order_relaxed, std::memory_order_relaxed);
  }
  [[nodiscard]] bool usable() const noexcept {
    return used_in_.load(std::memory_order_relaxed) == fork_generation() + 1;
  }

  void arm(timer& t, clock::time_point due);
  void disarm(timer& t) noexcept;
  [[nodiscard]] clock::time_point next_due() noexcept;
  void finish_due() noexcept;
  void clock_changed() noexcept;

 private:
  using holder = std::unique_lock<std::mutex>;

  void start();
  void run() noexcept;
  void fire(timer& t, holder& hold) noexcept;
  void take_out(timer& t) noexcept;
  [[nodiscard]] timer* due_now() const noexcept;
  [[nodiscard]] bool current_due() const noexcept;
  [[nodiscard]] clock::time_point wake_at() const noexcept;
  void poke(holder& hold) noexcept;
  void tell_count() const noexcept;
  [[nodiscard]] timer_heap& heap_of(const timer& t) noexcept {
    return t.base == time_base::current ? current_ : steady_;
  }

  // The fork generation of the first use, plus one; 0: unused.
  //   written  by mark_used(), once.
  //   read     by usable(), before the lock is taken.
  //   order    relaxed: only the number counts; the lock orders the rest.
  std::atomic<std::uint32_t> used_in_{0};

  // Differs after every reason to look at the timers again.
  //   written  by poke(), under lock_, by any thread.
  //   read     by the timer thread, under lock_, and by the kernel before it puts that thread to sleep.
  //   order    relaxed: lock_ orders everything else; the word only has to differ.
  std::atomic<std::uint32_t> pokes_{0};

  std::mutex lock_;
  std::condition_variable finished_;  // a callback has
  timer_heap current_;                // guarded by lock_, as is the rest
  timer_heap steady_;
  std::uint64_t armed_ever_ = 0;
  timer* running_ = nullptr;
  time_base running_base_ = time_base::current;
  std::uint32_t waiters_ = 0;
  bool started_ = false;
  // What the thread sleeps for, by the steady clock; min() while it is awake, and will look anyway.
  clock::time_point sleeps_until_ = clock::time_point::min();
};

// In static storage, and never destroyed: the thread runs until the process has gone.
keeper& keeper::only() noexcept {
  alignas(keeper) static constinit std::byte room[sizeof(keeper)]{};
  static keeper& only = *::new (static_cast<void*>(room)) keeper;
  return only;
}

void keeper::arm(timer& t, clock::time_point due) {
  holder hold(lock_);
  const bool from_its_callback = this_is_the_timer_thread && running_ == &t;
  if (from_its_callback && t.disarming > 0) {
    return;
  }
  if (!started_) {
    start();
  }
  if (t.heap_index != timer::nowhere) {
    heap_of(t).remove(t);
  } else if (!from_its_callback) {
    heap_of(t).make_room();
  }
  t.due = due;
  t.order = ++armed_ever_;
  heap_of(t).insert(t);
  tell_count();
  if (wake_at() < sleeps_until_) {
    poke(hold);
  }
}

void keeper::disarm(timer& t) noexcept {
  holder hold(lock_);
  take_out(t);
  if (running_ != &t || this_is_the_timer_thread) {
    return;
  }
  ++t.disarming;
  ++waiters_;
  finished_.wait(hold, [&] { return running_ != &t; });
  --waiters_;
  --t.disarming;
  take_out(t);
}

clock::time_point keeper::next_due() noexcept {
  const holder hold(lock_);
  return current_.next_due();
}

void keeper::finish_due() noexcept {
  holder hold(lock_);
  const auto busy = [this] {
    return current_due() || (running_ != nullptr && running_base_ == time_base::current);
  };
  if (busy()) {
    poke(hold);
    hold.lock();
    ++waiters_;
    finished_.wait(hold, [&] { return !busy(); });
    --waiters_;
  }
}

void keeper::clock_changed() noexcept {
  holder hold(lock_);
  tell_count();
  poke(hold);
}

void keeper::start() {
  const sigset_t mask = process_mask();
  const all_signals_blocked quiet;
  try {
    std::thread([this, mask] {
      take_mask(mask);
      run();
    }).detach();
  } catch (const std::system_error& error) {
    throw pool_error(
        "covey: the system refuses the thread that deadlines need: " + error.code().message(),
        error.code());
  }
  started_ = true;
}

void keeper::run() noexcept {
  this_is_the_timer_thread = true;
  ::pthread_setname_np(::pthread_self(), "covey-timer");
  holder hold(lock_);
  for (;;) {
    if (timer* const t = due_now(); t != nullptr) {
      fire(*t, hold);
      continue;
    }
    sleeps_until_ = wake_at();
    const clock::time_point until = sleeps_until_;
    const std::uint32_t seen = pokes_.load(std::memory_order_relaxed);
    hold.unlock();
    futex_wait_until(pokes_, seen, until);
    hold.lock();
    sleeps_until_ = clock::time_point::min();
  }
}

void keeper::fire(timer& t, holder& hold) noexcept {
  running_ = &t;
  running_base_ = t.base;
  take_out(t);
  hold.unlock();
  t.fire(&t);  // from here on the timer may be gone
  if (!usable()) {
    end_stray_process("a callback that a deadline called");
  }
  hold.lock();
  running_ = nullptr;
  if (waiters_ > 0) {
    finished_.notify_all();
  }
}

void keeper::take_out(timer& t) noexcept {
  if (t.heap_index != timer::nowhere) {
    heap_of(t).remove(t);
    tell_count();
  }
}

timer* keeper::due_now() const noexcept {
  if (steady_.next_due() != never && steady_.next_due() <= clock::now()) {
    return &steady_.first();
  }
  return current_due() ? &current_.first() : nullptr;
}

// A timer at clock::time_point::max() is never due, even when a virtual clock was advanced to the end of its range.
bool keeper::current_due() const noexcept {
  return current_.next_due() != never && current_.next_due() <= now();
}

// When the thread has to wake, by the steady clock. A virtual clock does not move by itself: whoever advances it calls
// poke().
clock::time_point keeper::wake_at() const noexcept {
  if (virtual_time::living() == nullptr) {
    return std::min(steady_.next_due(), current_.next_due());
  }
  return current_due() ? clock::time_point::min() : steady_.next_due();
}

// Lets go of the lock before the system call.
void keeper::poke(holder& hold) noexcept {
  sleeps_until_ = clock::time_point::min();
  pokes_.fetch_add(1, std::memory_order_relaxed);
  hold.unlock();
  futex_wake(pokes_, 1);
}

void keeper::tell_count() const noexcept {
  if (virtual_time* const time = virtual_time::living(); time != nullptr) {
    time->count_timers(current_.size());
  }
}

}  // namespace

void timekeeper::arm(timer& t, clock::time_point due) {
  keeper& only = keeper::only();
  only.mark_used();
  if (!only.usable()) {
    throw pool_error(
        "covey: no timer can be armed in a forked child; its timer thread stayed in the parent "
        "process");
  }
  only.arm(t, due);
}

void timekeeper::disarm(timer& t) noexcept {
  if (keeper::only().usable()) {
    keeper::only().disarm(t);
  }
}

clock::time_point timekeeper::next_due() noexcept {
  return keeper::only().usable() ? keeper::only().next_due() : never;
}

void timekeeper::finish_due() noexcept {
  if (keeper::only().usable()) {
    keeper::only().finish_due();
  }
}

void timekeeper::clock_changed() noexcept {
  if (keeper::only().usable()) {
    keeper::only().clock_changed();
  }
}

bool timekeeper::on_timer_thread() noexcept {
  return this_is_the_timer_thread;
}

}  // namespace covey::runtime
