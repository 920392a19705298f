// SPDX-License-Identifier: Apache-2.0
// The rings of events, each from one worker to the thread that writes the file, and the list of them.
#pragma once

#include "base/fork.hpp"
#include "observe/trace_events.hpp"

#include <covey/policy.hpp>

#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

namespace covey::runtime {

// A queue of one writer and one reader. When it is full the newest event is dropped, not the oldest: the reader copies
// without looking back, and what it has copied is never torn.
class trace_ring {
 public:
  // @param capacity a power of two. @throws std::bad_alloc
  explicit trace_ring(std::size_t capacity)
      : events_(std::make_unique_for_overwrite<trace_event[]>(capacity)),
        mask_(capacity - 1),
        generation_(fork_generation()) {}

  [[nodiscard]] std::size_t capacity() const noexcept { return mask_ + 1; }

  // Of the process that made it: see fork.hpp.
  [[nodiscard]] std::uint32_t generation() const noexcept { return generation_; }

  // By the writer. @returns false if it was full, and the event is counted as lost.
  bool push(const trace_event& what) noexcept {
    const std::uint64_t head = head_.load(std::memory_order_relaxed);
    if (head - tail_seen_ > mask_) {
      tail_seen_ = tail_.load(std::memory_order_acquire);
      if (head - tail_seen_ > mask_) {
        lost_.store(lost_.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
        return false;
      }
    }
    events_[head & mask_] = what;
    head_.store(head + 1, std::memory_order_release);
    return true;
  }
  // By the writer, after a push: whether another half of the ring has been filled.
  [[nodiscard]] bool half_full() const noexcept {
    return (head_.load(std::memory_order_relaxed) & (mask_ >> 1U)) == 0;
  }
  void push_name(const trace_named& name) noexcept;

  // By the reader: calls take(event) for all that there is.
  template <class Take>
  void drain(Take&& take) {
    const std::uint64_t head = head_.load(std::memory_order_acquire);
    std::uint64_t tail = tail_.load(std::memory_order_relaxed);
    for (; tail != head; ++tail) {
      take(events_[tail & mask_]);
    }
    tail_.store(tail, std::memory_order_release);
  }
  void take_names(std::vector<trace_named>& to);
  [[nodiscard]] std::uint64_t lost() const noexcept {
    return lost_.load(std::memory_order_relaxed);
  }

  // By the writer, while nobody reads: begins anew.
  void restart() noexcept;

  std::uint32_t session = 0;    // writer only: the trace that it writes to; 0: it has to ask
  std::uint32_t listed_in = 0;  // guarded by the lock of trace_rings: the trace that reads it

 private:
  static constexpr std::size_t most_names = 1U << 20U;  // that wait to be taken

  std::unique_ptr<trace_event[]> events_;
  std::size_t mask_;
  std::uint32_t generation_;
  std::uint64_t tail_seen_ = 0;  // writer only
  // Events ever pushed.
  //   written  by the writer.
  //   read     by the reader.
  //   order    release after the event was stored; pairs with the acquire in drain().
  std::atomic<std::uint64_t> head_{0};
  // Events that found no room.
  //   written  by the writer; read by the reader, and only shown: relaxed.
  std::atomic<std::uint64_t> lost_{0};
  std::mutex names_lock_;
  std::vector<trace_named> names_;  // guarded by names_lock_
  // Events ever taken, on a line of its own.
  //   written  by the reader.
  //   read     by the writer.
  //   order    release after the events were copied; pairs with the acquire in push().
  alignas(64) std::atomic<std::uint64_t> tail_{0};
};

// The rings of the trace that is being written. Rings are never freed while a record has them.
class trace_rings {
 public:
  // Lets events come in. @pre none do.
  static void open(std::size_t ring_events);
  // No more events are taken.
  static void close() noexcept;

  // The rings that there are by now. By the thread that writes the file.
  static void list(std::vector<trace_ring*>& to);
  // That thread sleeps until `until`, or until a ring is half full, or wake().
  static void sleep(clock::time_point until) noexcept;
  static void wake() noexcept;

  // The ring of the worker for the present trace, made on first need. By the owner. Null: no trace, or no memory.
  [[nodiscard]] static trace_ring* attach(record& me) noexcept;
  static void push_outside(const trace_event& what) noexcept;
  static void name_outside(const trace_named& name) noexcept;
  // The number of the present trace.
  [[nodiscard]] static std::uint32_t session() noexcept {
    return present.load(std::memory_order_relaxed);
  }

 private:
  // The number of the present trace, or the last one.
  //   written  by open(), under the lock.
  //   read     by every event, and under the lock by attach().
  //   order    relaxed: a ring of another trace is given to this one under the lock.
  static constinit std::atomic<std::uint32_t> present;
};

}  // namespace covey::runtime
