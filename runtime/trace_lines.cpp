// SPDX-License-Identifier: Apache-2.0
// How slices and spans of the trace look in the file.
#include "trace_story.hpp"

#include <algorithm>
#include <string>
#include <string_view>

namespace covey::runtime {

const trace_site& trace_story::place_of(std::uint32_t site) {
  const auto known = sites_.find(site);
  return known != sites_.end() ? known->second
                               : sites_.emplace(site, site_of_number(site)).first->second;
}

std::string trace_story::name_of(std::uint64_t id, std::uint32_t site) {
  const auto named = names_.find(id);
  return named != names_.end() && !named->second.empty() ? std::string(named->second.view())
                                                         : place_of(site).name;
}

void trace_story::tell_child(const slice& one, trace_point end, std::string_view outcome) {
  trace_line(text_, 'X', {end.thread, one.begin}, name_of(one.id, one.site))
      .time("dur", end.ns - std::min(one.begin, end.ns))
      .text("cat", "task")
      .args()
      .number("id", one.id)
      .number("nursery", one.nursery)
      .number("spawned_by", one.spawner)
      .time("queued_us", one.queued)
      .text("site", place_of(one.site).place)
      .text("outcome", outcome);
}

void trace_story::tell_items(const slice& one, trace_point end, std::uint64_t count) {
  const std::string name =
      std::to_string(count) + (count == 1 ? " item of " : " items of ") + name_of(one.id, one.site);
  trace_line(text_, 'X', {end.thread, one.begin}, name)
      .time("dur", end.ns - std::min(one.begin, end.ns))
      .text("cat", "items")
      .args()
      .number("nursery", one.id)
      .number("items", count)
      .text("site", place_of(one.site).place);
}

void trace_story::tell_pause(const slice& one, trace_point end) {
  const bool sleep = one.kind == slice_kind::sleep;
  const std::string_view name = sleep                             ? "sleep"
                                : one.kind == slice_kind::join    ? "join"
                                : one.kind == slice_kind::blocked ? "blocked"
                                                                  : "wait";
  trace_line(text_, 'X', {end.thread, one.begin}, name)
      .time("dur", end.ns - std::min(one.begin, end.ns))
      .text("cat", sleep ? "idle" : "wait")
      .args()
      .number("id", one.id);
}

// Where the thread computed for less than half of the time it was blocked, in something that the library does not see.
// When is not known; mostly such a wait comes last.
void trace_story::look_at_body(track& on, std::uint64_t cpu, trace_point now) {
  constexpr std::uint64_t least = 1'000'000;  // ns; less may be a thread that was switched out
  const std::uint64_t wall = now.ns - std::min(on.body_at, now.ns);
  const std::uint64_t ran = cpu - std::min(on.body_cpu, cpu);
  if (on.body_alone && on.open.empty() && wall > least && ran < wall / 2) {
    tell_pause({.kind = slice_kind::blocked, .begin = on.body_at + ran}, now);
  }
  on.body_at = now.ns;
  on.body_cpu = cpu;
  on.body_alone = on.open.empty();
}

// An arrow from the child that let the join go on, if the join had to wait for one.
void trace_story::tell_join(const slice& join, trace_point end) {
  const auto of = nurseries_.find(join.id);
  if (of == nurseries_.end()) {
    return;
  }
  const trace_point last = of->second.last;
  if (last.ns <= join.begin || last.ns > end.ns) {
    return;
  }
  // Viewers bind an arrow to the slice around its end: the last nanosecond of the child's.
  const std::uint64_t id = of->second.last_child;
  trace_line(text_, 's', {last.thread, last.ns - 1}, "join").text("cat", "join").number("id", id);
  trace_line(text_, 'f', {end.thread, last.ns - 1}, "join")
      .text("cat", "join")
      .number("id", id)
      .text("bp", "e");
}

void trace_story::end_nursery(std::uint64_t id, std::uint64_t ns, bool cut) {
  const auto found = nurseries_.find(id);
  if (found == nurseries_.end()) {
    names_.erase(id);
    return;
  }
  const nursery ended = found->second;
  const std::string name = name_of(id, ended.site);
  const std::uint64_t end = std::max(ns, ended.opened.ns);
  trace_line(text_, 'b', ended.opened, name)
      .text("cat", "nursery")
      .number("id", id)
      .args()
      .number("in", ended.in)
      .text("site", place_of(ended.site).place)
      .text("state", cut ? "unfinished" : "ended");
  trace_line(text_, 'e', {ended.opened.thread, end}, name).text("cat", "nursery").number("id", id);
  if (ended.stopped != 0) {
    const std::uint64_t last = std::max(cut ? end : ended.last.ns, ended.stopped);
    const std::string title = "stop of " + name;
    const std::uint64_t thread = ended.opened.thread;
    trace_line(text_, 'b', {thread, ended.stopped}, title)
        .text("cat", "stop")
        .number("id", id)
        .args()
        .number("nursery", id);
    trace_line(text_, 'e', {thread, last}, title).text("cat", "stop").number("id", id);
  }
  names_.erase(id);
  nurseries_.erase(found);
}

}  // namespace covey::runtime
