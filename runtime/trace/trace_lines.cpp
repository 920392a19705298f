// SPDX-License-Identifier: Apache-2.0
// Slices, arrows, spans and counters as Chrome's events.
#include "trace/trace_lines.hpp"

#include <algorithm>
#include <string>
#include <string_view>

namespace covey::runtime {

namespace {

[[nodiscard]] std::string thread_title(const trace_event& owner) {
  const std::string thread = " (thread " + std::to_string(owner.id) + ')';
  if (owner.other == 0) {
    return "outside" + thread;
  }
  const std::string_view kind = (owner.other & 1U) != 0   ? " foreign"
                                : (owner.other & 2U) != 0 ? " oneTBB"
                                                          : " own";
  return "worker " + std::to_string(owner.other / 4 - 1) + std::string(kind) + thread;
}

}  // namespace

void trace_lines::name(const trace_named& named) {
  forgotten_ += make_room(names_, most_names_);
  names_.insert_or_assign(named.id, named.name);
}

void trace_lines::forget_name(std::uint64_t id) noexcept {
  names_.erase(id);
}

const trace_site& trace_lines::site_text(std::uint32_t site) {
  const auto known = sites_.find(site);
  return known != sites_.end() ? known->second
                               : sites_.emplace(site, site_of_number(site)).first->second;
}

std::string trace_lines::name_of(std::uint64_t id, std::uint32_t site) {
  const auto named = names_.find(id);
  return named != names_.end() && !named->second.empty() ? std::string(named->second.view())
                                                         : site_text(site).name;
}

void trace_lines::tell_thread(const trace_event& owner) {
  trace_line(text_, 'M', {owner.id, 0}, "thread_name")
      .object("args")
      .text("name", thread_title(owner));
  trace_line(text_, 'M', {owner.id, 0}, "thread_sort_index")
      .object("args")
      .number("sort_index", owner.other);
}

void trace_lines::tell_child(const trace_slice& one, trace_point end, std::string_view outcome) {
  trace_line(text_, 'X', {end.thread, one.begin}, name_of(one.id, one.site))
      .microseconds("dur", end.ns - std::min(one.begin, end.ns))
      .text("cat", "task")
      .object("args")
      .number("id", one.id)
      .number("nursery", one.nursery)
      .number("spawned_by", one.spawner)
      .microseconds("queued_us", one.queued)
      .text("site", site_text(one.site).location)
      .text("outcome", outcome);
}

void trace_lines::tell_items(const trace_slice& one, trace_point end, std::uint64_t count) {
  const std::string name =
      std::to_string(count) + (count == 1 ? " item of " : " items of ") + name_of(one.id, one.site);
  trace_line(text_, 'X', {end.thread, one.begin}, name)
      .microseconds("dur", end.ns - std::min(one.begin, end.ns))
      .text("cat", "items")
      .object("args")
      .number("nursery", one.id)
      .number("items", count)
      .text("site", site_text(one.site).location);
}

void trace_lines::tell_pause(const trace_slice& one, trace_point end) {
  const bool sleep = one.kind == slice_kind::sleep;
  const std::string_view name = sleep                             ? "sleep"
                                : one.kind == slice_kind::join    ? "join"
                                : one.kind == slice_kind::blocked ? "blocked"
                                                                  : "wait";
  trace_line(text_, 'X', {end.thread, one.begin}, name)
      .microseconds("dur", end.ns - std::min(one.begin, end.ns))
      .text("cat", sleep ? "idle" : "wait")
      .object("args")
      .number("id", one.id);
}

void trace_lines::tell_spawn(std::uint64_t id, trace_point from, trace_point start) {
  trace_line(text_, 's', from, "spawn").text("cat", "spawn").number("id", id);
  trace_line(text_, 'f', start, "spawn").text("cat", "spawn").number("id", id).text("bp", "e");
}

void trace_lines::tell_steal(std::uint64_t id, trace_point from, trace_point start) {
  trace_line(text_, 'i', start, "steal")
      .text("cat", "steal")
      .text("s", "t")
      .object("args")
      .number("id", id)
      .number("from_thread", from.thread);
}

void trace_lines::tell_join(std::uint64_t id, trace_point finish, trace_point end) {
  // Viewers bind an arrow to the slice around its end: the last nanosecond of the child's.
  const std::uint64_t ns = finish.ns - 1;
  trace_line(text_, 's', {finish.thread, ns}, "join").text("cat", "join").number("id", id);
  trace_line(text_, 'f', {end.thread, ns}, "join")
      .text("cat", "join")
      .number("id", id)
      .text("bp", "e");
}

void trace_lines::tell_nursery(std::uint64_t id,
                               const trace_nursery& ended,
                               std::uint64_t ns,
                               bool cut) {
  const std::string name = name_of(id, ended.site);
  const std::uint64_t end = std::max(ns, ended.opened.ns);
  trace_line(text_, 'b', ended.opened, name)
      .text("cat", "nursery")
      .number("id", id)
      .object("args")
      .number("in", ended.in)
      .text("site", site_text(ended.site).location)
      .text("state", cut ? "unfinished" : "ended");
  trace_line(text_, 'e', {ended.opened.thread, end}, name).text("cat", "nursery").number("id", id);
  if (ended.stopped != 0) {
    const std::uint64_t last = std::max(cut ? end : ended.last.ns, ended.stopped);
    const std::string title = "stop of " + name;
    const std::uint64_t thread = ended.opened.thread;
    trace_line(text_, 'b', {thread, ended.stopped}, title)
        .text("cat", "stop")
        .number("id", id)
        .object("args")
        .number("nursery", id);
    trace_line(text_, 'e', {thread, last}, title).text("cat", "stop").number("id", id);
  }
}

void trace_lines::tell_stop_request(std::uint64_t nursery, trace_point now) {
  trace_line(text_, 'i', now, "stop request")
      .text("cat", "stop")
      .text("s", "p")
      .object("args")
      .number("nursery", nursery)
      .text("name", name_of(nursery, 0));
}

void trace_lines::tell_stop_seen(std::uint64_t child, trace_point now) {
  trace_line(text_, 'i', now, "stop seen")
      .text("cat", "stop")
      .text("s", "t")
      .object("args")
      .number("id", child);
}

void trace_lines::tell_lost(std::uint64_t count, trace_point now) {
  trace_line(text_, 'i', now, "events lost")
      .text("cat", "lost")
      .text("s", "p")
      .object("args")
      .number("count", count);
}

void trace_lines::tell_queue_depth(std::size_t children, std::uint64_t ns) {
  trace_line(text_, 'C', {0, ns}, "queue depth").object("args").number("children", children);
}

void trace_lines::tell_idle_workers(std::size_t workers, std::uint64_t ns) {
  trace_line(text_, 'C', {0, ns}, "idle workers").object("args").number("workers", workers);
}

}  // namespace covey::runtime
