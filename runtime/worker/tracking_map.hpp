// SPDX-License-Identifier: Apache-2.0
// The memory layout of the tracker's entries, for readers in this process and in others (tools/top).
#pragma once

#include <covey/config.hpp>
#include <covey/tracking.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>

// Rules of this file: all fields are atomic words of 4 or 8 bytes. Pointers point to types of this file only, and such
// objects stay where they are until the process ends. A change of any layout raises map_version.
namespace covey::runtime {

inline constexpr std::uint32_t map_version = 1;
inline constexpr std::uint64_t map_magic[2] = {0x636f'7665'7920'7472U, 0x6163'6b69'6e67'2031U};

using word64 = std::atomic<std::uint64_t>;
using word32 = std::atomic<std::uint32_t>;

// 47 bytes and the length, as they lie in covey::label.
inline constexpr std::size_t label_words = 6;

// The low byte of `life`. The bytes above it grow whenever an entry is given to another task. So a reader that finds the
// same `life` before and after it copied the fields has the fields of one task.
enum class life : std::uint8_t { free, queued, running, waiting, blocking };
inline constexpr std::uint64_t life_mask = 0xFF;
inline constexpr std::uint64_t life_step = 0x100;

// One child. Written by the thread that holds its frame; `life` last (release).
struct alignas(64) child_entry {
  word64 life{0};
  word64 id{0};
  word64 parent{0};     // id of its nursery
  word32 parent_at{0};  // index of its nursery's record
  word32 site{0};       // index of the site of its spawn
  word64 born{0};       // ticks, see tracking_map::clock
  word64 since{0};      // ticks: when it entered its state
  word64 checked{0};    // ticks: when it last looked at its stop
  word32 worker{0};     // one more than the number of the worker that runs it
  word32 next_free{0};
  word64 done{0};  // progress, as the child says
  word64 total{0};
  word64 reserved[8] = {};
  word64 name[label_words] = {};
};
static_assert(sizeof(child_entry) == 192);

// One nursery. The counts are written with fetch_add by whoever spawns or finishes a child.
struct alignas(64) nursery_entry {
  word64 life{0};
  word64 id{0};
  word64 parent{0};       // id of what it was opened in; 0: it is a root
  word32 parent_at{0};    // index of that record
  word32 parent_kind{0};  // 0: a child; 1: a nursery (opened in its body)
  word32 site{0};
  word32 worker{0};  // one more than the number of its owner; 0: a box
  word64 born{0};
  word64 since{0};
  word64 deadline{0};  // nanoseconds of std::chrono::steady_clock; ~0: none of its own
  word64 spawned{0};
  word64 ended[4] = {};  // done, failed, stopped, never started
  word64 done{0};        // items of a batch
  word64 total{0};
  word64 stopped_at{0};  // ticks of the request; 0: none
  word32 stop{0};        // stop_kind
  word32 next_free{0};
  word64 reserved[2] = {};
  word64 name[label_words] = {};
  word64 stop_text[label_words] = {};
};
static_assert(sizeof(nursery_entry) == 256);

// A site, and the longest time that a child spawned there did not look for its stop. Written once, before site_count is
// raised; the gap by threads that find a longer one (compare-exchange).
struct alignas(64) site_entry {
  std::atomic<const char*> file{nullptr};  // copies on the heap, ended by a zero, kept for ever
  std::atomic<const char*> function{nullptr};
  word32 line{0};
  word32 file_bytes{0};
  word32 function_bytes{0};
  word32 reserved{0};
  word64 longest_gap{0};  // ticks
  word64 reserved_too[2] = {};
};
static_assert(sizeof(site_entry) == 64);

// One worker; part of its record. Written by its owner.
struct alignas(64) worker_card {
  std::atomic<worker_card*> next{nullptr};                      // list of all, newest first
  std::atomic<const std::atomic<std::uint64_t>*> ran{nullptr};  // of its thread, or of the worker
  word32 number{0};
  word32 thread{0};  // gettid(); 0: nobody owns it now
  word32 pool{0};
  word32 kind{0};   // bit 0: foreign; bit 1: borrowed
  word32 child{0};  // index of the innermost tracked child that it runs; 0: none
  word32 sleeping{0};
  word64 steals{0};
  word64 lends{0};
  word64 sleeps{0};
  word64 slept{0};        // ticks
  word64 fell_asleep{0};  // ticks; while sleeping
  word64 reserved[6] = {};
};
static_assert(sizeof(worker_card) == 128);

// Ticks are the processor's time stamps where those have a constant rate, else nanoseconds of the steady clock. Two
// readings of both clocks, of which the second is renewed now and then, give the length of a tick.
struct tick_clock {
  word64 first_ticks{0};
  word64 first_ns{0};
  word64 last_ticks{0};
  word64 last_ns{0};
};

// A table has chunks of entries: entry i is in chunk i / chunk_entries at i % chunk_entries. Index 0: none.
inline constexpr std::size_t chunk_entries = 1024;
inline constexpr std::size_t most_chunks = 256;

template <class Entry>
struct entry_table {
  word32 chunks{0};  // how many there are
  word32 entry_bytes{sizeof(Entry)};
  std::atomic<Entry*> chunk[most_chunks] = {};
};

struct tracking_map {
  word64 magic[2] = {};  // written last
  word32 version{map_version};
  word32 bytes{0};  // of this struct
  word32 level{0};  // tracking_level
  word32 process{0};
  word64 next_id{1};
  word64 not_shown{0};  // children that found no record
  tick_clock clock;
  std::atomic<worker_card*> workers{nullptr};
  word32 site_count{1};
  word32 reserved{0};
  entry_table<child_entry> children;
  entry_table<nursery_entry> nurseries;
  entry_table<site_entry> sites;
};

}  // namespace covey::runtime

// The well-known symbol.
extern "C" COVEY_API covey::runtime::tracking_map covey_tracking_map;

namespace covey::runtime {

[[nodiscard]] inline bool tracks_tasks() noexcept {
  return covey_tracking_map.level.load(std::memory_order_relaxed) ==
         static_cast<std::uint32_t>(tracking_level::full);
}
[[nodiscard]] inline bool tracks_counts() noexcept {
  return covey_tracking_map.level.load(std::memory_order_relaxed) !=
         static_cast<std::uint32_t>(tracking_level::off);
}

}  // namespace covey::runtime
