// SPDX-License-Identifier: Apache-2.0
// The life of a worker loop: search, run, rest.
#include "crew.hpp"
#include "deque.hpp"
#include "execute.hpp"
#include "fork.hpp"
#include "futex.hpp"
#include "lot.hpp"
#include "pause.hpp"
#include "reports.hpp"
#include "signal_stack.hpp"
#include "thread_switch.hpp"
#include "tracker.hpp"

#include <covey/detail/scope.hpp>
#include <covey/error.hpp>

#include <array>
#include <chrono>
#include <sched.h>
#include <string_view>
#include <utility>

namespace covey::runtime {

namespace {

using namespace std::chrono_literals;

// Measured on 2 cores (Zen 4 virtual machine, 2026-11): see bench/README.md, "idle and wake-up".
constexpr auto spin_length = 50us;    // searching before falling asleep
constexpr auto force_after = 20us;    // an owner that has not answered by then is in a long child
constexpr auto borrowed_rest = 20ms;  // then the thread goes back to oneTBB
constexpr auto own_rest = 10s;        // then an own thread ends
constexpr unsigned empty_looks = 16;  // then the next spawn is asked for in advance

}  // namespace

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
  const auto next = [&]() -> frame* {
    of.resume(me);
    if (of.overcrowded() || of.closed()) {
      return nullptr;
    }
    if (!deque::is_empty(me)) {
      if (frame* const own = deque::pop(me)) {
        return own;
      }
    }
    // A thread beyond the size was started for one child.
    return me.beyond.load(std::memory_order_relaxed) ? nullptr : of.common.pop();
  };
  for (; f != nullptr; f = next()) {
    open_batch(me, f->of);
    execute(me, f);
    if (of.from_before_fork()) {
      end_stray_process("a child");
    }
  }
  close_batch(me);
  if (of.overcrowded()) {
    publish_everything(
        me);  // this thread must give way: what it holds becomes visible to the others
  }
}

}  // namespace

// One worker loop.
struct loop {
  crew& of;
  record& me;
  const bool borrowed;
  const bool extra;  // beyond the size: runs one child without a place, then goes
  sleeper self;
  crew::search search;
  clock::time_point idle_since = clock::now();
  clock::time_point asked_since = idle_since;
  unsigned failures = 0;

  loop(crew& in, record& worker, bool from_onetbb, bool beyond) noexcept
      : of(in),
        me(worker),
        borrowed(from_onetbb),
        extra(beyond) {
    me.beyond.store(beyond, std::memory_order_relaxed);
    search.shares =
        !beyond;  // a thread beyond the size was started for one child; a share would keep it for long
  }

  void start_over() noexcept {
    failures = 0;
    search.private_looks = search.empty_looks = 0;
    idle_since = asked_since = clock::now();
  }

  // Stops searching without sleeping.
  void stop_searching() noexcept {
    of.searching_.fetch_sub(1, std::memory_order_seq_cst);
    of.give_up_right(me);
    if (extra) {
      of.see_to_tick();
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
    of.resume(me);
    if (!extra && of.overcrowded() && of.retire()) {
      return sleep();
    }
    if (frame* const f = of.find_work(me, search)) {
      of.found_work();
      run_all(of, me, f, search.extra.data(), search.taken);
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
    if (search.saw_private) {
      ++search.private_looks;
      search.empty_looks = 0;
    } else {
      search.private_looks = 0;
      if (++search.empty_looks == empty_looks) {
        // Nobody has had anything for a while: whoever spawns next shows it at once, instead of when it spawns again.
        of.ask_members();
      }
    }
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
    of.give_up_right(me);
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
    search.last = nullptr;
    start_over();
    return true;
  }
};

void crew::work_loop(bool borrowed, bool beyond) noexcept {
  if (borrowed && !take_awaited_loop()) {
    lender::leave();
    borrowed_.fetch_sub(1, std::memory_order_seq_cst);  // too late: an own thread has its place
    lot::wake(this);
    return;
  }
  const named_thread named(borrowed ? name_.view() : std::string_view());
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
      give_beyond_up();
    } else {
      give_place();
    }
  }
  lender::leave();
  // The last touch of the crew, for shutdown().
  (borrowed ? borrowed_ : own_running_).fetch_sub(1, std::memory_order_seq_cst);
  lot::wake(this);
}

}  // namespace covey::runtime
