// SPDX-License-Identifier: Apache-2.0
// The frame of one child: header, states and flags. Its memory holds the callable, later the result.
#pragma once

#include <covey/config.hpp>
#include <covey/detail/base/names.hpp>
#include <covey/task_info.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace covey::detail {

// Where the child of a frame stands; written by whoever holds the frame, one at a time.
enum class phase : std::uint8_t { queued, running, done, failed, stopped, never_started, taken };

[[nodiscard]] constexpr bool is_final(phase now) noexcept {
  return now > phase::running;
}

// Bits of frame::flags. All bits but `has_sleeper` are set once and never cleared while the frame is in use.
namespace frame_flag {
// The scope is done with the frame: what is left belongs to the future.
inline constexpr std::uint32_t handed = 1;
// The future is gone (set here by threads other than the frame's home).
inline constexpr std::uint32_t dropped = 2;
// A thread sleeps in the lot until the child has finished.
inline constexpr std::uint32_t has_sleeper = 4;
// future::request_stop() asked this child alone to stop.
inline constexpr std::uint32_t stop = 8;
// The child has a stop_state of its own, in the side table.
inline constexpr std::uint32_t has_state = 16;
// The phase is final and may be read by a sleeper.
inline constexpr std::uint32_t finished = 32;
// From here up: index of the child's record at tracking level full, until the child has finished; 0: none.
inline constexpr std::uint32_t entry_shift = 6;
}  // namespace frame_flag

// What a frame can do; one static table per type of callable.
struct frame_ops {
  void (*run)(frame*) noexcept;  // runs the callable, destroys it, stores the result or the failure
  void (*discard)(frame*) noexcept;                 // destroys the callable unrun
  void (*drop)(frame*) noexcept;                    // destroys a stored result (phase::done only)
  std::string_view (*name)(const frame*) noexcept;  // null: unnamed
  std::uint32_t bytes;                              // of the whole frame
  std::uint32_t align;
  std::uint32_t storage;    // offset of the result
  std::uint8_t size_class;  // index of the free list, or heap_class
};
inline constexpr std::uint8_t heap_class = 0xFF;
// Whole cache lines: a small frame that lay across two made fib a tenth slower.
inline constexpr std::size_t class_bytes = 64;  // granularity of the free lists
inline constexpr std::size_t class_count = 16;  // frames up to 1 KiB come from free lists
inline constexpr std::size_t frame_align = 64;

// Header of a child's frame. Frames of a worker keep `home` and their class for ever; free ones lie in a free list, or in
// the slot for which they are meant, with flags, phase and holder zero, so that a spawn writes only what differs from
// child to child.
struct frame {
  const frame_ops* ops = nullptr;
  scope* of = nullptr;  // valid until the frame is handed over
  covey::site spawned_at;
  // The position at which the frame is queued: a slot of a deque (even), an index in a common queue (odd), or zero.
  //   written  by the spawner; by a thief or a claimer under the lock of the deque or injector that holds the frame.
  //   read     by any thread that wants to claim the child, as a hint that is checked again under that lock.
  std::atomic<std::uintptr_t> queue_position{0};
  worker* home = nullptr;  // whose free list the memory returns to; null: operator delete
  union {
    frame* next;          // in a free list, a done list or a return list
    std::uint64_t order;  // from spawn to finish: position among the siblings
  };
  // frame_flag bits.
  //   written  with fetch_or by any thread (finisher, scope, future, sleeper); zero again when the frame is free.
  //   order    acq_rel: the last of {scope, future} to leave sees everything that the other one wrote.
  std::atomic<std::uint32_t> flags{0};
  // Where the child stands.
  //   written  by the one thread that holds the frame; `taken` by the future's get().
  //   read     by the future from any thread; a final phase is stored with release after the result.
  std::atomic<detail::phase> phase{detail::phase::queued};
  // mark_* bits, and above them the size class (of a frame with a home; else which process made it, see frames.cpp).
  //   written  by the spawner before the child is queued; then by the owner of the scope alone (a plain update).
  //   read     by whoever runs or settles the child.
  std::atomic<std::uint8_t> marks{0};
  // One more than the id of the worker that runs the child or whose deque it was moved to; 0: the owner's deque.
  //   written  by that worker (running) or under the lock of the deque it leaves; a hint for readers.
  //   order    release, with acquire by who looks into that worker's record: it was made before.
  std::atomic<std::uint16_t> holder{0};

  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-member-init): `order` shares the storage of `next`
  frame() noexcept : next(nullptr) {}
};
// No future any more; said on the owner's thread, without a read-modify-write.
inline constexpr std::uint8_t mark_dropped = 1;
// Spawned by another thread than the owner of the scope.
inline constexpr std::uint8_t mark_remote = 2;
// Has a seat in a scope with a limit (runtime/wait/limit.hpp), or waits for one.
inline constexpr std::uint8_t mark_seated = 4;
inline constexpr unsigned mark_class_shift = 4;
static_assert(class_count <= 16);

// The marks of a free frame of that class.
[[nodiscard]] constexpr std::uint8_t class_mark(std::size_t size_class) noexcept {
  return static_cast<std::uint8_t>(size_class << mark_class_shift);
}
[[nodiscard]] COVEY_INLINE bool is_free_of(const frame* f, std::size_t size_class) noexcept {
  return f->marks.load(std::memory_order_relaxed) == class_mark(size_class);
}
[[nodiscard]] inline std::size_t class_of(const frame* f) noexcept {
  return f->marks.load(std::memory_order_relaxed) >> mark_class_shift;
}
[[nodiscard]] inline bool has_mark(const frame* f, std::uint8_t bits) noexcept {
  return (f->marks.load(std::memory_order_relaxed) & bits) != 0;
}
inline void add_mark(frame* f, std::uint8_t bits) noexcept {
  f->marks.store(static_cast<std::uint8_t>(f->marks.load(std::memory_order_relaxed) | bits),
                 std::memory_order_relaxed);
}

}  // namespace covey::detail
