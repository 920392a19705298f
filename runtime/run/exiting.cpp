// SPDX-License-Identifier: Apache-2.0
// Tells an exit of the process, and ends scopes in it.
#include "run/exiting.hpp"

#include "deque/deque.hpp"
#include "outcome/stop.hpp"
#include "pool/crew.hpp"
#include "run/execute.hpp"

#include <covey/detail/base/stack.hpp>
#include <covey/detail/compiled/scope_questions.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <dlfcn.h>
#include <string>
#include <thread>
#include <unistd.h>
#include <unwind.h>

namespace covey::runtime {

constinit std::atomic<std::size_t> scopes_left{0};

namespace {

using namespace std::chrono_literals;

// Written before scopes_left is raised; more than these are not told apart.
constinit std::array<std::atomic<const scope*>, 16> left{};

struct walk {
  std::uintptr_t wanted = 0;  // where exit() begins
  bool found = false;
};

_Unwind_Reason_Code compare(_Unwind_Context* at, void* to) {
  auto& w = *static_cast<walk*>(to);
  w.found = static_cast<std::uintptr_t>(_Unwind_GetRegionStart(at)) == w.wanted;
  return w.found ? _URC_END_OF_STACK : _URC_NO_REASON;
}

// In a program that is linked to a fixed address, the address of exit() is that of its own entry to it.
[[nodiscard]] std::uintptr_t start_of_exit() noexcept {
  void* const there = ::dlsym(RTLD_NEXT, "exit");
  return there != nullptr ? reinterpret_cast<std::uintptr_t>(there)
                          : reinterpret_cast<std::uintptr_t>(&::exit);
}

// Children of `s` that the calling thread runs, or that wait for one which it runs: they cannot end before it goes on.
[[nodiscard]] std::size_t running_here(const scope& s) noexcept {
  std::size_t count = 0;
  for (context at = detail::this_context(); at != detail::outside(); at = up(at)) {
    count += static_cast<std::size_t>((at & detail::context_tag) == detail::in_child &&
                                      &scope_of(at) == &s);
  }
  return count;
}

// What is queued where this thread can reach it ends as never started.
void end_all_queued(scope& s) noexcept {
  while (frame* const f =
             crew_of(s).common.take_any([&s](const frame* each) { return each->of == &s; })) {
    end_queued(f);
  }
  record* const me = this_record();
  if (me != nullptr && s.owner == me) {
    while (frame* const f = deque::pop_of(*me, &s)) {
      execute(*me, f);  // the scope is stopped: it does not start
    }
    collect(s);
  }
}

void tell_who_is_left(const scope& s, std::size_t count) noexcept {
  try {
    const std::string text = "covey: the process exits; " + std::to_string(count) +
                             (count == 1 ? " child" : " children") + " of the " + in_words(s) +
                             ", did not stop in 2 s\n";
    std::fputs(text.c_str(), stderr);
  } catch (...) {  // NOLINT(bugprone-empty-catch): no memory for the message
  }
}

// What the process exits with; none: it does not exit, or has had no pool.
//   written  by the first handler that register_exit_handler() registered.  read  by the last one, on the same thread. relaxed.
constexpr int none = -1;
constinit std::atomic<int> exit_status{none};

void store_exit_status(int status, void* /*unused*/) noexcept {
  exit_status.store(status & 0xFF, std::memory_order_relaxed);
}

// The last handler of the program: it was registered before all others, so that every destructor of the program has run.
// oneTBB's own clean-up, which would come next, crashes under a thread that it lent out (2021.8), and that called exit().
// Registered by atexit(), which takes it back when the object that contains it is unloaded before a pool was made.
void end_on_lent_thread() noexcept {
  const int status = exit_status.load(std::memory_order_relaxed);
  if (const record* const me = this_record(); status != none && me != nullptr && me->borrowed) {
    std::fflush(nullptr);
    ::_exit(status);
  }
}
[[gnu::constructor(101)]] void register_last_handler() noexcept {
  std::atexit(&end_on_lent_thread);
}

}  // namespace

void register_exit_handler() noexcept {
  // Twice does no harm, and a child that is forked meanwhile waits for nobody. relaxed: it carries nothing.
  static constinit std::atomic<bool> registered{false};
  if (!registered.exchange(true, std::memory_order_relaxed)) {
    static_cast<void>(::on_exit(&store_exit_status, nullptr));
  }
}

bool is_exiting() noexcept {
  walk up_from_here{start_of_exit()};
  _Unwind_Backtrace(&compare, &up_from_here);
  return up_from_here.found;
}

bool ends_at_exit(const scope& s) noexcept {
  return !detail::near_stack_end(reinterpret_cast<const char*>(&s)) && is_exiting();
}

clock::time_point end_of_patience() noexcept {
  static const clock::time_point end = clock::now() + 2s;
  return end;
}

bool end_children_at_exit(scope& s) noexcept {
  request_stop(s, crew_of(s).shutdown_reason());
  const std::size_t own = running_here(s);
  const clock::time_point end = end_of_patience();
  const auto back = [&s, own] { return detail::pending_of(s) <= own; };
  for (;;) {
    end_all_queued(s);
    const clock::time_point now = clock::now();
    if (back() || now >= end) {
      break;
    }
    // Not in the lot: this thread may hold a permit, and no wake-up tells that all but some children have finished.
    std::this_thread::sleep_for(1ms);
  }
  const std::size_t pending = detail::pending_of(s);
  if (pending == 0) {
    return true;
  }
  if (pending > own) {
    const std::size_t number = scopes_left.load(std::memory_order_relaxed);
    left[std::min(number, left.size() - 1)].store(&s, std::memory_order_seq_cst);
    scopes_left.fetch_add(1, std::memory_order_seq_cst);
    tell_who_is_left(s, pending - own);
  }
  return false;
}

void linger(const scope& s) noexcept {
  const bool all = scopes_left.load(std::memory_order_seq_cst) > left.size();
  for (const std::atomic<const scope*>& each : left) {
    while (all || each.load(std::memory_order_seq_cst) == &s) {
      ::pause();
    }
  }
}

}  // namespace covey::runtime
