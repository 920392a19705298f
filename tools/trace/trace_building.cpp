// SPDX-License-Identifier: Apache-2.0
// From trace events to trace_data. What an event lacks is 0 or empty: other programs may have written it.

#include "trace_building.hpp"

#include "saturating.hpp"
#include "trace_reading.hpp"

#include <algorithm>
#include <cmath>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

namespace trace_tool {

namespace {

using nlohmann::json;

constexpr std::int64_t last_moment = 9'000'000'000'000'000'000;  // one more is still a time

[[nodiscard]] std::int64_t nanoseconds(const json& event, const char* member) {
  const auto found = event.find(member);
  constexpr double most = static_cast<double>(last_moment) / 1000;
  const double value = found != event.end() && found->is_number() ? found->get<double>() : 0.0;
  return std::llround(std::clamp(value, 0.0, most) * 1000.0);
}

[[nodiscard]] std::int64_t end_after(std::int64_t begin, const json& event) {
  return std::min(plus(begin, nanoseconds(event, "dur")), last_moment);
}

[[nodiscard]] std::uint64_t number(const json& event, const char* member) {
  const auto found = event.find(member);
  return found != event.end() && found->is_number_unsigned() ? found->get<std::uint64_t>() : 0;
}

[[nodiscard]] std::string text(const json& event, const char* member) {
  const auto found = event.find(member);
  return found != event.end() && found->is_string() ? found->get<std::string>() : std::string();
}

[[nodiscard]] const json& details(const json& event) {
  static const json nothing = json::object();
  const auto found = event.find("args");
  return found != event.end() && found->is_object() ? *found : nothing;
}

// Workers in their order; threads from outside come last.
void sort_tracks(trace_data& data) {
  std::vector<std::size_t> order(data.tracks.size());
  for (std::size_t i = 0; i < order.size(); ++i) {
    order[i] = i;
  }
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    // 0 becomes the largest.
    return std::pair(data.tracks[a].order - 1, a) < std::pair(data.tracks[b].order - 1, b);
  });
  std::vector<std::size_t> place(order.size());
  std::vector<track> sorted;
  for (std::size_t i = 0; i < order.size(); ++i) {
    place[order[i]] = i;
    sorted.push_back(std::move(data.tracks[order[i]]));
  }
  data.tracks = std::move(sorted);
  const auto move_all = [&](auto& list) {
    for (auto& each : list) {
      each.track = place[each.track];
    }
  };
  move_all(data.tasks);
  move_all(data.pauses);
  move_all(data.nurseries);
  move_all(data.spawns);
}

}  // namespace

text_index data_builder::index_of(const std::string& text) {
  const auto [at, fresh] = texts_.try_emplace(text, static_cast<text_index>(data_.texts.size()));
  if (fresh) {
    data_.texts.push_back(text);
  }
  return at->second;
}

std::size_t data_builder::track_of(const json& event) {
  const std::uint64_t thread = number(event, "tid");
  const auto [at, fresh] = tracks_.try_emplace(thread, data_.tracks.size());
  if (fresh) {
    data_.tracks.push_back({thread, 0, "thread " + std::to_string(thread), 0});
  }
  return at->second;
}

// The folder that all places have in common says nothing.
void data_builder::shorten_places() {
  std::set<text_index> places;
  for (const task& each : data_.tasks) {
    places.insert(each.site);
  }
  std::string_view common;
  for (const text_index each : places) {
    const std::string_view place = data_.texts[each];
    const std::string_view folder = place.substr(0, place.rfind('/') + 1);
    if (each == *places.begin()) {
      common = folder;
    }
    const auto [end, unused] =
        std::mismatch(common.begin(), common.end(), folder.begin(), folder.end());
    common = common.substr(0, static_cast<std::size_t>(end - common.begin()));
    common = common.substr(0, common.rfind('/') + 1);
  }
  const std::size_t size = common.size();
  for (const text_index each : places) {
    data_.texts[each].erase(0, size);
  }
}

trace_data data_builder::take() {
  connect_items();
  shorten_places();
  sort_tracks(data_);
  return std::move(data_);
}

void data_builder::add(const json& event) {
  if (!event.is_object()) {
    throw bad_trace("an element of traceEvents is no object");
  }
  const std::string phase = text(event, "ph");
  if (phase == "X") {
    add_slice(event);
  } else if (phase == "s" && text(event, "cat") == "spawn") {
    data_.spawns.push_back({number(event, "id"), nanoseconds(event, "ts"), track_of(event)});
  } else if (phase == "b") {
    add_span(event);
  } else if (phase == "e") {
    end_span(event);
  } else if (phase == "i") {
    add_mark(event);
  } else if (phase == "M") {
    describe_track(event);
  }
}

void data_builder::add_slice(const json& event) {
  const std::string category = text(event, "cat");
  if (category == "task") {
    add_task(event);
    return;
  }
  if (category == "items") {
    add_items(event);
    return;
  }
  pause one;
  if (category == "idle") {
    one.kind = pause_kind::sleep;
  } else if (category == "wait") {
    const std::string name = text(event, "name");
    one.kind = name == "join"      ? pause_kind::join
               : name == "blocked" ? pause_kind::blocked
                                   : pause_kind::wait;
  } else {
    return;
  }
  one.id = number(details(event), "id");
  one.begin = nanoseconds(event, "ts");
  one.end = end_after(one.begin, event);
  one.track = track_of(event);
  data_.pauses.push_back(one);
}

void data_builder::add_task(const json& event) {
  const json& args = details(event);
  task one;
  one.id = number(args, "id");
  one.nursery = number(args, "nursery");
  one.spawned_by = number(args, "spawned_by");
  one.begin = nanoseconds(event, "ts");
  one.end = end_after(one.begin, event);
  one.queued = nanoseconds(args, "queued_us");
  one.track = track_of(event);
  one.name = index_of(text(event, "name"));
  one.site = index_of(text(args, "site"));
  const std::string how = text(args, "outcome");
  one.ended = how == "failed"       ? outcome::failed
              : how == "stopped"    ? outcome::stopped
              : how == "unfinished" ? outcome::unfinished
                                    : outcome::done;
  data_.tasks.push_back(one);
}

// Items have no numbers of their own; children's begin at 1, and end long before these.
void data_builder::add_items(const json& event) {
  const json& args = details(event);
  task one;
  one.id = ~std::uint64_t{0} - data_.tasks.size();
  one.nursery = number(args, "nursery");
  one.begin = nanoseconds(event, "ts");
  one.end = end_after(one.begin, event);
  one.track = track_of(event);
  one.name = index_of(text(event, "name"));
  one.site = index_of(text(args, "site"));
  one.of_items = true;
  one.items = number(args, "items");
  data_.tasks.push_back(one);
}

// What began with the batch, and who only carried items.
void data_builder::connect_items() {
  std::unordered_map<std::uint64_t, std::size_t> batches;
  for (const task& each : data_.tasks) {
    if (each.of_items) {
      batches.emplace(each.nursery, ~std::size_t{0});
    }
  }
  for (std::size_t i = 0; i < data_.nurseries.size(); ++i) {
    if (const auto batch = batches.find(data_.nurseries[i].id); batch != batches.end()) {
      batch->second = i;
    }
  }
  for (task& each : data_.tasks) {
    const auto batch = batches.find(each.nursery);
    if (batch == batches.end()) {
      continue;
    }
    each.share = !each.of_items;
    if (each.of_items && batch->second < data_.nurseries.size()) {
      const nursery& of = data_.nurseries[batch->second];
      data_.spawns.push_back({each.id, of.begin, of.track});
    }
  }
}

void data_builder::add_span(const json& event) {
  const std::uint64_t id = number(event, "id");
  const std::int64_t at = nanoseconds(event, "ts");
  const text_index name = index_of(text(event, "name"));
  if (text(event, "cat") == "nursery") {
    open_nurseries_[id] = data_.nurseries.size();
    const json& args = details(event);
    data_.nurseries.push_back(
        {id, number(args, "in"), at, at, track_of(event), name, index_of(text(args, "site"))});
  } else if (text(event, "cat") == "stop") {
    open_stops_[id] = data_.stops.size();
    data_.stops.push_back({id, at, at, name});
  }
}

void data_builder::end_span(const json& event) {
  const std::uint64_t id = number(event, "id");
  const std::int64_t at = nanoseconds(event, "ts");
  if (const auto found = open_nurseries_.find(id);
      found != open_nurseries_.end() && text(event, "cat") == "nursery") {
    data_.nurseries[found->second].end = at;
  } else if (const auto stopped = open_stops_.find(id);
             stopped != open_stops_.end() && text(event, "cat") == "stop") {
    data_.stops[stopped->second].end = at;
  }
}

void data_builder::add_mark(const json& event) {
  const std::string category = text(event, "cat");
  if (category == "steal") {
    ++data_.steals;
    ++data_.tracks[track_of(event)].steals;
  } else if (category == "lost") {
    data_.lost += number(details(event), "count");
  }
}

void data_builder::describe_track(const json& event) {
  const std::string name = text(event, "name");
  if (name == "thread_name") {
    data_.tracks[track_of(event)].title = text(details(event), "name");
  } else if (name == "thread_sort_index") {
    data_.tracks[track_of(event)].order = number(details(event), "sort_index");
  }
}

}  // namespace trace_tool
