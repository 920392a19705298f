// SPDX-License-Identifier: Apache-2.0
// The records of the tracker as they lie in memory, for readers in this process and in others (tools/top).
#pragma once

#include <covey/config.hpp>
#include <covey/tracking.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>

// Rules of this file: words of 4 and 8 bytes only, all of them atomic; no pointer but to records described here, and all
// of those stay where they are until the process ends; a change of any layout raises map_version.
namespace covey::runtime {

inline constexpr std::uint32_t map_version = 1;
inline constexpr std::uint64_t map_magic[2] = {0x636f'7665'7920'7472U, 0x6163'6b69'6e67'2031U};

using word = std::atomic<std::uint64_t>;
using half = std::atomic<std::uint32_t>;

inline constexpr std::size_t label_words = 6;  // 47 bytes and the length, as they lie in covey::label

// The low byte of `life`. What is above it rises whenever a record is given to another task, so that a reader that finds
// the same life before and after it copied the fields has the fields of one task.
enum class life : std::uint8_t { free, queued, running, waiting, blocking };
inline constexpr std::uint64_t life_mask = 0xFF;
inline constexpr std::uint64_t life_step = 0x100;

// One child. Written by the thread that holds its frame; `life` last (release).
struct alignas(64) child_record {
  word life{0};
  word id{0};
  word parent{0};         // id of its nursery
  half parent_at{0};      // index of its nursery's record
  half site{0};           // index of the place of its spawn
  word born{0};           // ticks, see tracking_map::clock
  word since{0};          // ticks: when it entered its state
  word checked{0};        // ticks: when it last looked at its stop
  half worker{0};         // one more than the number of the worker that runs it
  half next_free{0};
  word done{0};           // progress, as the child says
  word total{0};
  word reserved[2] = {};
  word name[label_words] = {};
};
static_assert(sizeof(child_record) == 128);

// One nursery. The counts are written with fetch_add by whoever spawns or finishes a child.
struct alignas(64) nursery_record {
  word life{0};
  word id{0};
  word parent{0};         // id of what it was opened in; 0: it is a root
  half parent_at{0};      // index of that record
  half parent_kind{0};    // 0: a child; 1: a nursery (opened in its body)
  half site{0};
  half worker{0};         // one more than the number of its owner; 0: a box
  word born{0};
  word since{0};
  word deadline{0};       // nanoseconds of std::chrono::steady_clock; ~0: none of its own
  word spawned{0};
  word ended[4] = {};     // done, failed, stopped, never started
  word done{0};           // items of a batch
  word total{0};
  word stopped_at{0};     // ticks of the request; 0: none
  half stop{0};           // stop_kind
  half next_free{0};
  word reserved[2] = {};
  word name[label_words] = {};
  word stop_text[label_words] = {};
};
static_assert(sizeof(nursery_record) == 256);

// A place in the source, and what was seen of the children spawned there. Written once, before site_count is raised;
// the sums by whoever finishes a child.
struct alignas(64) site_record {
  std::atomic<const char*> file{nullptr};      // copies on the heap, ended by a zero, kept for ever
  std::atomic<const char*> function{nullptr};
  half line{0};
  half file_bytes{0};
  half function_bytes{0};
  half reserved{0};
  word ended{0};           // children of this place that have run
  word ran{0};             // ticks they ran, together
  word longest_gap{0};     // ticks: the longest time that one of them did not look at its stop
};
static_assert(sizeof(site_record) == 64);

// One worker; part of its record. Written by its owner.
struct alignas(64) worker_card {
  std::atomic<worker_card*> next{nullptr};  // list of all, newest first
  std::atomic<const std::atomic<std::uint64_t>*> ran{nullptr};
  half number{0};
  half thread{0};          // gettid(); 0: nobody owns it now
  half pool{0};
  half kind{0};            // bit 0: foreign; bit 1: borrowed
  half child{0};           // index of the innermost tracked child that it runs; 0: none
  half sleeping{0};
  word steals{0};
  word lends{0};
  word sleeps{0};
  word slept{0};           // ticks
  word fell_asleep{0};     // ticks; while sleeping
  word reserved[6] = {};
};
static_assert(sizeof(worker_card) == 128);

// Ticks are the processor's time stamps where it has even ones, else nanoseconds of the steady clock. Two readings of
// both clocks, the second one renewed now and then, say how long a tick is.
struct tick_clock {
  word first_ticks{0};
  word first_ns{0};
  word last_ticks{0};
  word last_ns{0};
};

// Records lie in chunks; record i is chunk i / chunk_records at i % chunk_records. Index 0 is nobody.
inline constexpr std::size_t chunk_records = 1024;
inline constexpr std::size_t most_chunks = 256;

template <class Record>
struct record_table {
  half chunks{0};          // how many there are
  half record_bytes{sizeof(Record)};
  std::atomic<Record*> chunk[most_chunks] = {};
};

struct tracking_map {
  word magic[2] = {};      // written last
  half version{map_version};
  half bytes{0};           // of this struct
  half level{0};           // tracking_level
  half process{0};
  word next_id{1};
  word not_shown{0};       // children that found no record
  tick_clock clock;
  std::atomic<worker_card*> workers{nullptr};
  half site_count{1};
  half reserved{0};
  record_table<child_record> children;
  record_table<nursery_record> nurseries;
  record_table<site_record> sites;
};

}  // namespace covey::runtime

// The well-known symbol.
extern "C" COVEY_API covey::runtime::tracking_map covey_tracking_map;
