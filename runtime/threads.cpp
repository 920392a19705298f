// SPDX-License-Identifier: Apache-2.0
// Borrows threads from oneTBB and starts threads of our own.
#include "threads.hpp"

#include "fork.hpp"
#include "thread_stack.hpp"

#include <covey/config.hpp>
#include <covey/error.hpp>

#include <oneapi/tbb/global_control.h>
#include <oneapi/tbb/task_arena.h>
#include <oneapi/tbb/version.h>

#include <algorithm>
#include <condition_variable>
#include <limits>
#include <list>
#include <mutex>
#include <new>
#include <pthread.h>
#include <string>
#include <vector>

namespace covey::runtime {

struct lender::arena {
  explicit arena(int threads) : of_onetbb(threads, 0) {}
  oneapi::tbb::task_arena of_onetbb;
};

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
  granted_ = std::min(threads, grant());
  if (granted_ > 0) {
    arena_ = std::make_unique<arena>(
        static_cast<int>(std::min<std::size_t>(granted_, std::numeric_limits<int>::max())));
  }
}

lender::~lender() = default;

bool lender::lend(thread_body body, void* arg) noexcept {
  if (arena_ == nullptr) {
    return false;
  }
  try {
    arena_->of_onetbb.enqueue([body, arg] { body(arg); });
    return true;
  } catch (...) {
    return false;  // no memory, or oneTBB could not start its first thread
  }
}

struct own_threads::thread {
  own_threads* of;
  thread_body body;
  void* arg;
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
  accept_stack_questions();
  auto* const me = static_cast<thread*>(self);
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

std::error_code own_threads::start(thread_body body, void* arg) noexcept {
  state& s = *state_;
  const std::scoped_lock guard(s.lock);
  if (s.joining) {
    return std::make_error_code(std::errc::operation_canceled);
  }
  try {
    s.all.push_back({this, body, arg, {}, {}});
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
  pthread_setname_np(made.id, "covey");
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
