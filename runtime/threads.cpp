// SPDX-License-Identifier: Apache-2.0
// Borrows threads from oneTBB and starts threads of our own.
#include "threads.hpp"

#include "fork.hpp"
#include "quiet_thread.hpp"
#include "signal_mask.hpp"
#include "thread_stack.hpp"

#include <covey/config.hpp>
#include <covey/error.hpp>

#include <oneapi/tbb/global_control.h>
#include <oneapi/tbb/task_arena.h>
#include <oneapi/tbb/version.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <list>
#include <mutex>
#include <new>
#include <pthread.h>
#include <string>
#include <utility>
#include <vector>

namespace covey::runtime {

namespace {

// oneTBB (2021.8) does not recover from a thread that the system refuses: whoever asks it for threads after that waits for
// ever. So covey asks one at a time, and after a refusal starts all threads itself.
constinit std::mutex onetbb_lock;
constinit bool onetbb_failed = false;  // guarded by onetbb_lock

[[maybe_unused]] const int held_onetbb_at_forks = hold_at_forks<onetbb_lock>();

}  // namespace

// Where one borrowed loop runs.
struct lender::seat {
  enum class phase : std::uint8_t { empty, filled, asked, taken };
  // empty: no loop; filled: lend() writes body and arg; asked: oneTBB is to come; taken: it came, and runs the body.
  //   written  empty → filled → asked by lend(); asked → taken by the thread of oneTBB that comes; asked → empty by
  //            lend() when oneTBB refused; taken → empty by leave().
  //   read     by the same moves, of which those out of empty and asked are compare-exchanges: each has one winner.
  //   order    acq_rel: body and arg pass from lend() to the thread that comes, and back when the seat is empty.
  std::atomic<phase> state{phase::empty};
  thread_body body = nullptr;
  void* arg = nullptr;
  // oneTBB makes it at the first loop. No slot is kept for a thread that comes by itself.
  oneapi::tbb::task_arena arena{1, 0};

  // The seat of the loop that this thread runs.
  static thread_local seat* mine;

  bool move(phase from, phase to) noexcept {
    return state.compare_exchange_strong(from, to, std::memory_order_acq_rel);
  }
  void come() noexcept;
  bool enqueue() noexcept;
};

constinit thread_local lender::seat* lender::seat::mine = nullptr;

namespace {

// ThreadSanitizer cannot see into the packaged oneTBB; its builds run the same loops on plain threads.
constexpr bool borrow = COVEY_TSAN == 0;

std::size_t grant() {
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
  seats_.reserve(granted);
  while (seats_.size() < granted) {
    seats_.push_back(std::make_unique<seat>());
  }
  granted_ = granted;
}

lender::~lender() = default;

bool lender::lend(thread_body body, void* arg) noexcept {
  using phase = seat::phase;
  for (std::size_t i = 0; i < granted_; ++i) {
    seat& at = *seats_[i];
    if (at.state.load(std::memory_order_relaxed) != phase::empty ||
        !at.move(phase::empty, phase::filled)) {
      continue;
    }
    at.body = body;
    at.arg = arg;
    at.state.store(phase::asked, std::memory_order_release);
    // oneTBB may have queued the request before it found that the system refuses the thread. Another thread that comes
    // upon it later finds the seat empty, or asked for again.
    return ask(at) || !at.move(phase::asked, phase::empty);
  }
  return false;
}

void lender::leave() noexcept {
  if (seat* const at = std::exchange(seat::mine, nullptr)) {
    at->state.store(seat::phase::empty, std::memory_order_release);
  }
}

bool lender::take_back() noexcept {
  for (std::size_t i = 0; i < granted_; ++i) {
    if (seats_[i]->move(seat::phase::asked, seat::phase::empty)) {
      return true;
    }
  }
  return false;
}

void lender::seat::come() noexcept {
  if (!move(phase::asked, phase::taken)) {
    return;
  }
  take_process_mask();
  accept_stack_questions();
  mine = this;
  body(arg);
  leave();
}

bool lender::seat::enqueue() noexcept {
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

// Threads that oneTBB starts inherit the mask of the thread that asks: one with another mask lets a thread ask that has
// the right one.
bool lender::ask(seat& at) noexcept {
  if (has_process_mask()) {
    return at.enqueue();
  }
  struct request {
    seat& at;
    sigset_t mask;
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

named_thread::named_thread(std::string_view name) noexcept {
  if (name.empty() || pthread_getname_np(pthread_self(), before_, sizeof before_) != 0) {
    before_[0] = '\0';
    return;
  }
  char text[sizeof before_] = {};
  name.copy(text, sizeof text - 1);
  pthread_setname_np(pthread_self(), text);
}

named_thread::~named_thread() {
  if (before_[0] != '\0') {
    pthread_setname_np(pthread_self(), before_);
  }
}

struct own_threads::thread {
  own_threads* of;
  thread_body body;
  void* arg;
  sigset_t mask;
  std::string_view name;  // of the pool, which outlives the thread
  pthread_t id;
  std::list<thread>::iterator self;
};

struct own_threads::state {
  fork_mutex lock;
  std::list<thread> all;  // guarded by lock
  bool joining = false;   // join_all() has taken the list over
};

own_threads::own_threads() : state_(std::make_unique<state>()) {
}
own_threads::~own_threads() = default;

void* own_threads::entry(void* self) noexcept {
  auto* const me = static_cast<thread*>(self);
  take_mask(me->mask);
  accept_stack_questions();
  const named_thread named(me->name.empty() ? "covey" : me->name);
  me->body(me->arg);
  state& s = *me->of->state_;
  const std::scoped_lock guard(s.lock);
  if (!s.joining) {
    // Nobody waits for this thread; its place in the list goes with it.
    pthread_detach(me->id);
    s.all.erase(me->self);
  }
  return nullptr;
}

std::error_code own_threads::start(thread_body body, void* arg, std::string_view name) noexcept {
  const sigset_t mask = process_mask();
  const all_signals_blocked quiet;
  state& s = *state_;
  const std::scoped_lock guard(s.lock);
  if (s.joining) {
    return std::make_error_code(std::errc::operation_canceled);
  }
  try {
    s.all.push_back({this, body, arg, mask, name, {}, {}});
  } catch (const std::bad_alloc&) {
    return std::make_error_code(std::errc::not_enough_memory);
  }
  thread& made = s.all.back();
  made.self = std::prev(s.all.end());
  // entry() needs the lock before it touches the list, so that `id` is there by then.
  const int refused = pthread_create(&made.id, nullptr, &entry, &made);
  if (refused != 0) {
    s.all.pop_back();
    return {refused, std::generic_category()};
  }
  return {};
}

void own_threads::join_all() noexcept {
  state& s = *state_;
  {
    const std::scoped_lock guard(s.lock);
    s.joining = true;
  }
  for (thread& each : s.all) {
    pthread_join(each.id, nullptr);
  }
  const std::scoped_lock guard(s.lock);
  s.all.clear();
}

void own_threads::reopen() noexcept {
  const std::scoped_lock guard(state_->lock);
  state_->joining = false;
}

std::error_code own_threads::probe(std::size_t count) noexcept {
  struct rendezvous {
    std::mutex lock;
    std::condition_variable go;
    bool open = false;
  } meeting;
  const auto wait = [](void* arg) -> void* {
    auto& m = *static_cast<rendezvous*>(arg);
    std::unique_lock guard(m.lock);
    m.go.wait(guard, [&m] { return m.open; });
    return nullptr;
  };
  std::error_code refused;
  std::vector<pthread_t> ids;
  try {
    ids.reserve(count);
  } catch (const std::bad_alloc&) {
    return std::make_error_code(std::errc::not_enough_memory);
  }
  const all_signals_blocked quiet;
  for (std::size_t i = 0; i < count && !refused; ++i) {
    pthread_t id{};
    const int code = pthread_create(&id, nullptr, wait, &meeting);
    if (code != 0) {
      refused = {code, std::generic_category()};
    } else {
      ids.push_back(id);
    }
  }
  {
    const std::scoped_lock guard(meeting.lock);
    meeting.open = true;
  }
  meeting.go.notify_all();
  for (const pthread_t id : ids) {
    pthread_join(id, nullptr);
  }
  return refused;
}

}  // namespace covey::runtime
