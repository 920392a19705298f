// SPDX-License-Identifier: Apache-2.0
// A trace in memory. Times are nanoseconds since the trace began; names and places are indices into one list of texts.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace trace_tool {

using text_index = std::uint32_t;

enum class outcome : std::uint8_t { done, failed, stopped, unfinished };

// A child that ran; or items of a batch that a worker worked on one after the other (`of_items`), which count as
// if they had been spawned when the batch began; or a worker's share of a batch (`share`), whose items count themselves.
struct task {
  std::uint64_t id = 0;
  std::uint64_t nursery = 0;
  std::uint64_t spawned_by = 0;  // a child; 0: code outside of all children, or unknown
  std::int64_t begin = 0;
  std::int64_t end = 0;
  std::int64_t queued = 0;  // how long
  std::size_t track = 0;
  text_index name = 0;
  text_index site = 0;
  outcome ended = outcome::done;
  bool of_items = false;
  std::uint64_t items = 0;  // that were finished meanwhile, if of_items
  bool share = false;
};

enum class pause_kind : std::uint8_t { join, wait, blocked, sleep };

// A worker did nothing of its own: it waited for `id`, perhaps running other children meanwhile, or slept.
struct pause {
  pause_kind kind = pause_kind::wait;
  std::uint64_t id = 0;
  std::int64_t begin = 0;
  std::int64_t end = 0;
  std::size_t track = 0;
};

struct nursery {
  std::uint64_t id = 0;
  std::uint64_t in = 0;  // the child that it was opened in; 0: outside of all children
  std::int64_t begin = 0;
  std::int64_t end = 0;
  std::size_t track = 0;
  text_index name = 0;
  text_index site = 0;
};

struct spawn {
  std::uint64_t id = 0;
  std::int64_t at = 0;
  std::size_t track = 0;
};

// From the request to the end of the last child that it concerned.
struct stop {
  std::uint64_t nursery = 0;
  std::int64_t begin = 0;
  std::int64_t end = 0;
  text_index title = 0;
};

struct track {
  std::uint64_t thread = 0;
  std::uint64_t order = 0;
  std::string title;
  std::uint64_t steals = 0;
};

struct trace_data {
  std::vector<std::string> texts;
  std::vector<track> tracks;
  std::vector<task> tasks;
  std::vector<pause> pauses;
  std::vector<nursery> nurseries;
  std::vector<spawn> spawns;
  std::vector<stop> stops;
  std::uint64_t steals = 0;
  std::uint64_t lost = 0;  // events, by the trace's own word
  bool cut = false;        // the file has no end
};

}  // namespace trace_tool
