// SPDX-License-Identifier: Apache-2.0
// The hot part of a worker: what spawn, get and the opening of a nursery touch. The rest is in runtime/worker/record.hpp.
#pragma once

#include <covey/config.hpp>
#include <covey/detail/compiled/frames.hpp>
#include <covey/detail/fast/barrier.hpp>
#include <covey/detail/fast/thread_words.hpp>
#include <covey/detail/task/frame.hpp>

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

namespace covey::detail {

// First member of everything that a context points to.
struct context_base {
  // Low half: attention bits; high half: children spawned by others than the owner, and open doors.
  //   written  with fetch_or / fetch_add / fetch_sub by any thread that holds the scope open.
  //   read     by the owner at every spawn and at the end; by descendants for the stop bit.
  //   order    a decrement of the high half is acq_rel and the last touch of a finished remote child.
  std::atomic<std::uint64_t> attention{0};
};
namespace attention {
inline constexpr std::uint64_t stopped = 1;  // asked to stop, itself or by an ancestor
inline constexpr std::uint64_t closed = 2;   // joined: no more spawns
inline constexpr std::uint64_t limited = 4;  // has a limit: every spawn takes the slow path
inline constexpr std::uint64_t shared = 8;   // a thread that is not the owner waits for it
inline constexpr std::uint64_t extra =
    16;  // options, failures, deadline … : the end takes the slow path
inline constexpr std::uint64_t targeted = 32;  // scope::target is valid
inline constexpr std::uint64_t adopted =
    64;  // has a logical parent other than the enclosing context
inline constexpr std::uint64_t unstopped = 128;  // joined before any stop came: the verdict stands
inline constexpr std::uint64_t watched =
    256;  // must end in compiled code, which leaves a mark: debug builds of the library
inline constexpr std::uint64_t tracked =
    512;  // every spawn, every get() and the end take the slow path: the tracker writes them down
inline constexpr std::uint64_t lent =
    1024;  // a child went to another worker: scope::returned and done are valid
inline constexpr std::uint64_t noting =
    2048;  // somebody makes what `noted` tells of, or has made it
inline constexpr std::uint64_t noted = 4096;  // scope::rare and unwinding_and_record are valid
inline constexpr std::uint64_t joined =
    8192;  // what became of it is said: nothing that is opened in its block is below it any more
// What a scope has from its birth if what it is opened in has it.
inline constexpr std::uint64_t inherited = stopped | watched | tracked;
inline constexpr std::uint64_t slow_spawn = stopped | closed | limited | shared | tracked;
// A get() in place takes the slow path.
inline constexpr std::uint64_t full_run = stopped | limited | tracked;
inline constexpr std::uint64_t remote_one = std::uint64_t{1} << 32U;
}  // namespace attention

// Whether one of these bits is set; a look, without an order.
[[nodiscard]] COVEY_INLINE bool wants(const context_base& s, std::uint64_t bits) noexcept {
  return (s.attention.load(std::memory_order_relaxed) & bits) != 0;
}

// The head of the exception globals of the Itanium ABI (abi::__cxa_get_globals); the layout is asserted by a test.
struct exception_globals {
  void* caught;
  unsigned int uncaught;
};

// Owner-written fields of a worker; one thread owns a worker at a time.
// NOLINTNEXTLINE(cppcoreguidelines-pro-type-member-init): set by take_over() before the owner runs
struct alignas(128) worker {
  // First free place of the deque. There and above lies nothing, or a free frame of this worker that waits for the next
  // child to be queued there: whoever lowers sp, and whoever fills a slot, sees to it.
  //   written  by the owner alone. A push is a release (the frame before it); a pop is store_before_loads().
  //   read     by thieves under the deque's lock (acquire), and without it as a hint.
  std::atomic<slot*> sp;
  // What its thread runs in its name, while that thread owns another worker, or none: see this_context().
  //   written  by the thread when it changes workers; read by whoever finds no `live` context in the record.
  std::atomic<context> current;
  const exception_globals* exceptions;
  // A nursery that is opened with the stack pointer below this takes the slow path: the stack is nearly used up, or
  // (every_stack) this thread has lost its place. A lost race runs one thread too many, briefly.
  //   written  the limit of the stack by the owner, in its slow path; every_stack by whoever takes the place back.
  std::atomic<const char*> nest_limit;
  // Children that were run in its name, but for those that its thread still counts (thread_words::ran).
  //   written  by the owner when it changes workers; read by the tracker.
  std::atomic<std::uint64_t> ran;
  // False once the pool took back the place of a foreign thread that had no nursery open.
  //   written  true by the owner, false by whoever needs the place, before it sets nest_limit.
  std::atomic<bool> has_place;
  std::array<frame*, class_count> free;
  // No frame waits in a slot at or above this one. A look at the slot itself would fetch the lines that thieves emptied:
  // a third of the time of children that are spawned in masses.
  slot* waits_below;

  // Children at or above `floor` are private: the owner may take them back without a lock.
  //   written  under the deque's lock; `ask_all` also without it, by whoever wants the owner to take the slow path.
  //   read     by the owner after lowering sp by store_before_loads(); pairs with heavy_barrier() in deque::force() and claim().
  alignas(128) std::atomic<slot*> floor;
  // A spawn that raises sp to `limit` or above takes the slow path: the deque is full, or somebody asks for work or for
  // attention.
  std::atomic<slot*> limit;
  // Asks the owner of a share (detail/batch/spread.hpp) to look: at a stop, or for items that are wanted back.
  //   written  true by anyone, after what there is to see (seq_cst); false by the owner, before it looks.
  std::atomic<bool> look;
};
// A value of `nest_limit` above every address.
[[nodiscard]] inline const char* every_stack() noexcept {
  return reinterpret_cast<const char*>(~std::uintptr_t{0});
}
// A value of `floor` above every slot.
[[nodiscard]] inline slot* ask_all() noexcept {
  return reinterpret_cast<slot*>(~std::uintptr_t{7});
}

// A frame from the owner's free list, most recently used first.
template <std::size_t SizeClass>
[[nodiscard]] COVEY_INLINE frame* take_frame(worker& me) {
  frame* f = me.free[SizeClass];
  if (f == nullptr) [[unlikely]] {
    return refill(me, SizeClass);
  }
  me.free[SizeClass] = f->next;
  return f;
}

template <std::size_t SizeClass>
COVEY_INLINE void give_frame(worker& me, frame* f) noexcept {
  f->next = me.free[SizeClass];
  me.free[SizeClass] = f;
}

COVEY_INLINE void put_in_slot(frame* f, slot* at) noexcept {
  f->place.store(reinterpret_cast<std::uintptr_t>(at), std::memory_order_relaxed);
  at->store(f, std::memory_order_relaxed);
}

// The free list's first frame, which waits in the slot at sp from now on. Null: the list is empty.
template <std::size_t SizeClass>
[[nodiscard]] COVEY_INLINE frame* take_free(worker& me, slot* at) noexcept {
  frame* const f = me.free[SizeClass];
  if (f != nullptr) {
    me.free[SizeClass] = f->next;
    put_in_slot(f, at);
    if (at >= me.waits_below) {
      me.waits_below = at + 1;
    }
  }
  return f;
}

// Makes room for a frame from elsewhere in the slot at sp. @returns the slot
COVEY_INLINE slot* clear_slot(worker& me) noexcept {
  slot* const at = me.sp.load(std::memory_order_relaxed);
  if (at < me.waits_below && at->load(std::memory_order_relaxed) != nullptr) [[unlikely]] {
    displace_frame(me, at);
  }
  return at;
}

// The hand-shake of every pop: lowers sp from `from` to `to`, then asks the floor. Owner.
// True: nobody else can have what lies at `to` and above. What a claim() from elsewhere took out before is seen to be
// gone, if the slot is looked at now: the acquire pairs with the floor that settle_requests_of() put back.
// False: sp is where it was, and the lock is needed.
[[nodiscard]] COVEY_INLINE bool lower(worker& me, slot* from, slot* to) noexcept {
  store_before_loads(me.sp, to);
  if (to >= me.floor.load(std::memory_order_acquire)) [[likely]] {
    return true;
  }
  me.sp.store(from, std::memory_order_release);
  return false;
}

// Takes `f` off the top of the deque if it lies there, private. Holes below it stay: claim() drops them. The slot still
// shows it: the caller frees the frame at once, so that it waits there, or calls leave_slot().
// The look at the slot may come first, and needs no acquire: only who has the future, this thread, takes that child out
// of the middle.
[[nodiscard]] COVEY_INLINE bool pop_private(worker& me, frame* f) noexcept {
  slot* const sp = me.sp.load(std::memory_order_relaxed);
  if (sp[-1].load(std::memory_order_relaxed) != f) [[unlikely]] {
    return false;
  }
  return lower(me, sp, sp - 1);
}

// After pop_private() or claim(): the slot does not show the frame any more.
COVEY_INLINE void leave_slot(worker& me, frame* f) noexcept {
  slot* const at = me.sp.load(std::memory_order_relaxed);
  if (at->load(std::memory_order_relaxed) == f) {
    at->store(nullptr, std::memory_order_relaxed);
  }
}

}  // namespace covey::detail
