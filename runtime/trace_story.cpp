// SPDX-License-Identifier: Apache-2.0
// Events in, Chrome's events out.
#include "trace_story.hpp"

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

[[nodiscard]] bool begins_slice(trace_kind kind) noexcept {
  return kind == trace_kind::start || kind == trace_kind::items_begin ||
         kind == trace_kind::join_begin || kind == trace_kind::wait_begin ||
         kind == trace_kind::sleep_begin;
}

}  // namespace

// Forgets everything rather than to grow: what is left over from lost events must not fill the memory for ever.
template <class Map>
void trace_story::make_room(Map& in) {
  if (in.size() >= most_kept_) {
    forgotten_ += in.size();
    in.clear();
  }
}

void trace_story::name(const trace_named& named) {
  make_room(names_);
  names_.insert_or_assign(named.id, named.name);
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
      make_room(queued_);
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

void trace_story::set_owner(track& on, const trace_event& what) {
  const auto asleep = std::count_if(on.open.begin(), on.open.end(), [](const slice& each) {
    return each.kind == slice_kind::sleep;
  });
  sleeping_ -= static_cast<std::size_t>(asleep);
  on.open.clear();
  on.body_alone = false;
  on.thread = what.id;
  on.worker = what.other != 0;
  trace_line(text_, 'M', {what.id, 0}, "thread_name").args().text("name", thread_title(what));
  trace_line(text_, 'M', {what.id, 0}, "thread_sort_index").args().number("sort_index", what.other);
}

// The innermost child that the thread is in.
std::uint64_t trace_story::spawner_on(const track& on) noexcept {
  const auto found = std::find_if(on.open.rbegin(), on.open.rend(), [](const slice& each) {
    return each.kind == slice_kind::child;
  });
  return found != on.open.rend() ? found->id : 0;
}

void trace_story::start(track& on, const trace_event& what, trace_point now) {
  slice fresh{.id = what.id, .begin = now.ns, .nursery = what.other, .site = what.site};
  if (const auto spawned = queued_.find(what.id); spawned != queued_.end()) {
    const trace_point from = spawned->second.at;
    fresh.spawner = spawned->second.spawner;
    fresh.queued = now.ns - std::min(from.ns, now.ns);
    trace_line(text_, 's', from, "spawn").text("cat", "spawn").number("id", what.id);
    trace_line(text_, 'f', now, "spawn").text("cat", "spawn").number("id", what.id).text("bp", "e");
    if (spawned->second.by_worker && from.thread != now.thread) {
      trace_line(text_, 'i', now, "steal")
          .text("cat", "steal")
          .text("s", "t")
          .args()
          .number("id", what.id)
          .number("from_thread", from.thread);
    }
    queued_.erase(spawned);
  }
  on.open.push_back(fresh);
}

bool trace_story::close(track& on, slice_kind kind, std::uint64_t id, slice& found) {
  const auto at = std::find_if(on.open.rbegin(), on.open.rend(), [&](const slice& each) {
    return each.kind == kind && each.id == id;
  });
  if (at == on.open.rend()) {
    return false;
  }
  found = *at;
  const auto asleep = std::count_if(
      on.open.rbegin(), at + 1, [](const slice& each) { return each.kind == slice_kind::sleep; });
  sleeping_ -= static_cast<std::size_t>(asleep);
  on.open.erase(at.base() - 1, on.open.end());
  return true;
}

void trace_story::finish(track& on, const trace_event& what, trace_point now) {
  slice ended;
  if (close(on, slice_kind::child, what.id, ended)) {
    tell_child(ended, now, outcome_name(what.other));
    if (const auto of = nurseries_.find(ended.nursery); of != nurseries_.end()) {
      of->second.last = now;
      of->second.last_child = what.id;
    }
  }
  queued_.erase(what.id);  // it never started
  names_.erase(what.id);
}

void trace_story::end_slice(track& on, const trace_event& what, trace_point now, slice_kind kind) {
  slice ended;
  if (!close(on, kind, kind == slice_kind::sleep ? 0 : what.id, ended)) {
    return;
  }
  tell_pause(ended, now);
  if (kind == slice_kind::join) {
    tell_join(ended, now);
  }
}

// Short ones that finished nothing are not told: looks at a stop, items that found no room.
void trace_story::end_items(track& on, const trace_event& what, trace_point now) {
  constexpr std::uint64_t least = 50'000;  // ns
  slice ended;
  if (close(on, slice_kind::items, what.id, ended) &&
      (what.other != 0 || now.ns - ended.begin > least)) {
    tell_items(ended, now, what.other);
  }
}

void trace_story::open_nursery(const trace_event& what, trace_point now) {
  make_room(nurseries_);
  // One that was opened in the body of another one is in the same child.
  const auto around = nurseries_.find(what.other);
  const std::uint64_t in = around != nurseries_.end() ? around->second.in : what.other;
  nurseries_.insert_or_assign(what.id, nursery{now, in, what.site, 0, {}, 0});
}

void trace_story::request_stop(const trace_event& what, trace_point now) {
  trace_line(text_, 'i', now, "stop request")
      .text("cat", "stop")
      .text("s", "p")
      .args()
      .number("nursery", what.id)
      .text("name", name_of(what.id, 0));
  const auto found = nurseries_.find(what.id);
  if (found != nurseries_.end() && found->second.stopped == 0) {
    found->second.stopped = now.ns;
  }
}

void trace_story::mark(const trace_event& what, trace_point now) {
  if (what.kind == trace_kind::stop_request) {
    request_stop(what, now);
  } else if (what.kind == trace_kind::checkpoint_stop) {
    trace_line(text_, 'i', now, "stop seen")
        .text("cat", "stop")
        .text("s", "t")
        .args()
        .number("id", what.id);
  }
}

void trace_story::tell_lost(std::uint64_t count, std::uint64_t ns, std::size_t source) {
  const std::uint64_t thread = source < tracks_.size() ? tracks_[source].thread : 0;
  trace_line(text_, 'i', {thread, ns}, "events lost")
      .text("cat", "lost")
      .text("s", "p")
      .args()
      .number("count", count);
}

void trace_story::tell_counts(std::uint64_t ns) {
  if (ns < counts_told_at_ + counts_apart) {
    return;
  }
  if (queued_.size() != depth_told_) {
    depth_told_ = queued_.size();
    trace_line(text_, 'C', {0, ns}, "queue depth").args().number("children", depth_told_);
    counts_told_at_ = ns;
  }
  if (sleeping_ != sleeping_told_) {
    sleeping_told_ = sleeping_;
    trace_line(text_, 'C', {0, ns}, "idle workers").args().number("workers", sleeping_told_);
    counts_told_at_ = ns;
  }
}

void trace_story::end(std::uint64_t ns) {
  for (track& on : tracks_) {
    for (; !on.open.empty(); on.open.pop_back()) {
      const slice& last = on.open.back();
      const trace_point now{on.thread, std::max(ns, last.begin)};
      if (last.kind == slice_kind::child) {
        tell_child(last, now, "unfinished");
      } else if (last.kind == slice_kind::items) {
        tell_items(last, now, 0);
      } else {
        tell_pause(last, now);
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
