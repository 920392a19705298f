// SPDX-License-Identifier: Apache-2.0
// Makes, recycles and reaches worker records.
#include "worker/roster.hpp"

#include "base/fork.hpp"
#include "worker/tracking_map.hpp"

#include <covey/detail/compiled/frames.hpp>
#include <covey/detail/task/scope.hpp>
#include <covey/error.hpp>

#include <algorithm>
#include <cstdint>
#include <mutex>
#include <new>
#include <pthread.h>
#include <string>
#include <sys/mman.h>

namespace covey::runtime {

constinit std::atomic<record*> roster::all_records[roster::most] = {};
constinit std::atomic<std::size_t> roster::record_count{0};

namespace {

constinit std::mutex roster_lock;
constinit record* free_records = nullptr;  // guarded by roster_lock

[[maybe_unused]] const int held_roster_at_forks = hold_at_forks<roster_lock>();

frame sentinel;

// In a forked child every owner has to take its slow path, which finds out that the other threads do not exist.
[[maybe_unused]] const int asks_after_forks =
    ::pthread_atfork(nullptr, nullptr, &roster::ask_everybody);

void give_room_back(record& r) noexcept {
  if (r.base != nullptr) {
    ::munmap(static_cast<void*>(r.base), r.capacity * sizeof(slot));
    r.base = nullptr;
    r.capacity = 0;  // in case the next mapping is refused
  }
}

void reserve_room(record& r, std::size_t capacity) {
  // Reserved address space; a page costs memory when a child is first queued there.
  void* const memory = ::mmap(nullptr,
                              capacity * sizeof(slot),
                              PROT_READ | PROT_WRITE,
                              MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE,
                              -1,
                              0);
  if (memory == MAP_FAILED) {
    throw std::bad_alloc();
  }
  r.base = static_cast<slot*>(memory);
  r.capacity = capacity;
  r.base[0].store(&sentinel, std::memory_order_relaxed);
}

// Adds the worker to the list that snapshots and other processes read.
void list_card(record& r) noexcept {
  worker_card& card = r.card;
  card.number.store(r.id, std::memory_order_relaxed);
  card.ran.store(&r.ran, std::memory_order_relaxed);
  card.next.store(covey_tracking_map.workers.load(std::memory_order_relaxed),
                  std::memory_order_relaxed);
  covey_tracking_map.workers.store(&card, std::memory_order_release);
}

}  // namespace

record& roster::acquire(crew& of, pool_front& front, worker_kind kind, std::size_t capacity) {
  const std::scoped_lock guard(roster_lock);
  record* r = free_records;
  if (r == nullptr) {
    const std::size_t index = record_count.load(std::memory_order_relaxed);
    if (index == most) {
      throw pool_error("covey: too many threads use the library at once (" + std::to_string(most) +
                       ")");
    }
    r = new record();
    r->id = static_cast<std::uint16_t>(index);
    r->random = static_cast<std::uint32_t>(index) * 2654435761U + 12345U;
    try {
      reserve_room(*r, capacity);
    } catch (...) {
      delete r;
      throw;
    }
    r->current.store(detail::outside(), std::memory_order_relaxed);
    list_card(*r);
    all_records[index].store(r, std::memory_order_release);
    record_count.store(index + 1, std::memory_order_release);
  } else {
    if (r->capacity != capacity) {
      give_room_back(*r);
      reserve_room(*r, capacity);
    }
    free_records = r->next_free;
  }
  const std::scoped_lock deque(r->lock);
  slot* const lowest = r->base + 1;
  r->last_end = r->base + capacity - deque_slack;
  r->end = std::min(r->last_end, r->base + first_end);
  r->of = &of;
  r->front = &front;
  r->born_in.store(fork_generation(), std::memory_order_relaxed);
  r->kind.store(kind, std::memory_order_relaxed);
  r->abandoned.store(false, std::memory_order_relaxed);
  r->has_permit.store(false, std::memory_order_relaxed);
  r->top.store(lowest, std::memory_order_relaxed);
  r->split.store(lowest, std::memory_order_relaxed);
  r->sp.store(lowest, std::memory_order_relaxed);
  r->waits_below = lowest;
  // The first spawn takes the slow path, which finds out whether a worker is idle.
  r->floor.store(detail::ask_all(), std::memory_order_relaxed);
  r->ceiling.store(nullptr, std::memory_order_relaxed);
  r->current.store(detail::outside(), std::memory_order_relaxed);
  return *r;
}

void roster::release(record& r) noexcept {
  // The deque may be replaced by one of another capacity: the free frames in its slots move to the free lists.
  for (slot* at = r.base + 1; at < r.waits_below; ++at) {
    if (at->load(std::memory_order_relaxed) != nullptr) {
      detail::displace_frame(r, at);
    }
  }
  const std::scoped_lock guard(roster_lock);
  r.next_free = free_records;
  free_records = &r;
}

void roster::ask_everybody() noexcept {
  const std::size_t count = size();
  for (std::size_t i = 0; i < count; ++i) {
    record& r = at(i);
    r.floor.store(detail::ask_all(), std::memory_order_seq_cst);
    r.ceiling.store(nullptr, std::memory_order_seq_cst);
    r.check_wanted.store(true, std::memory_order_seq_cst);
  }
}

}  // namespace covey::runtime
