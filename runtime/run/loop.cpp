// SPDX-License-Identifier: Apache-2.0
// The life of a worker loop: search, run, rest.
#include "run/loop.hpp"

#include "base/fork.hpp"
#include "base/futex.hpp"
#include "deque/deque.hpp"
#include "observe/tracked_workers.hpp"
#include "platform/signal_stack.hpp"
#include "pool/crew.hpp"
#include "pool/rights.hpp"
#include "run/execute.hpp"
#include "run/reports.hpp"
#include "run/search.hpp"
#include "worker/lot.hpp"
#include "worker/thread_switch.hpp"

#include <covey/detail/fast/pause.hpp>
#include <covey/detail/task/scope.hpp>
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
constexpr auto spin_length = 50us;     // searching before falling asleep
constexpr auto force_after = 20us;     // an owner that has not answered by then is in a long child
constexpr auto borrowed_rest = 20ms;   // then the thread goes back to oneTBB
constexpr auto own_rest = 10s;         // then an own thread ends
constexpr unsigned empty_rounds = 16;  // then the next spawn is asked for in advance

// Ends the search and sleeps. @returns true when woken, with a permit and as a searcher; false when the loop has to end.
[[nodiscard]] bool rest(crew& of, sleeper& self, bool borrowed) noexcept {
  self.word.store(0, std::memory_order_relaxed);
  of.sleepers.add(self);
  if (of.end_search() && of.has_free_permit()) {
    // Nobody searches from here on. Who pushed before the barrier is seen now; who pushes after it sees the request.
    of.workers.ask();
    detail::heavy_barrier();
    if (of.work_visible()) {
      of.wake_one();  // perhaps this very loop
    }
  }
  const auto until =
      clock::now() + (borrowed ? clock::duration{borrowed_rest} : clock::duration{own_rest});
  while (self.word.load(std::memory_order_acquire) == 0) {
    if (of.closed() || !futex_wait_until(self.word, 0, until)) {
      // False: it was woken at the last moment, with a permit and as a searcher.
      return !of.sleepers.remove(self);
    }
  }
  return true;
}

// Runs a stolen child, then what came with it and what it left behind.
void run_all(crew& of, record& me, frame* f, frame** surplus, std::size_t taken) noexcept {
  for (std::size_t i = taken; i-- > 0;) {
    deque::push(me, surplus[i]);
  }
  const auto next = [&]() -> frame* {
    resume(me);
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
    hold_reports_of(me, f->of);
    execute(me, f);
    if (of.from_before_fork()) {
      end_stray_process("a child");
    }
  }
  deliver_held_reports(me);
  if (of.overcrowded()) {
    deque::publish_all(
        me);  // this thread must give way: what it holds becomes visible to the others
  }
}

// One worker loop.
struct loop {
  crew& of;
  record& me;
  const bool borrowed;
  const bool beyond;  // runs one child without a permit, then ends
  sleeper self;
  search memory;
  clock::time_point idle_since = clock::now();
  clock::time_point asked_since = idle_since;
  unsigned failures = 0;

  loop(crew& in, record& worker, loop_kind kind) noexcept
      : of(in),
        me(worker),
        borrowed(kind == loop_kind::borrowed),
        beyond(kind == loop_kind::beyond) {
    me.beyond.store(beyond, std::memory_order_relaxed);
    memory.shares = !beyond;  // a thread beyond the size runs one child; a share could take long
  }

  void start_over() noexcept {
    failures = 0;
    memory.private_rounds = memory.empty_rounds = 0;
    idle_since = asked_since = clock::now();
  }

  // Stops searching without sleeping.
  void stop_searching() noexcept {
    of.end_search();
    give_up_right(me);
    if (beyond) {
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
    resume(me);
    if (!beyond && of.overcrowded() && of.retire()) {
      return sleep();
    }
    if (frame* const f = find_work(of, me, memory)) {
      found_work(of);
      run_all(of, me, f, memory.surplus.data(), memory.taken);
      of.begin_search();
      me.card.steals.fetch_add(1, std::memory_order_relaxed);
      start_over();
      if (beyond) {
        stop_searching();
        return false;
      }
      return true;
    }
    return step_without_work();
  }

  // Nothing was found: waits a little, forces an owner that does not answer, and falls asleep in the end.
  bool step_without_work() noexcept {
    if (memory.saw_private) {
      ++memory.private_rounds;
      memory.empty_rounds = 0;
    } else {
      memory.private_rounds = 0;
      if (++memory.empty_rounds == empty_rounds) {
        // Nobody has had anything for a while: whoever spawns next shows it at once, instead of when it spawns again.
        of.workers.ask();
      }
    }
    detail::pause(failures < 32 ? 4 : 16);
    if ((++failures & 15U) != 0) {
      return true;
    }
    const auto now = clock::now();
    if (now - asked_since > force_after) {
      asked_since = now;
      if (force_somebody(of, me)) {
        return true;
      }
    }
    if ((failures & 255U) == 0) {
      sched_yield();
    }
    if (now - idle_since <= spin_length) {
      return true;
    }
    if (beyond) {
      stop_searching();
      return false;
    }
    give_up_right(me);
    return sleep();
  }

  // Ends the search. @pre the permit was given up
  bool sleep() noexcept {
    track_sleep(me);
    const bool woken = rest(of, self, borrowed);
    track_wake(me);
    if (!woken) {
      return false;
    }
    take_signal_stack_if_wanted();
    memory.last = nullptr;
    start_over();
    return true;
  }
};

}  // namespace

void run_loop(crew& of, loop_kind kind) noexcept {
  const bool borrowed = kind == loop_kind::borrowed;
  if (borrowed && !of.threads.take_awaited()) {
    lender::free_arena();
    of.threads.left(kind);  // too late: an own thread has its permit
    lot::wake(&of);
    return;
  }
  const named_thread named(borrowed ? of.name().view() : std::string_view());
  detail::worker& before = *detail::this_worker();
  record* me = nullptr;
  try {
    me = &of.enter(worker_kind::thief);
  } catch (...) {
    me = nullptr;  // no memory for a deque: one worker less
  }
  if (me != nullptr) {
    take_over(*me);
    me->borrowed = borrowed;
    loop here(of, *me, kind);
    while (here.step()) {
    }
    become(before);
    of.leave(*me);
  } else {
    of.end_search();
    if (kind == loop_kind::beyond) {
      of.give_beyond_up();
    } else {
      of.give_permit();
    }
  }
  lender::free_arena();
  // The last touch of the crew, for shutdown.
  of.threads.left(kind);
  lot::wake(&of);
}

}  // namespace covey::runtime
