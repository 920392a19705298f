// SPDX-License-Identifier: Apache-2.0
// The sweep over a trace in the order of time.

#include "analysis.hpp"

#include "points.hpp"
#include "saturating.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <vector>

namespace trace_tool {

namespace {

constexpr std::size_t none = std::numeric_limits<std::size_t>::max();

// A chain of strands, as far as it has come: a task, or what a thread runs outside of all tasks.
struct chain {
  std::int64_t length = 0;
  std::size_t last = none;  // index in parts_
  bool branched = false;    // others go on from `last`: it must not grow any more
};

struct linked_part {
  path_part part;
  std::size_t before = none;
};

class sweep {
 public:
  sweep(const trace_data& data, std::size_t curve_points) : data_(data) {
    result_.own.resize(data.tasks.size());
    result_.tracks.resize(data.tracks.size());
    chains_.resize(data.tasks.size() + data.tracks.size());
    tracks_.resize(data.tracks.size());
    std::tie(result_.begin, result_.end) = bounds_of(data);
    result_.busy_curve.resize(std::max<std::size_t>(curve_points, 1));
    for (std::size_t i = 0; i < data.tasks.size(); ++i) {
      task_by_id_.emplace(data.tasks[i].id, i);
    }
  }

  analysis run();

 private:
  struct open_track {
    std::vector<std::size_t> open;  // indices of slices, innermost last
    std::size_t nurseries = 0;      // open ones, opened outside of all tasks
    std::int64_t since = 0;         // up to here its time has been accounted for
  };

  [[nodiscard]] bool is_task(std::size_t slice) const { return slice < data_.tasks.size(); }
  [[nodiscard]] const pause& pause_of(std::size_t slice) const {
    return data_.pauses[slice - data_.tasks.size()];
  }
  [[nodiscard]] std::size_t track_of(std::size_t slice) const {
    return is_task(slice) ? data_.tasks[slice].track : pause_of(slice).track;
  }

  void visit(const point& now);
  void begin_slice(std::size_t slice);
  void end_slice(std::size_t slice);
  void end_nursery(const nursery& ended, std::int64_t at);
  void finish(std::size_t task);
  void join(std::size_t track, std::uint64_t nursery);
  void wait_for(std::size_t track, std::uint64_t id);
  void follow(std::size_t chain, std::size_t other);
  void account(std::size_t track, std::int64_t until);
  void run_own(std::size_t chain, std::size_t track, std::int64_t from, std::int64_t until);
  void add_to_curve(std::int64_t from, std::int64_t until);
  [[nodiscard]] std::size_t chain_on(std::size_t track) const;
  void trace_back();

  const trace_data& data_;
  analysis result_;
  std::vector<chain> chains_;  // of the tasks, then of the tracks
  std::vector<linked_part> parts_;
  std::vector<open_track> tracks_;
  std::unordered_map<std::uint64_t, std::size_t> task_by_id_;
  std::unordered_map<std::uint64_t, std::size_t> longest_child_;  // of a nursery: its chain
  std::vector<bool> finished_;
};

analysis sweep::run() {
  finished_.resize(data_.tasks.size());
  for (const point& each : points_of(data_)) {
    visit(each);
  }
  trace_back();
  return std::move(result_);
}

void sweep::visit(const point& now) {
  switch (now.kind) {
    case point_kind::slice_begin:
      account(track_of(now.index), now.at);
      begin_slice(now.index);
      break;
    case point_kind::task_end:
    case point_kind::pause_end:
      account(track_of(now.index), now.at);
      end_slice(now.index);
      break;
    case point_kind::nursery_begin: {
      const nursery& opened = data_.nurseries[now.index];
      account(opened.track, now.at);
      tracks_[opened.track].nurseries += opened.in == 0 ? 1U : 0U;
      break;
    }
    case point_kind::nursery_end:
      end_nursery(data_.nurseries[now.index], now.at);
      break;
    case point_kind::spawn: {
      const spawn& made = data_.spawns[now.index];
      account(made.track, now.at);
      if (const auto child = task_by_id_.find(made.id); child != task_by_id_.end()) {
        follow(child->second, chain_on(made.track));
      }
      break;
    }
  }
}

void sweep::begin_slice(std::size_t slice) {
  open_track& on = tracks_[track_of(slice)];
  on.open.push_back(slice);
  if (is_task(slice) && !data_.tasks[slice].share && !data_.tasks[slice].of_items) {
    ++result_.tracks[track_of(slice)].tasks;
  }
}

void sweep::end_slice(std::size_t slice) {
  const std::size_t track = track_of(slice);
  std::vector<std::size_t>& open = tracks_[track].open;
  if (std::find(open.rbegin(), open.rend(), slice) == open.rend()) {
    return;  // it ended with one around it
  }
  while (true) {
    const std::size_t last = open.back();
    open.pop_back();
    if (is_task(last)) {
      finish(last);
    }
    if (last == slice) {
      break;
    }
  }
  if (!is_task(slice) && pause_of(slice).kind == pause_kind::join) {
    join(track, pause_of(slice).id);
  } else if (!is_task(slice) && pause_of(slice).kind == pause_kind::wait) {
    wait_for(track, pause_of(slice).id);
  }
}

void sweep::end_nursery(const nursery& ended, std::int64_t at) {
  account(ended.track, at);
  join(ended.track, ended.id);
  std::size_t& open = tracks_[ended.track].nurseries;
  if (ended.in == 0 && open > 0) {
    --open;
  }
}

void sweep::finish(std::size_t task) {
  finished_[task] = true;
  const auto [longest, first] = longest_child_.try_emplace(data_.tasks[task].nursery, task);
  if (!first && chains_[longest->second].length < chains_[task].length) {
    longest->second = task;
  }
}

void sweep::join(std::size_t track, std::uint64_t nursery) {
  if (const auto longest = longest_child_.find(nursery); longest != longest_child_.end()) {
    follow(chain_on(track), longest->second);
  }
}

void sweep::wait_for(std::size_t track, std::uint64_t id) {
  const auto child = task_by_id_.find(id);
  if (child != task_by_id_.end() && finished_[child->second]) {
    follow(chain_on(track), child->second);
  }
}

// The chain cannot go on before the other one has come here.
void sweep::follow(std::size_t chain, std::size_t other) {
  if (chain != other && chains_[chain].length < chains_[other].length) {
    chains_[other].branched = true;
    chains_[chain] = chains_[other];
  }
}

std::size_t sweep::chain_on(std::size_t track) const {
  const std::vector<std::size_t>& open = tracks_[track].open;
  const auto innermost =
      std::find_if(open.rbegin(), open.rend(), [this](std::size_t each) { return is_task(each); });
  return innermost != open.rend() ? *innermost : data_.tasks.size() + track;
}

void sweep::account(std::size_t track, std::int64_t until) {
  open_track& on = tracks_[track];
  const std::int64_t from = std::exchange(on.since, std::max(on.since, until));
  if (until <= from) {
    return;
  }
  busy_track& times = result_.tracks[track];
  if (on.open.empty() ? on.nurseries > 0 : is_task(on.open.back())) {
    times.busy = plus(times.busy, until - from);
    run_own(chain_on(track), track, from, until);
    add_to_curve(from, until);
  } else if (!on.open.empty()) {
    std::int64_t& spent =
        pause_of(on.open.back()).kind == pause_kind::sleep ? times.sleeping : times.waiting;
    spent = plus(spent, until - from);
  }
}

void sweep::run_own(std::size_t chain, std::size_t track, std::int64_t from, std::int64_t until) {
  const std::int64_t work = until - from;
  result_.work = plus(result_.work, work);
  const std::size_t task = chain < data_.tasks.size() ? chain : no_task;
  if (task != no_task) {
    result_.own[task] = plus(result_.own[task], work);
  }
  auto& [length, last, branched] = chains_[chain];
  length = plus(length, work);
  result_.span = std::max(result_.span, length);
  if (last != none && !branched && parts_[last].part.task == task &&
      parts_[last].part.track == track) {
    parts_[last].part.end = until;
    parts_[last].part.work = plus(parts_[last].part.work, work);
  } else {
    parts_.push_back({{task, track, from, until, work}, last});
    last = parts_.size() - 1;
    branched = false;
  }
}

void sweep::add_to_curve(std::int64_t from, std::int64_t until) {
  const std::int64_t length = result_.end - result_.begin;
  if (length <= 0) {
    return;
  }
  const double width = static_cast<double>(length) / static_cast<double>(result_.busy_curve.size());
  const auto place = [&](std::int64_t at) {
    const double bins = static_cast<double>(at - result_.begin) / width;
    return std::clamp(bins, 0.0, static_cast<double>(result_.busy_curve.size()));
  };
  const double last = place(until);
  for (double at = place(from); at < last;) {
    const auto bin = std::min(static_cast<std::size_t>(at), result_.busy_curve.size() - 1);
    const double next = std::min(last, static_cast<double>(bin + 1));
    result_.busy_curve[bin] += next - at;
    at = std::max(next, std::nextafter(at, last));
  }
}

void sweep::trace_back() {
  const auto longest =
      std::max_element(chains_.begin(), chains_.end(), [](const chain& a, const chain& b) {
        return a.length < b.length;
      });
  if (longest == chains_.end()) {
    return;
  }
  std::vector<path_part>& path = result_.critical_path;
  for (std::size_t at = longest->last; at != none; at = parts_[at].before) {
    const path_part& part = parts_[at].part;
    if (!path.empty() && path.back().task == part.task && path.back().track == part.track &&
        path.back().begin == part.end) {
      path.back().begin = part.begin;
      path.back().work = plus(path.back().work, part.work);
    } else {
      path.push_back(part);
    }
  }
  std::reverse(path.begin(), path.end());
}

}  // namespace

analysis analyse(const trace_data& data, std::size_t curve_points) {
  return sweep(data, curve_points).run();
}

}  // namespace trace_tool
