// SPDX-License-Identifier: Apache-2.0
// A deque that has reached its end: what is left in it moves together.
#include "deque.hpp"

#include <algorithm>

namespace covey::runtime::deque {

bool make_room(record& me) noexcept {
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
      f->place.store(reinterpret_cast<std::uintptr_t>(to), std::memory_order_relaxed);
    }
    ++to;
    if (from < split) {
      new_split = to;
    }
  }
  me.top.store(me.base + 1, std::memory_order_relaxed);
  me.split.store(new_split, std::memory_order_relaxed);
  me.sp.store(to, std::memory_order_release);
  if ((to - me.base) * 2 > me.end - me.base) {
    me.end += std::min(me.end - me.base, me.last_end - me.end);
  }
  return to < me.end;
}

}  // namespace covey::runtime::deque
