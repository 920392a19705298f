// SPDX-License-Identifier: Apache-2.0
// Where frames come from and go to.
#include "worker/frames.hpp"

#include "base/assert.hpp"
#include "base/fork.hpp"
#include "worker/record.hpp"

#include <covey/detail/compiled/frames.hpp>
#include <covey/detail/task/child.hpp>

#include <new>

namespace covey::detail {

using runtime::record;
using runtime::record_of;

namespace {

constexpr std::size_t slab_bytes = std::size_t{16} * 1024;

// Whether a free frame is as reset_frame() leaves it: a spawn relies on that.
[[nodiscard]] bool is_clean(const frame* f) noexcept {
  return f->flags.load(std::memory_order_relaxed) == 0 &&
         f->phase.load(std::memory_order_relaxed) == phase::queued &&
         f->holder.load(std::memory_order_relaxed) == 0 &&
         f->marks.load(std::memory_order_relaxed) == class_mark(class_of(f));
}

// Nobody follows `ops` of a free frame: the table of the callable that it held may lie in a plug-in that is unloaded
// before the owner looks at the frame again.
void keep_free(worker& home, frame* f) noexcept {
  COVEY_ASSERT(is_clean(f));
  frame*& list = home.free[class_of(f)];
  f->next = list;
  list = f;
}

// Moves the frames that other threads freed to the free lists. @returns whether there is one of that class.
bool collect_freed(record& me, std::size_t size_class) noexcept {
  frame* f = me.freed_elsewhere.exchange(nullptr, std::memory_order_acquire);
  while (f != nullptr) {
    frame* const next = f->next;
    keep_free(me, f);
    f = next;
  }
  return me.free[size_class] != nullptr;
}

}  // namespace

void reset_frame(frame* f) noexcept {
  f->flags.store(0, std::memory_order_relaxed);
  f->phase.store(phase::queued, std::memory_order_relaxed);
  f->marks.store(class_mark(class_of(f)), std::memory_order_relaxed);
  f->holder.store(0, std::memory_order_relaxed);
}

void send_home(worker& home, frame* first, frame* last) noexcept {
  record& there = record_of(home);
  frame* head = there.freed_elsewhere.load(std::memory_order_relaxed);
  do {
    last->next = head;
  } while (!there.freed_elsewhere.compare_exchange_weak(
      head, first, std::memory_order_release, std::memory_order_relaxed));
}

namespace {

// The bits of the size class in a frame without a home: the low bits of the fork generation in which it was made.
[[nodiscard]] std::uint8_t process_mark() noexcept {
  return class_mark(runtime::fork_generation() % class_count);
}

[[nodiscard]] frame* heap_frame(std::size_t bytes, std::size_t align) {
  auto* const made = ::new (::operator new (bytes, std::align_val_t{align})) frame;
  made->marks.store(process_mark(), std::memory_order_relaxed);
  return made;
}

}  // namespace

bool is_of_this_process(const frame* heap_frame) noexcept {
  return class_mark(class_of(heap_frame)) == process_mark();
}

frame* refill(worker& w, std::size_t size_class) {
  record& me = record_of(w);
  if (collect_freed(me, size_class)) {
    frame* const f = me.free[size_class];
    me.free[size_class] = f->next;
    return f;
  }
  const std::size_t bytes = (size_class + 1) * class_bytes;
  const std::size_t count = (slab_bytes - frame_align) / bytes;
  // Never freed: frames are recycled, and a worker record outlives its thread. The list of slabs makes them reachable for
  // leak detectors, which do not follow pointers in a deque.
  auto* const memory =
      static_cast<std::byte*>(::operator new (slab_bytes, std::align_val_t{frame_align}));
  me.slabs = ::new (memory) record::slab{me.slabs, count};
  for (std::size_t i = count; i-- > 0;) {
    frame* const f = ::new (memory + frame_align + i * bytes) frame;
    f->home = &me;
    f->marks.store(class_mark(size_class), std::memory_order_relaxed);
    keep_free(me, f);
  }
  frame* const first = me.free[size_class];
  me.free[size_class] = first->next;
  return first;
}

void displace_frame(worker& me, slot* at) noexcept {
  frame* const f = at->load(std::memory_order_relaxed);
  f->queue_position.store(0, std::memory_order_relaxed);
  keep_free(me, f);
  at->store(nullptr, std::memory_order_relaxed);
}

frame* allocate_frame(const frame_ops& ops) {
  record* const me = runtime::this_record();
  frame* f = nullptr;
  if (me == nullptr || ops.size_class == heap_class) {
    f = heap_frame(ops.bytes, ops.align);
  } else {
    f = me->free[ops.size_class];
    if (f == nullptr) {
      f = refill(*me, ops.size_class);
    } else {
      me->free[ops.size_class] = f->next;
    }
    COVEY_ASSERT(is_clean(f));
  }
  f->ops = &ops;
  if (me != nullptr) {
    f->holder.store(static_cast<std::uint16_t>(me->id + 1), std::memory_order_release);
  }
  return f;
}

void release_frame(frame* f) noexcept {
  if (f->home == nullptr) {
    const std::size_t align = f->ops->align;
    f->~frame();
    ::operator delete (static_cast<void*>(f), std::align_val_t{align});
    return;
  }
  reset_frame(f);
  record& home = record_of(*f->home);
  if (&home == this_worker()) {
    keep_free(home, f);
  } else {
    send_home(home, f, f);
  }
}

}  // namespace covey::detail
