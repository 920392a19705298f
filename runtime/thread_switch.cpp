// SPDX-License-Identifier: Apache-2.0
// The context of a thread lives in the thread, and ends with it; those who look at it from outside are waited for.
#include "thread_switch.hpp"

#include <pthread.h>
#include <thread>

namespace covey::runtime {
namespace {

// Threads that look at the context of another one.
//   written  by those threads; set to zero in a forked process, where none of them exists.
//   read     by threads on their way out.
//   order    seq_cst, with record::live: either a looker finds no address there, or the exit waits for it.
constinit std::atomic<std::uint32_t> lookers{0};

[[maybe_unused]] const int registered =
    ::pthread_atfork(nullptr, nullptr, [] { lookers.store(0, std::memory_order_relaxed); });

constinit thread_local bool going = false;

void hide(record& r) noexcept {
  r.current.store(detail::this_context(), std::memory_order_relaxed);
  r.live.store(nullptr, std::memory_order_seq_cst);
}

struct last_words {
  bool armed = false;  // the first write makes the destructor run at the exit of the thread
  ~last_words() {
    going = true;  // destructors that come later may use covey, but show nothing that will be gone
    if (record* const me = this_record()) {
      hide(*me);
    }
    while (lookers.load(std::memory_order_seq_cst) != 0) {
      std::this_thread::yield();
    }
  }
};
thread_local last_words at_exit;

}  // namespace

void become(detail::worker& next) noexcept {
  record* const before = this_record();
  if (before == &next) {
    return;
  }
  if (before != nullptr) {
    hide(*before);
  }
  detail::this_worker_pointer = &next;
  detail::enter_context(next.current.load(std::memory_order_relaxed));
  if (has_record(next) && !going) {
    at_exit.armed = true;
    record_of(next).live.store(&detail::this_context_pointer, std::memory_order_seq_cst);
  }
}

context context_seen(const detail::worker& w) noexcept {
  if (&w == detail::this_worker()) {
    return detail::this_context();
  }
  lookers.fetch_add(1, std::memory_order_seq_cst);
  const auto* const live = static_cast<const record&>(w).live.load(std::memory_order_seq_cst);
  const context seen = live != nullptr
                           ? reinterpret_cast<context>(live->load(std::memory_order_relaxed))
                           : w.current.load(std::memory_order_relaxed);
  lookers.fetch_sub(1, std::memory_order_seq_cst);
  return seen;
}

void replace_context(detail::worker& w, context expected, context next) noexcept {
  if (&w != detail::this_worker()) {
    w.current.compare_exchange_strong(expected, next, std::memory_order_relaxed);
  } else if (detail::runs_in_context(expected)) {
    detail::enter_context(next);
  }
}

}  // namespace covey::runtime
