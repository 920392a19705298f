// SPDX-License-Identifier: Apache-2.0
// Publishing, stealing and taking out of the middle.
#include "deque/deque.hpp"

#include "deque/deque_room.hpp"
#include "scope/migration.hpp"
#include "worker/pool_front.hpp"

#include <algorithm>
#include <array>

namespace covey::runtime::deque {

using detail::ask_all;

namespace {

// Drops empty slots from the top, then from the public part, and starts over at the bottom when nothing is left.
// @pre owner, lock held.
void trim(record& me) noexcept {
  slot* sp = me.sp.load(std::memory_order_relaxed);
  slot* split = me.split.load(std::memory_order_relaxed);
  slot* const top = me.top.load(std::memory_order_relaxed);
  while (sp > split && sp[-1].load(std::memory_order_relaxed) == nullptr) {
    --sp;
  }
  if (sp == split) {
    while (split > top && split[-1].load(std::memory_order_relaxed) == nullptr) {
      --split;
    }
    sp = split;
    if (split == top) {
      sp = split = me.base + 1;
      me.top.store(sp, std::memory_order_relaxed);
    }
    me.split.store(split, std::memory_order_relaxed);
  }
  me.sp.store(sp, std::memory_order_release);
}

// Owner, lock held: takes back half of the public part when nobody is looking for work.
void reclaim(record& me) noexcept {
  slot* const top = me.top.load(std::memory_order_relaxed);
  slot* const split = me.split.load(std::memory_order_relaxed);
  if (!me.front->wants_work()) {
    me.split.store(top + (split - top) / 2, std::memory_order_relaxed);
  }
}

// Moves `top` over the holes. @pre lock held.
slot* first_public(record& r) noexcept {
  slot* top = r.top.load(std::memory_order_relaxed);
  slot* const split = r.split.load(std::memory_order_relaxed);
  while (top < split && top->load(std::memory_order_relaxed) == nullptr) {
    ++top;
  }
  r.top.store(top, std::memory_order_relaxed);
  return top < split ? top : nullptr;
}

// For thieves, who do not wait for each other. @param guard of the lock of `victim`; held afterwards, unless nothing looks
// public or somebody else has the lock. @returns the slot of the oldest public child; null: none, or the lock is held.
slot* lock_first_public(record& victim, std::unique_lock<detail::fork_mutex>& guard) noexcept {
  const bool any =
      victim.top.load(std::memory_order_relaxed) < victim.split.load(std::memory_order_relaxed);
  return any && guard.try_lock() ? first_public(victim) : nullptr;
}

// A child goes to another worker. @pre lock held.
void mark_taken(frame* f) noexcept {
  f->queue_position.store(0, std::memory_order_relaxed);
  mark_migrated(f);
}

// With the lock, for the topmost child may be public.
[[nodiscard]] frame* pop_locked(record& me) noexcept {
  const std::scoped_lock guard(me.lock);
  me.answers.fetch_add(1, std::memory_order_relaxed);
  trim(me);
  slot* const sp = me.sp.load(std::memory_order_relaxed);
  slot* const split = me.split.load(std::memory_order_relaxed);
  frame* f = nullptr;
  if (sp != me.base + 1) {
    f = sp[-1].load(std::memory_order_relaxed);
    sp[-1].store(nullptr, std::memory_order_relaxed);
    if (sp == split) {
      me.split.store(split - 1, std::memory_order_relaxed);
      reclaim(me);
    }
    me.sp.store(sp - 1, std::memory_order_release);
    trim(me);
  }
  settle_requests(me);
  return f;
}

}  // namespace

bool may_have_private(const record& r) noexcept {
  return r.sp.load(std::memory_order_acquire) > r.split.load(std::memory_order_relaxed);
}

bool has_work(record& r) noexcept {
  if (may_have_private(r)) {
    return true;
  }
  if (r.top.load(std::memory_order_relaxed) >= r.split.load(std::memory_order_relaxed)) {
    return false;
  }
  const std::scoped_lock guard(r.lock);
  return first_public(r) != nullptr;
}

std::size_t publish(record& r, slot* sp, bool all) noexcept {
  slot* const split = r.split.load(std::memory_order_relaxed);
  const std::size_t available = sp > split ? static_cast<std::size_t>(sp - split) : 0;
  const std::size_t count = all ? available : (available + 1) / 2;
  r.split.store(split + count, std::memory_order_release);
  return count;
}

void request(record& victim) noexcept {
  if (victim.floor.load(std::memory_order_relaxed) != ask_all() ||
      victim.ceiling.load(std::memory_order_relaxed) != nullptr) {
    victim.ceiling.store(nullptr, std::memory_order_relaxed);
    victim.floor.store(ask_all(), std::memory_order_relaxed);
  }
}

bool force(record& thief, record& victim) noexcept {
  const std::unique_lock guard(victim.lock, std::try_to_lock);
  if (!guard.owns_lock() || !may_have_private(victim)) {
    return false;
  }
  victim.floor.store(ask_all(), std::memory_order_seq_cst);
  detail::heavy_barrier();
  const std::size_t count = publish(victim, victim.sp.load(std::memory_order_acquire), false);
  settle_requests_of(victim);
  thief.forced.fetch_add(1, std::memory_order_relaxed);
  return count > 0;
}

frame* steal(record& victim, frame** surplus, std::size_t most, std::size_t& taken) noexcept {
  taken = 0;
  std::unique_lock guard(victim.lock, std::defer_lock);
  slot* at = lock_first_public(victim, guard);
  if (at == nullptr) {
    return nullptr;
  }
  slot* const split = victim.split.load(std::memory_order_relaxed);
  const auto available = static_cast<std::size_t>(split - at);
  frame* const first = at->exchange(nullptr, std::memory_order_relaxed);
  mark_taken(first);
  ++at;
  // Fork-join leaves few, large children; flat work leaves many, which are taken in batches.
  constexpr std::size_t flat = 64;
  const std::size_t batch = available >= flat ? std::min(most, available / 8) : 0;
  while (taken < batch && at < split) {
    frame* const f = at->exchange(nullptr, std::memory_order_relaxed);
    ++at;
    if (f != nullptr) {
      mark_taken(f);
      surplus[taken++] = f;
    }
  }
  victim.top.store(at, std::memory_order_relaxed);
  return first;
}

frame* steal_if(record& victim,
                bool (*wanted)(const frame*, const void*),
                const void* with) noexcept {
  std::unique_lock guard(victim.lock, std::defer_lock);
  slot* at = lock_first_public(victim, guard);
  if (at == nullptr) {
    return nullptr;
  }
  slot* const top = at;
  slot* const split = victim.split.load(std::memory_order_relaxed);
  std::array<frame*, 8> passed{};
  std::size_t count = 0;
  frame* found = nullptr;
  for (; found == nullptr && at < split && count < passed.size(); ++at) {
    frame* const f = at->load(std::memory_order_relaxed);
    if (f == nullptr) {
      continue;
    }
    if (wanted(f, with)) {
      at->store(nullptr, std::memory_order_relaxed);
      mark_taken(f);
      found = f;
    } else {
      passed[count++] = f;
    }
  }
  if (static_cast<std::size_t>(at - top) > count) {
    // What was passed moves up behind the holes, so that nobody walks over these again.
    for (slot* hole = top; hole < at; ++hole) {
      hole->store(nullptr, std::memory_order_relaxed);
    }
    while (count > 0) {
      detail::put_in_slot(passed[--count], --at);
    }
    victim.top.store(at, std::memory_order_relaxed);
  }
  return found;
}

void push(record& me, frame* f) noexcept {
  slot* const at = detail::clear_slot(me);
  f->holder.store(static_cast<std::uint16_t>(me.id + 1), std::memory_order_release);
  detail::put_in_slot(f, at);
  me.sp.store(at + 1, std::memory_order_release);
}

frame* pop(record& me) noexcept {
  for (;;) {
    slot* const sp = me.sp.load(std::memory_order_relaxed);
    slot* const at = sp - 1;
    if (at <= me.base || !detail::lower(me, sp, at)) {
      return pop_locked(me);
    }
    // Not before: a claim() from elsewhere may have come and gone, and have put the floor back; then the slot is empty.
    // Those that come now see sp.
    if (frame* const f = at->load(std::memory_order_relaxed)) {
      at->store(nullptr, std::memory_order_relaxed);
      return f;
    }
  }
}

frame* pop_of(record& me, const detail::scope* of) noexcept {
  // Only the owner changes private slots, and public ones are read under the lock.
  const std::scoped_lock guard(me.lock);
  me.answers.fetch_add(1, std::memory_order_relaxed);
  bring_up(me, of);
  slot* const top = me.top.load(std::memory_order_relaxed);
  frame* found = nullptr;
  for (slot* at = me.sp.load(std::memory_order_relaxed); at-- > top;) {
    frame* const f = at->load(std::memory_order_relaxed);
    if (f != nullptr && f->of == of) {
      at->store(nullptr, std::memory_order_relaxed);
      found = f;
      break;
    }
  }
  trim(me);
  reclaim(me);
  settle_requests(me);
  return found;
}

bool claim(record* me, record& in, frame* f) noexcept {
  const std::scoped_lock guard(in.lock);
  if (me == &in) {
    me->answers.fetch_add(1, std::memory_order_relaxed);
  } else {
    in.floor.store(ask_all(), std::memory_order_seq_cst);
    detail::heavy_barrier();
  }
  slot* const at = reinterpret_cast<slot*>(f->queue_position.load(std::memory_order_relaxed));
  slot* const sp = in.sp.load(std::memory_order_acquire);
  const bool here = at >= in.top.load(std::memory_order_relaxed) && at < sp &&
                    at->load(std::memory_order_relaxed) == f;
  if (here) {
    at->store(nullptr, std::memory_order_relaxed);
    f->queue_position.store(0, std::memory_order_relaxed);
    f->holder.store(0, std::memory_order_relaxed);  // the next child in this frame is its home's
    if (me != &in) {
      mark_migrated(f);
    }
  }
  if (me == &in) {
    trim(in);
    reclaim(in);
    settle_requests(in);
  } else {
    settle_requests_of(in);
  }
  return here;
}

void publish_all(record& me) noexcept {
  const std::scoped_lock guard(me.lock);
  publish(me, me.sp.load(std::memory_order_relaxed), true);
  settle_requests(me);
}

}  // namespace covey::runtime::deque
