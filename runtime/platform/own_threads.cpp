// SPDX-License-Identifier: Apache-2.0
// Starts threads of covey's own.
#include "platform/own_threads.hpp"

#include "base/fork.hpp"
#include "base/quiet_thread.hpp"
#include "platform/signal_mask.hpp"
#include "platform/thread_stack.hpp"

#include <condition_variable>
#include <iterator>
#include <list>
#include <mutex>
#include <new>
#include <pthread.h>
#include <vector>

namespace covey::runtime {

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

void* own_threads::run_thread(void* self) noexcept {
  auto* const me = static_cast<thread*>(self);
  take_mask(me->mask);
  accept_stack_questions();
  const named_thread named(me->name.empty() ? "covey" : me->name);
  me->body(me->arg);
  state& s = *me->of->state_;
  const std::scoped_lock guard(s.lock);
  if (!s.joining) {
    // Nobody joins this thread: it removes itself from the list.
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
  // run_thread() needs the lock before it touches the list, so that `id` is there by then.
  const int refused = pthread_create(&made.id, nullptr, &run_thread, &made);
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
