// SPDX-License-Identifier: Apache-2.0
// The lines of the file: how slices, arrows, spans and counters look there, and what their tasks are called.
#pragma once

#include "observe/trace_events.hpp"
#include "trace/trace_text.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>

namespace covey::runtime {

enum class slice_kind : std::uint8_t { child, items, join, wait, blocked, sleep };

// Something that a thread is in.
struct trace_slice {
  slice_kind kind = slice_kind::child;
  std::uint64_t id = 0;
  std::uint64_t begin = 0;
  std::uint64_t nursery = 0;
  std::uint64_t spawner = 0;
  std::uint64_t queued = 0;  // how long it was; of children whose spawn is known
  std::uint32_t site = 0;
};

// A nursery that has not ended.
struct trace_nursery {
  trace_point opened;
  std::uint64_t in = 0;  // the child that it was opened in
  std::uint32_t site = 0;
  std::uint64_t stopped = 0;  // when it was asked to, first; 0: it was not
  trace_point last;           // when its last child so far has finished
  std::uint64_t last_child = 0;
};

// Forgets everything rather than to grow: what is left over from lost events must not fill the memory for ever.
// @returns how much was forgotten
template <class Map>
[[nodiscard]] std::size_t make_room(Map& in, std::size_t most) noexcept {
  if (in.size() < most) {
    return 0;
  }
  const std::size_t forgotten = in.size();
  in.clear();
  return forgotten;
}

// Knows no more of what has been than names. All functions that tell may throw std::bad_alloc.
class trace_lines {
 public:
  explicit trace_lines(std::size_t most_names) : most_names_(most_names) {}

  void name(const trace_named& named);
  void forget_name(std::uint64_t id) noexcept;
  // Names that were forgotten, for there were too many of them at once.
  [[nodiscard]] std::uint64_t forgotten() const noexcept { return forgotten_; }

  // What has been told since somebody took it out.
  [[nodiscard]] std::string& text() noexcept { return text_; }

  // @param owner an event of that kind
  void tell_thread(const trace_event& owner);
  void tell_child(const trace_slice& one, trace_point end, std::string_view outcome);
  void tell_items(const trace_slice& one, trace_point end, std::uint64_t count);
  void tell_pause(const trace_slice& one, trace_point end);
  // An arrow from the spawn of a child to its start.
  void tell_spawn(std::uint64_t id, trace_point from, trace_point start);
  void tell_steal(std::uint64_t id, trace_point from, trace_point start);
  // An arrow from the child that let the join go on.
  void tell_join(std::uint64_t id, trace_point finish, trace_point end);
  // @param cut it has not ended, but the trace has
  void tell_nursery(std::uint64_t id, const trace_nursery& ended, std::uint64_t ns, bool cut);
  void tell_stop_request(std::uint64_t nursery, trace_point now);
  void tell_stop_seen(std::uint64_t child, trace_point now);
  void tell_lost(std::uint64_t count, trace_point now);
  void tell_queue_depth(std::size_t children, std::uint64_t ns);
  void tell_idle_workers(std::size_t workers, std::uint64_t ns);

 private:
  [[nodiscard]] std::string name_of(std::uint64_t id, std::uint32_t site);
  [[nodiscard]] const trace_site& site_text(std::uint32_t site);

  const std::size_t most_names_;
  std::string text_;
  std::unordered_map<std::uint64_t, label> names_;
  std::unordered_map<std::uint32_t, trace_site> sites_;
  std::uint64_t forgotten_ = 0;
};

}  // namespace covey::runtime
