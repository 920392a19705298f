// SPDX-License-Identifier: Apache-2.0
// The rings, and the list of those that a trace reads.
#include "observe/trace_ring.hpp"

#include "base/fork.hpp"
#include "base/futex.hpp"
#include "observe/tracking_entries.hpp"

#include <cstddef>
#include <memory>
#include <mutex>
#include <new>
#include <pthread.h>
#include <unistd.h>
#include <vector>

namespace covey::runtime {

constinit std::atomic<std::uint32_t> trace_rings::present{0};

namespace {

struct registry {
  std::mutex lock;  // guards the rest
  std::vector<trace_ring*> rings;
  std::size_t ring_events = 0;
  // Threads without a record share a ring; they take the lock to write to it.
  std::unique_ptr<trace_ring> outside;
  std::uint64_t outside_thread = 0;  // who wrote to it last
};

// In static storage, and never destroyed: workers may trace until the process has gone.
alignas(registry) constinit std::byte registry_room[sizeof(registry)]{};

registry& all() noexcept {
  static registry& only = *::new (static_cast<void*>(registry_room)) registry;
  return only;
}

// Differs after every reason to empty the rings now.
//   written  by wake().
//   read     by the thread that writes the file, and by the kernel before it puts that thread to sleep.
//   order    relaxed: the rings order their contents themselves; the word only has to differ.
constinit std::atomic<std::uint32_t> wakes{0};

// Locks may be held there by threads that do not exist.
void forget_in_forked_child() noexcept {
  tracing.store(false, std::memory_order_relaxed);
  static_cast<void>(all());
  ::new (static_cast<void*>(registry_room)) registry;
}

[[maybe_unused]] const int forgets_after_forks =
    ::pthread_atfork(nullptr, nullptr, forget_in_forked_child);

[[nodiscard]] std::uint64_t number_for_traces() noexcept {
  return static_cast<std::uint64_t>(::gettid());
}

// One more than the worker's number, times four; bit 0: foreign; bit 1: on a thread of oneTBB.
[[nodiscard]] std::uint64_t described(const record& r) noexcept {
  const bool foreign = r.kind.load(std::memory_order_relaxed) == worker_kind::foreign;
  return (r.id + std::uint64_t{1}) * 4 + (r.borrowed ? 2U : 0U) + (foreign ? 1U : 0U);
}

void add(trace_ring& ring, registry& to, std::uint32_t session) {
  to.rings.push_back(&ring);
  ring.restart();
  ring.listed_in = session;
}

// The ring of that worker, listed for the thread that writes the file. Null: no memory; tried again at the next event.
[[nodiscard]] trace_ring* listed(record& me, registry& to, std::uint32_t session) noexcept {
  trace_ring* ring = me.trace;
  if (ring != nullptr && ring->listed_in == session) {
    return ring;
  }
  try {
    const bool own = ring != nullptr && ring->generation() == fork_generation();
    if (!own || ring->capacity() != to.ring_events) {
      auto fresh = std::make_unique<trace_ring>(to.ring_events);
      if (own) {
        delete ring;
      }
      me.trace = ring = fresh.release();
    }
    add(*ring, to, session);
    return ring;
  } catch (const std::bad_alloc&) {
    return nullptr;
  }
}

}  // namespace

void trace_ring::push_name(const trace_named& name) noexcept {
  const std::scoped_lock guard(names_lock_);
  try {
    if (names_.size() < most_names) {
      names_.push_back(name);
      return;
    }
  } catch (const std::bad_alloc&) {
    // counted below
  }
  lost_.store(lost_.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
}

void trace_ring::take_names(std::vector<trace_named>& to) {
  const std::scoped_lock guard(names_lock_);
  to.insert(to.end(), names_.begin(), names_.end());
  names_.clear();
}

void trace_ring::restart() noexcept {
  head_.store(0, std::memory_order_relaxed);
  tail_.store(0, std::memory_order_relaxed);
  tail_seen_ = 0;
  lost_.store(0, std::memory_order_relaxed);
  const std::scoped_lock guard(names_lock_);
  names_.clear();
}

void trace_rings::open(std::size_t ring_events) {
  registry& to = all();
  const std::scoped_lock guard(to.lock);
  to.rings.clear();
  to.ring_events = ring_events;
  to.outside = std::make_unique<trace_ring>(ring_events);
  to.outside_thread = 0;
  const std::uint32_t session = present.load(std::memory_order_relaxed) + 1;
  add(*to.outside, to, session);
  present.store(session, std::memory_order_relaxed);
  tracing.store(true, std::memory_order_relaxed);
}

void trace_rings::close() noexcept {
  const std::scoped_lock guard(all().lock);
  tracing.store(false, std::memory_order_relaxed);
}

void trace_rings::list(std::vector<trace_ring*>& to) {
  const std::scoped_lock guard(all().lock);
  to = all().rings;
}

void trace_rings::sleep(clock::time_point until) noexcept {
  // A wake-up since the last call makes this one return at once.
  static constinit std::uint32_t seen = 0;
  futex_wait_until(wakes, seen, until);
  seen = wakes.load(std::memory_order_relaxed);
}

void trace_rings::wake() noexcept {
  wakes.fetch_add(1, std::memory_order_relaxed);
  futex_wake(wakes, 1);
}

trace_ring* trace_rings::attach(record& me) noexcept {
  registry& to = all();
  const std::scoped_lock guard(to.lock);
  if (!is_tracing()) {
    return nullptr;
  }
  const std::uint32_t session = present.load(std::memory_order_relaxed);
  trace_ring* const ring = listed(me, to, session);
  if (ring != nullptr &&
      ring->push({ticks(), number_for_traces(), described(me), 0, trace_kind::owner})) {
    ring->session = session;
    return ring;
  }
  return nullptr;
}

void trace_rings::push_outside(const trace_event& what) noexcept {
  registry& to = all();
  const std::scoped_lock guard(to.lock);
  if (!is_tracing()) {
    return;
  }
  const std::uint64_t me = number_for_traces();
  if (to.outside_thread != me) {
    if (!to.outside->push({what.ticks, me, 0, 0, trace_kind::owner})) {
      return;
    }
    to.outside_thread = me;
  }
  to.outside->push(what);
}

void trace_rings::name_outside(const trace_named& name) noexcept {
  registry& to = all();
  const std::scoped_lock guard(to.lock);
  if (is_tracing()) {
    to.outside->push_name(name);
  }
}

}  // namespace covey::runtime
