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
// Asked to stop, itself or by an ancestor.
inline constexpr std::uint64_t stopped = 1;
// Joined: no more spawns.
inline constexpr std::uint64_t closed = 2;
// Has a limit: every spawn takes the slow path.
inline constexpr std::uint64_t limited = 4;
// A thread that is not the owner waits for it.
inline constexpr std::uint64_t shared = 8;
// Options, failures, deadline … : the end takes the slow path.
inline constexpr std::uint64_t extra = 16;
// scope::target is valid.
inline constexpr std::uint64_t targeted = 32;
// Has a logical parent other than the enclosing context.
inline constexpr std::uint64_t adopted = 64;
// Joined before any stop came: later stops do not change its outcome.
inline constexpr std::uint64_t unstopped = 128;
// Ends in compiled code, which marks it as ended: in debug builds of the library.
inline constexpr std::uint64_t slow_end = 256;
// Every spawn, every get() and the end take the slow path, which updates the tracker.
inline constexpr std::uint64_t tracked = 512;
// A child migrated to another worker: scope::finished_elsewhere and done exist.
inline constexpr std::uint64_t migrated = 1024;
// A thread makes the rare words, or has made them.
inline constexpr std::uint64_t making_rare_words = 2048;
// scope::rare and unwinding_and_entry exist.
inline constexpr std::uint64_t has_rare_words = 4096;
// Has a conclusion: what is opened in its block later is not below it.
inline constexpr std::uint64_t joined = 8192;
// The bits that a scope inherits at its opening from the context in which it is opened.
inline constexpr std::uint64_t inherited = stopped | slow_end | tracked;
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
  // The first free slot of the deque. Slots at and above it hold null, or a free frame of this worker for the next child
  // that is queued there. A thread that lowers sp, or fills a slot, keeps that true.
  //   written  by the owner alone. A push is a release (the frame before it); a pop is store_before_loads().
  //   read     by thieves under the deque's lock (acquire), and without it as a hint.
  std::atomic<slot*> sp;
  // The context of the worker while its thread owns another worker, or none; otherwise this_context() of that thread.
  //   written  by the thread when it changes workers; read by threads that find null in record::live.
  std::atomic<context> current;
  const exception_globals* exceptions;
  // A nursery that is opened with the stack pointer below this takes the slow path: the stack is nearly used up, or
  // (every_stack) the pool has reclaimed the permit of this thread. In a lost race one thread too many runs for a moment.
  //   written  the bound of the stack by the owner, in its slow path; every_stack by the thread that reclaims the permit.
  std::atomic<const char*> stack_bound;
  // Children that were run as this worker, without those that its thread still counts (thread_words::ran).
  //   written  by the owner when it changes workers; read by the tracker.
  std::atomic<std::uint64_t> ran;
  // False once the pool has reclaimed the permit of a foreign thread that had no nursery open.
  //   written  true by the owner; false by the thread that reclaims the permit, before it sets stack_bound.
  std::atomic<bool> has_permit;
  std::array<frame*, class_count> free;
  // Slots at and above this one hold no free frame. To read the slot itself would fetch cache lines that thieves wrote:
  // a third of the time of children that are spawned in masses.
  slot* waits_below;

  // Children at or above `floor` are private: the owner may take them back without a lock.
  //   written  under the deque's lock; `ask_all` also without it, by whoever wants the owner to take the slow path.
  //   read     by the owner after lowering sp by store_before_loads(); pairs with heavy_barrier() in deque::force() and claim().
  alignas(128) std::atomic<slot*> floor;
  // A spawn that raises sp to `ceiling` or above takes the slow path: the deque is full, or a thread asks the owner for work
  // or to look for a stop.
  //   written  null by any thread; higher only under the deque's lock, by the owner.
  //   read     by the owner after it raised sp by store_before_loads(); pairs with the heavy_barrier() of threads that stored
  //            null and are about to sleep: crew::offer_permit(), crew::see_to_tick(), rest() in loop.cpp.
  std::atomic<slot*> ceiling;
  // The owner of a share (detail/batch/spread.hpp) has to check for a stop and for recalled items.
  //   written  true by any thread after it stored the reason (seq_cst); false by the owner before it checks.
  //   read     by the owner between items (relaxed; then seq_cst before it reads the reason).
  std::atomic<bool> check_wanted;
};
// A value of `stack_bound` above every address.
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
  f->queue_position.store(reinterpret_cast<std::uintptr_t>(at), std::memory_order_relaxed);
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
// shows it: the caller frees the frame at once, so that it waits there, or calls empty_slot().
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
COVEY_INLINE void empty_slot(worker& me, frame* f) noexcept {
  slot* const at = me.sp.load(std::memory_order_relaxed);
  if (at->load(std::memory_order_relaxed) == f) {
    at->store(nullptr, std::memory_order_relaxed);
  }
}

}  // namespace covey::detail
