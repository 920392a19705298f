// SPDX-License-Identifier: Apache-2.0
// The words of a thread are destroyed with it: an exiting thread waits for other threads that read them.
#include "worker/thread_switch.hpp"

#include "worker/pool_front.hpp"

#include <pthread.h>
#include <thread>

namespace covey::runtime {
namespace {

// Threads that read the words of another thread.
//   written  by those threads; zero in a forked process, where none of them exists.
//   read     by exiting threads.
//   order    seq_cst, with record::live: either a reader finds null there, or the exiting thread sees it here and waits.
constinit std::atomic<std::uint32_t> word_readers{0};

[[maybe_unused]] const int forgets_readers =
    ::pthread_atfork(nullptr, nullptr, [] { word_readers.store(0, std::memory_order_relaxed); });

constinit thread_local bool thread_exits = false;

// Makes the words of the calling thread visible as those of `r`.
void show(record& r) noexcept {
  const detail::thread_words& mine = detail::this_thread_words;
  r.card.ran.store(&mine.ran, std::memory_order_seq_cst);
  r.live.store(&mine, std::memory_order_seq_cst);
}

void hide(record& r) noexcept {
  r.current.store(detail::this_context(), std::memory_order_relaxed);
  r.ran.store(detail::this_thread_words.ran.load(std::memory_order_relaxed),
              std::memory_order_relaxed);
  r.card.ran.store(&r.ran, std::memory_order_seq_cst);
  r.live.store(nullptr, std::memory_order_seq_cst);
}

// While one exists, no thread whose words are visible exits.
struct word_reader {
  word_reader() noexcept { word_readers.fetch_add(1, std::memory_order_seq_cst); }
  ~word_reader() { word_readers.fetch_sub(1, std::memory_order_seq_cst); }
  word_reader(const word_reader&) = delete;
  word_reader& operator=(const word_reader&) = delete;
};

struct words_hider {
  bool armed = false;  // the first write makes the destructor run at the exit of the thread
  ~words_hider() {
    // Later destructors of the thread may use covey, but must not make its words visible again.
    thread_exits = true;
    if (record* const me = this_record()) {
      hide(*me);
    }
    while (word_readers.load(std::memory_order_seq_cst) != 0) {
      std::this_thread::yield();
    }
  }
};
thread_local words_hider hides_words;

constinit thread_local record* first_of_thread = nullptr;

// The list is short: one record a pool.
void remember(record& r) noexcept {
  for (const record* each = first_of_thread; each != nullptr; each = each->next_of_thread) {
    if (each == &r) {
      return;
    }
  }
  r.next_of_thread = first_of_thread;
  first_of_thread = &r;
}

}  // namespace

record* records_of_this_thread() noexcept {
  return first_of_thread;
}

void forget(record& r) noexcept {
  for (record** at = &first_of_thread; *at != nullptr; at = &(*at)->next_of_thread) {
    if (*at == &r) {
      *at = r.next_of_thread;
      return;
    }
  }
}

void become(detail::worker& next) noexcept {
  record* const before = this_record();
  if (before == &next) {
    return;
  }
  if (before != nullptr) {
    hide(*before);
  }
  detail::thread_words& mine = detail::this_thread_words;
  mine.owned = &next;
  mine.ran.store(next.ran.load(std::memory_order_relaxed), std::memory_order_relaxed);
  detail::enter_context(next.current.load(std::memory_order_relaxed));
  if (has_record(next)) {
    remember(record_of(next));
  }
  if (has_record(next) && !thread_exits) {
    hides_words.armed = true;
    show(record_of(next));
  }
}

context context_seen(const detail::worker& w) noexcept {
  if (&w == detail::this_worker()) {
    return detail::this_context();
  }
  const word_reader at_words;
  const auto* const live = static_cast<const record&>(w).live.load(std::memory_order_seq_cst);
  return live != nullptr ? reinterpret_cast<context>(live->runs.load(std::memory_order_relaxed))
                         : w.current.load(std::memory_order_relaxed);
}

std::uint64_t runs_seen(const worker_card& card) noexcept {
  const word_reader at_words;
  return card.ran.load(std::memory_order_seq_cst)->load(std::memory_order_relaxed);
}

void replace_context(detail::worker& w, context expected, context next) noexcept {
  if (&w != detail::this_worker()) {
    w.current.compare_exchange_strong(expected, next, std::memory_order_relaxed);
  } else if (detail::runs_in_context(expected)) {
    detail::enter_context(next);
  }
}

bool sleeps_without_permit() noexcept {
  bool none = true;
  for_each_record_at_work([&none](const record& r) {
    none = none && (r.lent.load(std::memory_order_relaxed) != 0 || r.front->from_before_fork());
  });
  return none;
}

}  // namespace covey::runtime
