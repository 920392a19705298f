// SPDX-License-Identifier: Apache-2.0
// Makes slices, arrows, spans and counters of events that come in the order of time.
#pragma once

#include "observe/trace_events.hpp"
#include "trace/trace_lines.hpp"
#include "trace/trace_text.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

namespace covey::runtime {

// Whatever lacks its counterpart, because that was lost or happened before the trace began, is left out: every slice
// told here has two ends, and slices of one thread are nested. What waits for its counterpart is bounded in number.
class trace_story {
 public:
  explicit trace_story(std::size_t most_kept = 1U << 20U)
      : most_kept_(most_kept),
        lines_(most_kept) {}

  void name(const trace_named& named);
  // @param source the number of the ring. All functions may throw std::bad_alloc.
  void tell(const trace_event& what, std::uint64_t ns, std::size_t source);
  void tell_lost(std::uint64_t count, std::uint64_t ns, std::size_t source);
  // How long the queues are and how many workers sleep.
  void tell_counts(std::uint64_t ns);
  // What is not over yet is cut off here.
  void end(std::uint64_t ns);

  // What has been told since somebody took it out.
  [[nodiscard]] std::string& text() noexcept { return lines_.text(); }
  [[nodiscard]] std::uint64_t events() const noexcept { return events_; }
  // Children and nurseries whose beginning was forgotten, for there were too many of them at once.
  [[nodiscard]] std::uint64_t forgotten() const noexcept { return forgotten_ + lines_.forgotten(); }

 private:
  struct track {
    std::uint64_t thread = 0;
    bool worker = false;
    std::vector<trace_slice> open;  // innermost last
    // A body outside of all children: when it was seen last, and how long its thread had computed by then.
    std::uint64_t body_at = 0;
    std::uint64_t body_cpu = 0;
    bool body_alone = false;  // nothing else was told of the thread since
  };
  struct queued_child {
    trace_point at;
    std::uint64_t spawner = 0;
    bool by_worker = false;
  };

  void set_owner(track& on, const trace_event& what);
  void take_event(track& on, const trace_event& what, trace_point now);
  [[nodiscard]] static std::uint64_t spawner_on(const track& on) noexcept;
  void start(track& on, const trace_event& what, trace_point now);
  void finish(track& on, const trace_event& what, trace_point now);
  void open_nursery(const trace_event& what, trace_point now);
  void end_nursery(std::uint64_t id, std::uint64_t ns, bool cut);
  void end_slice(track& on, const trace_event& what, trace_point now, slice_kind kind);
  void look_at_body(track& on, std::uint64_t cpu, trace_point now);
  void look_at_join(const trace_slice& join, trace_point end);
  void end_items(track& on, const trace_event& what, trace_point now);
  void mark(const trace_event& what, trace_point now);
  void request_stop(const trace_event& what, trace_point now);
  // Takes the slice out, and what was opened later and lost its end. @returns whether it was there.
  [[nodiscard]] bool close(track& on, slice_kind kind, std::uint64_t id, trace_slice& found);

  const std::size_t most_kept_;
  trace_lines lines_;
  std::vector<track> tracks_;  // by source
  std::unordered_map<std::uint64_t, queued_child> queued_;
  std::unordered_map<std::uint64_t, trace_nursery> nurseries_;
  std::size_t sleeping_ = 0;
  std::size_t depth_told_ = 0;
  std::size_t sleeping_told_ = 0;
  std::uint64_t counts_told_at_ = 0;
  std::uint64_t events_ = 0;
  std::uint64_t forgotten_ = 0;
};

}  // namespace covey::runtime
