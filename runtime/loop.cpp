// SPDX-License-Identifier: Apache-2.0
// The life of a worker loop: search, run, rest.
#include "crew.hpp"
#include "deque.hpp"
#include "execute.hpp"
#include "futex.hpp"
#include "lot.hpp"
#include "pause.hpp"
#include "signal_stack.hpp"
#include "thread_switch.hpp"
#include "tracker.hpp"

#include <covey/detail/scope.hpp>
#include <covey/error.hpp>

#include <array>
#include <chrono>
#include <sched.h>
#include <utility>

namespace covey::runtime {

namespace {

using namespace std::chrono_literals;

// Measured on 2 cores (Zen 4 virtual machine, 2026-11): see bench/README.md, "idle and wake-up".
constexpr auto spin_length = 50us;    // searching before falling asleep
constexpr auto force_after = 20us;    // an owner that has not answered by then is in a long child
constexpr auto borrowed_rest = 20ms;  // then the thread goes back to oneTBB
constexpr auto own_rest = 10s;        // then an own thread ends
constexpr std::size_t batch = 32;

}  // namespace

frame* crew::find_work(
    record& me, record*& last, frame** extra, std::size_t& taken, bool shares) noexcept {
  taken = 0;
  const std::size_t count = members();
  const auto try_victim = [&](record& victim) -> frame* {
    if (&victim == &me) {
      return nullptr;
    }
    if (frame* const f = deque::steal(victim, extra, batch, taken)) {
      last = &victim;
      return f;
    }
    if (deque::looks_private(victim)) {
      deque::request(victim);
    }
    return nullptr;
  };
  if (last != nullptr) {
    if (frame* const f = try_victim(*last)) {
      return f;
    }
  }
  if (frame* const f = common.pop()) {
    last = nullptr;
    return f;
  }
  me.random = me.random * 1664525U + 1013904223U;
  const std::size_t start = (static_cast<std::size_t>(me.random >> 8U) * count) >> 24U;
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t at = start + i < count ? start + i : start + i - count;
    if (frame* const f = try_victim(*member(at))) {
      return f;
    }
  }
  return shares ? steal_share() : nullptr;
}

bool crew::force_somebody(record& me) const noexcept {
  const std::size_t count = members();
  for (std::size_t i = 0; i < count; ++i) {
    record& victim = *member(i);
    if (&victim != &me && deque::looks_private(victim) && deque::force(me, victim)) {
      return true;
    }
  }
  return false;
}

// A searcher becomes busy. The last one sees to it that a free place does not sleep beside work.
void crew::found_work() noexcept {
  if (searching_.fetch_sub(1, std::memory_order_seq_cst) != 1 ||
      places_.load(std::memory_order_seq_cst) <= 0) {
    return;
  }
  if (work_visible()) {
    wake_one();
  } else {
    ask_members();  // the next spawn anywhere takes the slow path and wakes somebody
  }
}

bool crew::leave_list(sleeper& self) noexcept {
  const std::scoped_lock guard(sleepers_lock_);
  for (sleeper** at = &sleepers_; *at != nullptr; at = &(*at)->next) {
    if (*at == &self) {
      *at = self.next;
      return true;
    }
  }
  return false;
}

// Gives up place and search, and sleeps. @returns true when woken with a place; false when the loop should end.
bool crew::rest(sleeper& self, bool borrowed) noexcept {
  self.word.store(0, std::memory_order_relaxed);
  {
    const std::scoped_lock guard(sleepers_lock_);
    self.next = sleepers_;
    sleepers_ = &self;
  }
  const bool last = searching_.fetch_sub(1, std::memory_order_seq_cst) == 1;
  if (last && places_.load(std::memory_order_seq_cst) > 0) {
    // Nobody searches from here on. Who pushed before the barrier is seen now; who pushes after it sees the request.
    ask_members();
    detail::heavy_barrier();
    if (work_visible()) {
      wake_one();  // perhaps this very loop
    }
  }
  const auto until =
      clock::now() + (borrowed ? clock::duration{borrowed_rest} : clock::duration{own_rest});
  while (self.word.load(std::memory_order_acquire) == 0) {
    if (closed() || !futex_wait_until(self.word, 0, until)) {
      if (leave_list(self)) {
        return false;
      }
      // Woken in the last moment: the waker gave us its place, and wants us to search.
      return true;
    }
  }
  return true;
}

namespace {

// Runs a stolen child, then what came with it and what it left behind.
void run_all(crew& of, record& me, frame* f, frame** extra, std::size_t taken) noexcept {
  for (std::size_t i = taken; i-- > 0;) {
    deque::push(me, extra[i]);
  }
  for (; f != nullptr; f = of.overcrowded() || of.closed() ? nullptr : deque::pop(me)) {
    open_batch(me, f->of);
    execute(me, f);
  }
  close_batch(me);
  if (of.overcrowded()) {
    publish_everything(
        me);  // this thread must give way: what it holds becomes visible to the others
  }
}

}  // namespace

// One worker loop: what it remembers between two looks for work.
struct loop {
  crew& of;
  record& me;
  const bool borrowed;
  const bool extra;  // beyond the size: runs one child without a place, then goes
  sleeper self;
  std::array<frame*, batch> stolen{};
  std::size_t taken = 0;
  record* last = nullptr;  // the last victim that had work
  clock::time_point idle_since = clock::now();
  clock::time_point asked_since = idle_since;
  unsigned failures = 0;

  loop(crew& in, record& worker, bool from_onetbb, bool beyond) noexcept
      : of(in),
        me(worker),
        borrowed(from_onetbb),
        extra(beyond) {
    me.beyond = beyond;
  }

  void start_over() noexcept {
    failures = 0;
    idle_since = asked_since = clock::now();
  }

  // Stops searching without sleeping.
  void stop_searching() noexcept {
    of.searching_.fetch_sub(1, std::memory_order_seq_cst);
    if (std::exchange(me.beyond, false)) {
      of.end_beyond();
    } else {
      of.give_place();
    }
  }

  // @returns false when the loop ends.
  bool step() noexcept {
    if (of.closed()) {
      while (frame* const f = deque::pop(me)) {
        drop_queued(f);
      }
      stop_searching();
      return false;
    }
    if (!extra && of.overcrowded() && of.retire()) {
      return sleep();
    }
    // A thread beyond the size was started for one child; a share would keep it for long.
    if (frame* const f = of.find_work(me, last, stolen.data(), taken, !extra)) {
      of.found_work();
      run_all(of, me, f, stolen.data(), taken);
      of.searching_.fetch_add(1, std::memory_order_seq_cst);
      me.card.steals.fetch_add(1, std::memory_order_relaxed);
      start_over();
      if (extra) {
        stop_searching();
        return false;
      }
      return true;
    }
    return look_again();
  }

  // Nothing was found: waits a little, forces an owner that does not answer, and falls asleep in the end.
  bool look_again() noexcept {
    pause(failures < 32 ? 4 : 16);
    if ((++failures & 15U) != 0) {
      return true;
    }
    const auto now = clock::now();
    if (now - asked_since > force_after) {
      asked_since = now;
      if (of.force_somebody(me)) {
        return true;
      }
    }
    if ((failures & 255U) == 0) {
      sched_yield();
    }
    if (now - idle_since <= spin_length) {
      return true;
    }
    if (extra) {
      stop_searching();
      return false;
    }
    of.give_place();
    return sleep();
  }

  // @pre the place was given up; the search is given up here.
  bool sleep() noexcept {
    track_sleep(me);
    const bool woken = of.rest(self, borrowed);
    track_wake(me);
    if (!woken) {
      return false;
    }
    take_signal_stack_if_wanted();
    last = nullptr;
    start_over();
    return true;
  }
};

void crew::work_loop(bool borrowed, bool beyond) noexcept {
  if (borrowed && !take_awaited_loop()) {
    borrowed_.fetch_sub(1, std::memory_order_seq_cst);  // too late: an own thread has its place
    lot::wake(this);
    return;
  }
  detail::worker& before = *detail::this_worker();
  record* me = nullptr;
  try {
    me = &enter(worker_kind::thief);
  } catch (...) {
    me = nullptr;  // no memory for a deque: one worker less
  }
  if (me != nullptr) {
    take_over(*me);
    me->borrowed = borrowed;
    loop here(*this, *me, borrowed, beyond);
    while (here.step()) {
    }
    become(before);
    leave(*me);
  } else {
    searching_.fetch_sub(1, std::memory_order_seq_cst);
    if (beyond) {
      extra_running_.store(false, std::memory_order_seq_cst);
    } else {
      give_place();
    }
  }
  // The last touch of the crew, for shutdown().
  (borrowed ? borrowed_ : own_running_).fetch_sub(1, std::memory_order_seq_cst);
  lot::wake(this);
}

}  // namespace covey::runtime
