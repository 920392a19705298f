// SPDX-License-Identifier: Apache-2.0
// Borrows threads from oneTBB.
#include "onetbb/lender.hpp"

#include "base/fork.hpp"
#include "base/quiet_thread.hpp"
#include "platform/signal_mask.hpp"
#include "platform/thread_stack.hpp"

#include <covey/config.hpp>
#include <covey/error.hpp>

#include <oneapi/tbb/global_control.h>
#include <oneapi/tbb/task_arena.h>
#include <oneapi/tbb/version.h>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <mutex>
#include <new>
#include <pthread.h>
#include <string>
#include <utility>

namespace covey::runtime {

namespace {

// oneTBB (2021.8) does not recover from a thread that the system refuses: whoever asks it for threads after that waits for
// ever. So covey asks one at a time, and after a refusal starts all threads itself.
constinit std::mutex onetbb_lock;
constinit bool onetbb_failed = false;  // guarded by onetbb_lock

[[maybe_unused]] const int held_onetbb_at_forks = hold_at_forks<onetbb_lock>();

}  // namespace

// Where one borrowed loop runs.
struct lender::loop_arena {
  enum class stage : std::uint8_t { empty, filled, asked, taken };
  // empty: no loop; filled: lend() writes body and arg; asked: oneTBB is to come; taken: it came, and runs the body.
  //   written  empty → filled → asked by lend(); asked → taken by the thread of oneTBB that comes; asked → empty by
  //            lend() when oneTBB refused; taken → empty by free_arena().
  //   read     by the same moves, of which those out of empty and asked are compare-exchanges: each has one winner.
  //   order    acq_rel: body and arg pass from lend() to the thread that comes, and back when the seat is empty.
  std::atomic<stage> state{stage::empty};
  thread_body body = nullptr;
  void* arg = nullptr;
  // Initialised by oneTBB at the first loop. No slot is reserved for application threads.
  oneapi::tbb::task_arena arena{1, 0};

  // The seat of the loop that this thread runs.
  static thread_local loop_arena* mine;

  bool move(stage from, stage to) noexcept {
    return state.compare_exchange_strong(from, to, std::memory_order_acq_rel);
  }
  void come() noexcept;
  bool enqueue() noexcept;
};

constinit thread_local lender::loop_arena* lender::loop_arena::mine = nullptr;

namespace {

// ThreadSanitizer cannot see into the packaged oneTBB; its builds run the same loops on plain threads.
constexpr bool borrow = COVEY_TSAN == 0;

// After a fork oneTBB cannot be used: it still counts on threads that exist in the parent process only.
[[nodiscard]] bool onetbb_stayed_behind() noexcept {
  // The fork generation of the first pool, plus one; 0: there was unused. Relaxed: only the number counts.
  static constinit std::atomic<std::uint32_t> begun_in{0};
  std::uint32_t unused = 0;
  const std::uint32_t now = fork_generation() + 1;
  return !begun_in.compare_exchange_strong(
             unused, now, std::memory_order_relaxed, std::memory_order_relaxed) &&
         unused != now;
}

std::size_t grant() {
  if (onetbb_stayed_behind()) {
    return 0;  // all threads are covey's own
  }
  const std::size_t allowed = oneapi::tbb::global_control::active_value(
      oneapi::tbb::global_control::max_allowed_parallelism);
  // One of them is the thread that calls oneTBB.
  return borrow && allowed > 1 ? allowed - 1 : 0;
}

}  // namespace

void refuse_older_onetbb(int built_with, int loaded) {
  if (loaded < built_with) {
    throw pool_error(
        "covey: the oneTBB library that was loaded (interface version " + std::to_string(loaded) +
        ") is older than the one that covey was built with (" + std::to_string(built_with) + ")");
  }
}

lender::lender(std::size_t threads) : granted_(0) {
  refuse_older_onetbb(TBB_INTERFACE_VERSION, TBB_runtime_interface_version());
  resize(threads);
}

void lender::resize(std::size_t threads) {
  const std::size_t granted = std::min(threads, grant());
  arenas_.reserve(granted);
  while (arenas_.size() < granted) {
    arenas_.push_back(std::make_unique<loop_arena>());
  }
  granted_ = granted;
}

lender::~lender() = default;

bool lender::lend(thread_body body, void* arg) noexcept {
  using stage = loop_arena::stage;
  for (std::size_t i = 0; i < granted_; ++i) {
    loop_arena& at = *arenas_[i];
    if (at.state.load(std::memory_order_relaxed) != stage::empty ||
        !at.move(stage::empty, stage::filled)) {
      continue;
    }
    at.body = body;
    at.arg = arg;
    at.state.store(stage::asked, std::memory_order_release);
    // oneTBB may have queued the request before the system refused the thread. Another thread that takes it later finds the
    // arena empty, or requested again.
    return ask(at) || !at.move(stage::asked, stage::empty);
  }
  return false;
}

void lender::free_arena() noexcept {
  if (loop_arena* const at = std::exchange(loop_arena::mine, nullptr)) {
    at->state.store(loop_arena::stage::empty, std::memory_order_release);
  }
}

bool lender::take_back() noexcept {
  for (std::size_t i = 0; i < granted_; ++i) {
    if (arenas_[i]->move(loop_arena::stage::asked, loop_arena::stage::empty)) {
      return true;
    }
  }
  return false;
}

void lender::loop_arena::come() noexcept {
  if (!move(stage::asked, stage::taken)) {
    return;
  }
  take_process_mask();
  accept_stack_questions();
  mine = this;
  body(arg);
  free_arena();
}

bool lender::loop_arena::enqueue() noexcept {
  const std::scoped_lock guard(onetbb_lock);
  if (onetbb_failed) {
    return false;
  }
  try {
    arena.enqueue([this] { come(); });
    return true;
  } catch (const std::bad_alloc&) {
    return false;
  } catch (...) {
    onetbb_failed = true;
    return false;
  }
}

// Threads that oneTBB starts inherit the signal mask of the thread that asks. So a thread with another mask than the
// process's asks by a short-lived thread that has the right one.
bool lender::ask(loop_arena& at) noexcept {
  if (has_process_mask()) {
    return at.enqueue();
  }
  struct request {
    loop_arena& at;
    sigset_t mask{};
    bool taken = false;
  } made{at, process_mask()};
  const auto body = [](void* arg) -> void* {
    auto& wanted = *static_cast<request*>(arg);
    take_mask(wanted.mask);
    wanted.taken = wanted.at.enqueue();
    return nullptr;
  };
  pthread_t asker{};
  {
    const all_signals_blocked quiet;
    if (pthread_create(&asker, nullptr, body, &made) != 0) {
      return at.enqueue();
    }
  }
  pthread_join(asker, nullptr);
  return made.taken;
}

}  // namespace covey::runtime
