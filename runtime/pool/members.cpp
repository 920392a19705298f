// SPDX-License-Identifier: Apache-2.0
// Workers come to a pool and leave it.
#include "pool/members.hpp"

#include "deque/deque.hpp"
#include "worker/roster.hpp"

#include <covey/error.hpp>

#include <mutex>
#include <string>

namespace covey::runtime {

record& member_list::enter(crew& of, pool_front& front, worker_kind kind, std::size_t capacity) {
  record* r = nullptr;
  {
    const std::scoped_lock guard(lock_);
    r = free_;
    if (r != nullptr) {
      free_ = r->next_free;
    } else {
      const std::size_t index = count_.load(std::memory_order_relaxed);
      if (index == most) {
        throw pool_error("covey: too many threads in one pool (" + std::to_string(most) + ")");
      }
      r = &roster::acquire(of, front, kind, capacity);
      add(*r, index);
    }
    r->kind.store(kind, std::memory_order_relaxed);
    r->abandoned.store(false, std::memory_order_relaxed);
  }
  const std::scoped_lock deque(r->lock);
  r->floor.store(detail::ask_all(), std::memory_order_relaxed);
  r->ceiling.store(nullptr, std::memory_order_relaxed);
  return *r;
}

void member_list::leave(record& me) noexcept {
  const std::scoped_lock guard(lock_);
  me.next_free = free_;
  free_ = &me;
}

void member_list::ask() const noexcept {
  const std::size_t count = size();
  for (std::size_t i = 0; i < count; ++i) {
    at(i)->ceiling.store(nullptr, std::memory_order_relaxed);
  }
}

bool member_list::have_work() const noexcept {
  const std::size_t count = size();
  for (std::size_t i = 0; i < count; ++i) {
    if (deque::has_work(*at(i))) {
      return true;
    }
  }
  return false;
}

void member_list::give_back() noexcept {
  const std::scoped_lock guard(lock_);
  std::size_t idle = 0;
  for (record* r = free_; r != nullptr; r = r->next_free) {
    idle += static_cast<std::size_t>(!deque::has_work(*r));
  }
  if (idle != count_.load(std::memory_order_relaxed)) {
    return;  // a foreign thread has a record, or children are queued
  }
  count_.store(0, std::memory_order_release);
  while (free_ != nullptr) {
    record& r = *free_;
    free_ = r.next_free;
    roster::release(r);
  }
}

void member_list::add(record& r, std::size_t index) {
  std::atomic<chunk*>& in = chunks_[index / chunk_size];
  if (in.load(std::memory_order_relaxed) == nullptr) {
    in.store(new chunk(), std::memory_order_release);
  }
  (*in.load(std::memory_order_relaxed))[index % chunk_size].store(&r, std::memory_order_release);
  count_.store(index + 1, std::memory_order_release);
}

}  // namespace covey::runtime
