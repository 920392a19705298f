// SPDX-License-Identifier: Apache-2.0
// Allocation of the tracker's entries; time stamps.
#pragma once

#include "worker/record.hpp"
#include "worker/tracking_map.hpp"

#include <covey/task_info.hpp>

#include <chrono>
#include <cstdint>
#include <type_traits>

namespace covey::runtime {

// A time stamp. Complexity: some 10 ns.
[[nodiscard]] std::uint64_t ticks() noexcept;

// The same moment by both clocks.
struct trace_anchor {
  std::uint64_t ticks = 0;
  std::uint64_t ns = 0;

  // The two clocks are read one after the other: a thread that was interrupted between them reads again.
  [[nodiscard]] static trace_anchor now() noexcept {
    constexpr std::uint64_t close = 1000;  // ns
    trace_anchor best;
    std::uint64_t least = ~std::uint64_t{0};
    for (int i = 0; i < 20 && least > close; ++i) {
      const std::uint64_t before = steady();
      const std::uint64_t read = runtime::ticks();
      const std::uint64_t after = steady();
      if (after - before < least) {
        least = after - before;
        best = {read, before + least / 2};
      }
    }
    return best;
  }

 private:
  [[nodiscard]] static std::uint64_t steady() noexcept {
    return static_cast<std::uint64_t>(std::chrono::steady_clock::now().time_since_epoch().count());
  }
};

// Replaces the second pair of readings of tracking_map::clock.
void renew_clock() noexcept;
// @returns the length of so many ticks, by the present pairs of readings
[[nodiscard]] std::chrono::nanoseconds length_of(std::uint64_t ticks) noexcept;

[[nodiscard]] inline child_entry& child_at(std::uint32_t index) noexcept {
  return covey_tracking_map.children.chunk[index / chunk_entries].load(
      std::memory_order_acquire)[index % chunk_entries];
}
[[nodiscard]] inline nursery_entry& nursery_at(std::uint32_t index) noexcept {
  return covey_tracking_map.nurseries.chunk[index / chunk_entries].load(
      std::memory_order_acquire)[index % chunk_entries];
}
[[nodiscard]] inline site_entry& site_at(std::uint32_t index) noexcept {
  return covey_tracking_map.sites.chunk[index / chunk_entries].load(
      std::memory_order_acquire)[index % chunk_entries];
}

// A free entry, for the owner of `me` (null: a thread without a worker). 0: all are taken, or no memory.
[[nodiscard]] std::uint32_t take_child_entry(record* me) noexcept;
[[nodiscard]] std::uint32_t take_nursery_entry(record* me) noexcept;
void give_child_entry(record* me, std::uint32_t index) noexcept;
void give_nursery_entry(record* me, std::uint32_t index) noexcept;

[[nodiscard]] std::uint64_t next_id(record* me) noexcept;

inline void set_life(word64& of, life now) noexcept {
  of.store((of.load(std::memory_order_relaxed) & ~life_mask) | static_cast<std::uint64_t>(now),
           std::memory_order_release);
}
[[nodiscard]] inline life life_in(const word64& of) noexcept {
  return static_cast<life>(of.load(std::memory_order_relaxed) & life_mask);
}
// Called before an entry is filled for a task, and when it is given back: ends the copies of the former task.
inline void renew(word64& life) noexcept {
  life.store((life.load(std::memory_order_relaxed) & ~life_mask) + life_step,
             std::memory_order_release);
}
// Stores a field of a renewed entry (release). Pairs with the acquire loads of a copy, which then sees the new life.
template <class T>
void put(std::atomic<T>& field, std::type_identity_t<T> value) noexcept {
  field.store(value, std::memory_order_release);
}
void write_label(word64 (&to)[label_words], const label& text) noexcept;

}  // namespace covey::runtime
