// SPDX-License-Identifier: Apache-2.0
// Children that move within their deque, or on: when it has reached its end, and when others lie above those wanted.
#include "deque/deque_room.hpp"

#include "base/barrier.hpp"
#include "deque/deque.hpp"
#include "scope/migration.hpp"
#include "worker/pool_front.hpp"
#include "worker/stop_epoch.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <memory>
#include <new>
#include <span>

namespace covey::runtime::deque {

namespace {

[[nodiscard]] std::size_t count_live(const record& me) noexcept {
  std::size_t live = 0;
  slot* const sp = me.sp.load(std::memory_order_relaxed);
  for (slot* at = me.top.load(std::memory_order_relaxed); at < sp; ++at) {
    live += static_cast<std::size_t>(at->load(std::memory_order_relaxed) != nullptr);
  }
  return live;
}

// Moves that many of the oldest children to the common queue, fewer if memory for it is refused.
void move_oldest(record& me, std::size_t count) noexcept {
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-member-init): filled as far as it is read
  std::array<frame*, 128> some;
  slot* top = me.top.load(std::memory_order_relaxed);
  while (count > 0) {
    std::size_t taken = 0;
    slot* at = top;
    for (; taken < std::min(count, some.size()); ++at) {
      if (frame* const f = at->load(std::memory_order_relaxed)) {
        some[taken++] = f;
        mark_migrated(f);
      }
    }
    // The slots show these children a little longer than the queue has them; nobody looks at slots without the lock.
    try {
      me.front->common.push_all(std::span(some.data(), taken), me.front->id());
    } catch (const std::bad_alloc&) {
      break;
    }
    for (; top < at; ++top) {
      top->store(nullptr, std::memory_order_relaxed);
    }
    count -= taken;
  }
  me.top.store(top, std::memory_order_relaxed);
  if (me.split.load(std::memory_order_relaxed) < top) {
    me.split.store(top, std::memory_order_relaxed);
  }
}

// Moves the children that are left to the bottom.
void move_together(record& me) noexcept {
  slot* const top = me.top.load(std::memory_order_relaxed);
  slot* const split = me.split.load(std::memory_order_relaxed);
  slot* const sp = me.sp.load(std::memory_order_relaxed);
  slot* to = me.base + 1;
  slot* new_split = to;
  for (slot* from = top; from < sp; ++from) {
    frame* const f = from->load(std::memory_order_relaxed);
    if (f == nullptr) {
      continue;
    }
    if (from != to) {
      from->store(nullptr, std::memory_order_relaxed);
      to->store(f, std::memory_order_relaxed);
      f->queue_position.store(reinterpret_cast<std::uintptr_t>(to), std::memory_order_relaxed);
    }
    ++to;
    if (from < split) {
      new_split = to;
    }
  }
  me.top.store(me.base + 1, std::memory_order_relaxed);
  me.split.store(new_split, std::memory_order_relaxed);
  me.sp.store(to, std::memory_order_release);
}

}  // namespace

bool make_room(record& me) noexcept {
  const std::size_t live = count_live(me);
  const auto half = static_cast<std::size_t>(me.end - me.base) / 2;
  if (live > half) {
    if (me.end < me.last_end) {
      me.end += std::min(me.end - me.base, me.last_end - me.end);
    } else {
      move_oldest(me, live - half);
    }
  }
  move_together(me);
  return me.sp.load(std::memory_order_relaxed) < me.end;
}

void bring_up(record& me, const detail::scope* of) noexcept {
  slot* const top = me.top.load(std::memory_order_relaxed);
  slot* const sp = me.sp.load(std::memory_order_relaxed);
  std::size_t wanted = 0;
  std::size_t others = 0;
  slot* low = sp;
  while (low > top && (wanted == 0 || others > wanted)) {
    if (const frame* const f = (--low)->load(std::memory_order_relaxed)) {
      ++(f->of == of ? wanted : others);
    }
  }
  if (wanted <= 1 || others <= 1) {
    return;
  }
  const std::unique_ptr<frame*[]> passed(new (std::nothrow) frame*[others]);
  if (passed == nullptr) {
    return;  // then the next one is looked for anew
  }
  slot* to = sp;
  std::size_t count = 0;
  for (slot* from = sp; from-- > low;) {
    frame* const f = from->exchange(nullptr, std::memory_order_relaxed);
    if (f == nullptr) {
      continue;
    }
    if (f->of == of) {
      detail::put_in_slot(f, --to);
    } else {
      passed[count++] = f;
    }
  }
  for (std::size_t i = 0; i < count; ++i) {
    detail::put_in_slot(passed[i], --to);
  }
}

namespace {

// Without an asymmetric fence nothing is private to the fast path: every pop and push comes to the slow one.
void settle_floor(record& r) noexcept {
  r.floor.store(asymmetric_fence() ? r.split.load(std::memory_order_relaxed) : detail::ask_all(),
                std::memory_order_seq_cst);
}

[[nodiscard]] bool may_push_fast(const record& r) noexcept {
  return asymmetric_fence() && !r.front->has_idle_permit() && !r.front->closed();
}

}  // namespace

// By another thread `ceiling` is only lowered: a stop may have asked the owner for its slow path, and only the owner knows
// which stops it has seen.
void settle_requests_of(record& other) noexcept {
  settle_floor(other);
  if (!may_push_fast(other)) {
    other.ceiling.store(nullptr, std::memory_order_seq_cst);
  }
}

// A stop raises the epoch, then asks for the slow path. So one whose request was just taken back is seen here.
void settle_requests(record& me) noexcept {
  settle_floor(me);
  me.ceiling.store(may_push_fast(me) ? me.end + 1 : nullptr, std::memory_order_seq_cst);
  if (has_unseen_stop(me)) {
    me.ceiling.store(nullptr, std::memory_order_seq_cst);
  }
}

}  // namespace covey::runtime::deque
