// SPDX-License-Identifier: Apache-2.0
// Events in, lines out.
#include "trace/trace_story.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace covey::runtime {

namespace {

// Counters are told this often at most: they change with every child.
constexpr std::uint64_t counts_apart = 500'000;  // ns

[[nodiscard]] std::string_view outcome_name(std::uint64_t outcome) noexcept {
  constexpr std::array<std::string_view, 4> names{"done", "failed", "stopped", "never started"};
  return outcome < names.size() ? names[outcome] : "unknown";
}

[[nodiscard]] bool begins_slice(trace_kind kind) noexcept {
  return kind == trace_kind::start || kind == trace_kind::items_begin ||
         kind == trace_kind::join_begin || kind == trace_kind::wait_begin ||
         kind == trace_kind::sleep_begin;
}

}  // namespace

void trace_story::name(const trace_named& named) {
  lines_.name(named);
}

void trace_story::tell(const trace_event& what, std::uint64_t ns, std::size_t source) {
  if (source >= tracks_.size()) {
    tracks_.resize(source + 1);
  }
  track& on = tracks_[source];
  if (what.kind == trace_kind::owner) {
    set_owner(on, what);
    return;
  }
  ++events_;
  const trace_point now{on.thread, ns};
  if (what.kind == trace_kind::cpu_time) {
    look_at_body(on, what.other, now);
    return;
  }
  on.body_alone = on.body_alone && !begins_slice(what.kind);
  take_event(on, what, now);
  tell_counts(ns);
}

void trace_story::take_event(track& on, const trace_event& what, trace_point now) {
  const std::uint64_t ns = now.ns;
  switch (what.kind) {
    case trace_kind::spawn:
      forgotten_ += make_room(queued_, most_kept_);
      queued_.insert_or_assign(what.id, queued_child{now, spawner_on(on), on.worker});
      break;
    case trace_kind::start:
      start(on, what, now);
      break;
    case trace_kind::finish:
      finish(on, what, now);
      break;
    case trace_kind::nursery_open:
      open_nursery(what, now);
      break;
    case trace_kind::nursery_end:
      end_nursery(what.id, ns, false);
      break;
    case trace_kind::items_begin:
      on.open.push_back({.kind = slice_kind::items, .id = what.id, .begin = ns, .site = what.site});
      break;
    case trace_kind::items_end:
      end_items(on, what, now);
      break;
    case trace_kind::join_begin:
      on.open.push_back({.kind = slice_kind::join, .id = what.id, .begin = ns});
      break;
    case trace_kind::wait_begin:
      on.open.push_back({.kind = slice_kind::wait, .id = what.id, .begin = ns});
      break;
    case trace_kind::sleep_begin:
      on.open.push_back({.kind = slice_kind::sleep, .begin = ns});
      ++sleeping_;
      break;
    case trace_kind::join_end:
      end_slice(on, what, now, slice_kind::join);
      break;
    case trace_kind::wait_end:
      end_slice(on, what, now, slice_kind::wait);
      break;
    case trace_kind::sleep_end:
      end_slice(on, what, now, slice_kind::sleep);
      break;
    default:
      mark(what, now);
  }
}

// Where the thread computed for less than half of the time it was blocked, in something that the library does not see.
// When is not known; mostly such a wait comes last.
void trace_story::look_at_body(track& on, std::uint64_t cpu, trace_point now) {
  constexpr std::uint64_t least = 1'000'000;  // ns; less may be a thread that was switched out
  const std::uint64_t wall = now.ns - std::min(on.body_at, now.ns);
  const std::uint64_t ran = cpu - std::min(on.body_cpu, cpu);
  if (on.body_alone && on.open.empty() && wall > least && ran < wall / 2) {
    lines_.tell_pause({.kind = slice_kind::blocked, .begin = on.body_at + ran}, now);
  }
  on.body_at = now.ns;
  on.body_cpu = cpu;
  on.body_alone = on.open.empty();
}

void trace_story::set_owner(track& on, const trace_event& what) {
  const auto asleep = std::count_if(on.open.begin(), on.open.end(), [](const trace_slice& each) {
    return each.kind == slice_kind::sleep;
  });
  sleeping_ -= static_cast<std::size_t>(asleep);
  on.open.clear();
  on.body_alone = false;
  on.thread = what.id;
  on.worker = what.other != 0;
  lines_.tell_thread(what);
}

// The innermost child that the thread is in.
std::uint64_t trace_story::spawner_on(const track& on) noexcept {
  const auto found = std::find_if(on.open.rbegin(), on.open.rend(), [](const trace_slice& each) {
    return each.kind == slice_kind::child;
  });
  return found != on.open.rend() ? found->id : 0;
}

void trace_story::start(track& on, const trace_event& what, trace_point now) {
  trace_slice fresh{.id = what.id, .begin = now.ns, .nursery = what.other, .site = what.site};
  if (const auto spawned = queued_.find(what.id); spawned != queued_.end()) {
    const trace_point from = spawned->second.at;
    fresh.spawner = spawned->second.spawner;
    fresh.queued = now.ns - std::min(from.ns, now.ns);
    lines_.tell_spawn(what.id, from, now);
    if (spawned->second.by_worker && from.thread != now.thread) {
      lines_.tell_steal(what.id, from, now);
    }
    queued_.erase(spawned);
  }
  on.open.push_back(fresh);
}

bool trace_story::close(track& on, slice_kind kind, std::uint64_t id, trace_slice& found) {
  const auto at = std::find_if(on.open.rbegin(), on.open.rend(), [&](const trace_slice& each) {
    return each.kind == kind && each.id == id;
  });
  if (at == on.open.rend()) {
    return false;
  }
  found = *at;
  const auto asleep = std::count_if(on.open.rbegin(), at + 1, [](const trace_slice& each) {
    return each.kind == slice_kind::sleep;
  });
  sleeping_ -= static_cast<std::size_t>(asleep);
  on.open.erase(at.base() - 1, on.open.end());
  return true;
}

void trace_story::finish(track& on, const trace_event& what, trace_point now) {
  trace_slice ended;
  if (close(on, slice_kind::child, what.id, ended)) {
    lines_.tell_child(ended, now, outcome_name(what.other));
    if (const auto of = nurseries_.find(ended.nursery); of != nurseries_.end()) {
      of->second.last = now;
      of->second.last_child = what.id;
    }
  }
  queued_.erase(what.id);  // it never started
  lines_.forget_name(what.id);
}

void trace_story::end_slice(track& on, const trace_event& what, trace_point now, slice_kind kind) {
  trace_slice ended;
  if (!close(on, kind, kind == slice_kind::sleep ? 0 : what.id, ended)) {
    return;
  }
  lines_.tell_pause(ended, now);
  if (kind == slice_kind::join) {
    look_at_join(ended, now);
  }
}

// An arrow tells which child let the join go on, if the join had to wait for one.
void trace_story::look_at_join(const trace_slice& join, trace_point end) {
  const auto of = nurseries_.find(join.id);
  if (of == nurseries_.end()) {
    return;
  }
  const trace_point last = of->second.last;
  if (last.ns > join.begin && last.ns <= end.ns) {
    lines_.tell_join(of->second.last_child, last, end);
  }
}

// Short ones that finished nothing are not told: looks at a stop, items that found no room.
void trace_story::end_items(track& on, const trace_event& what, trace_point now) {
  constexpr std::uint64_t least = 50'000;  // ns
  trace_slice ended;
  if (close(on, slice_kind::items, what.id, ended) &&
      (what.other != 0 || now.ns - ended.begin > least)) {
    lines_.tell_items(ended, now, what.other);
  }
}

void trace_story::open_nursery(const trace_event& what, trace_point now) {
  forgotten_ += make_room(nurseries_, most_kept_);
  // One that was opened in the body of another one is in the same child.
  const auto around = nurseries_.find(what.other);
  const std::uint64_t in = around != nurseries_.end() ? around->second.in : what.other;
  nurseries_.insert_or_assign(what.id, trace_nursery{now, in, what.site, 0, {}, 0});
}

void trace_story::end_nursery(std::uint64_t id, std::uint64_t ns, bool cut) {
  if (const auto found = nurseries_.find(id); found != nurseries_.end()) {
    lines_.tell_nursery(id, found->second, ns, cut);
    nurseries_.erase(found);
  }
  lines_.forget_name(id);
}

void trace_story::request_stop(const trace_event& what, trace_point now) {
  lines_.tell_stop_request(what.id, now);
  const auto found = nurseries_.find(what.id);
  if (found != nurseries_.end() && found->second.stopped == 0) {
    found->second.stopped = now.ns;
  }
}

void trace_story::mark(const trace_event& what, trace_point now) {
  if (what.kind == trace_kind::stop_request) {
    request_stop(what, now);
  } else if (what.kind == trace_kind::checkpoint_stop) {
    lines_.tell_stop_seen(what.id, now);
  }
}

void trace_story::tell_lost(std::uint64_t count, std::uint64_t ns, std::size_t source) {
  const std::uint64_t thread = source < tracks_.size() ? tracks_[source].thread : 0;
  lines_.tell_lost(count, {thread, ns});
}

void trace_story::tell_counts(std::uint64_t ns) {
  if (ns < counts_told_at_ + counts_apart) {
    return;
  }
  if (queued_.size() != depth_told_) {
    depth_told_ = queued_.size();
    lines_.tell_queue_depth(depth_told_, ns);
    counts_told_at_ = ns;
  }
  if (sleeping_ != sleeping_told_) {
    sleeping_told_ = sleeping_;
    lines_.tell_idle_workers(sleeping_told_, ns);
    counts_told_at_ = ns;
  }
}

void trace_story::end(std::uint64_t ns) {
  for (track& on : tracks_) {
    for (; !on.open.empty(); on.open.pop_back()) {
      const trace_slice& last = on.open.back();
      const trace_point now{on.thread, std::max(ns, last.begin)};
      if (last.kind == slice_kind::child) {
        lines_.tell_child(last, now, "unfinished");
      } else if (last.kind == slice_kind::items) {
        lines_.tell_items(last, now, 0);
      } else {
        lines_.tell_pause(last, now);
      }
    }
  }
  while (!nurseries_.empty()) {
    end_nursery(nurseries_.begin()->first, ns, true);
  }
  counts_told_at_ = 0;
  tell_counts(ns);
}

}  // namespace covey::runtime
