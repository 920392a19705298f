// SPDX-License-Identifier: Apache-2.0
// From trace events to trace_data. covey writes one event a line, which is read line by line: the whole file as one tree
// of JSON values would take many times its size.

#include "trace_reading.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace trace_tool {

namespace {

using nlohmann::json;

constexpr std::string_view events_begin = "\"traceEvents\":[";

[[nodiscard]] std::int64_t nanoseconds(const json& event, const char* member) {
  const auto found = event.find(member);
  constexpr double most = 9e15;  // microseconds; what follows stays within 64 bits
  const double value = found != event.end() && found->is_number() ? found->get<double>() : 0.0;
  return std::llround(std::clamp(value, 0.0, most) * 1000.0);
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
  static const json none = json::object();
  const auto found = event.find("args");
  return found != event.end() && found->is_object() ? *found : none;
}

class builder {
 public:
  void add(const json& event);
  [[nodiscard]] trace_data take() { return std::move(data_); }

 private:
  void add_slice(const json& event);
  void add_task(const json& event);
  void add_span(const json& event);
  void end_span(const json& event);
  void add_mark(const json& event);
  void describe_track(const json& event);

  [[nodiscard]] text_index index_of(const std::string& text) {
    const auto [at, fresh] = texts_.try_emplace(text, static_cast<text_index>(data_.texts.size()));
    if (fresh) {
      data_.texts.push_back(text);
    }
    return at->second;
  }
  [[nodiscard]] std::size_t track_of(const json& event) {
    const std::uint64_t thread = number(event, "tid");
    const auto [at, fresh] = tracks_.try_emplace(thread, data_.tracks.size());
    if (fresh) {
      data_.tracks.push_back({thread, 0, "thread " + std::to_string(thread), 0});
    }
    return at->second;
  }

  trace_data data_;
  std::unordered_map<std::string, text_index> texts_;
  std::unordered_map<std::uint64_t, std::size_t> tracks_;
  std::unordered_map<std::uint64_t, std::size_t> open_nurseries_;
  std::unordered_map<std::uint64_t, std::size_t> open_stops_;
};

void builder::add(const json& event) {
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

void builder::add_slice(const json& event) {
  const std::string category = text(event, "cat");
  if (category == "task") {
    add_task(event);
    return;
  }
  pause one;
  if (category == "idle") {
    one.kind = pause_kind::sleep;
  } else if (category == "wait") {
    one.kind = text(event, "name") == "join" ? pause_kind::join : pause_kind::wait;
  } else {
    return;
  }
  one.id = number(details(event), "id");
  one.begin = nanoseconds(event, "ts");
  one.end = one.begin + nanoseconds(event, "dur");
  one.track = track_of(event);
  data_.pauses.push_back(one);
}

void builder::add_task(const json& event) {
  const json& args = details(event);
  task one;
  one.id = number(args, "id");
  one.nursery = number(args, "nursery");
  one.spawned_by = number(args, "spawned_by");
  one.begin = nanoseconds(event, "ts");
  one.end = one.begin + nanoseconds(event, "dur");
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

void builder::add_span(const json& event) {
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

void builder::end_span(const json& event) {
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

void builder::add_mark(const json& event) {
  const std::string category = text(event, "cat");
  if (category == "steal") {
    ++data_.steals;
    ++data_.tracks[track_of(event)].steals;
  } else if (category == "lost") {
    data_.lost += number(details(event), "count");
  }
}

void builder::describe_track(const json& event) {
  const std::string name = text(event, "name");
  if (name == "thread_name") {
    data_.tracks[track_of(event)].title = text(details(event), "name");
  } else if (name == "thread_sort_index") {
    data_.tracks[track_of(event)].order = number(details(event), "sort_index");
  }
}

// The first line of a file that covey wrote, as long as it may be.
[[nodiscard]] bool is_line_by_line(std::string_view text) {
  const std::string_view first = text.substr(0, text.find('\n'));
  return first.find("\"covey\":") != std::string_view::npos && first.size() > events_begin.size() &&
         first.substr(first.size() - events_begin.size()) == events_begin;
}

// An event without the comma after it.
[[nodiscard]] std::string_view element_of(std::string_view line) {
  while (!line.empty() && (line.back() == ',' || line.back() == '\r' || line.back() == ' ')) {
    line.remove_suffix(1);
  }
  return line;
}

[[nodiscard]] json parsed(std::string_view text) {
  return json::parse(text.begin(), text.end(), nullptr, false);
}

// Calls take(event, where it ends in the text) for each whole event. @returns whether the file has its end.
template <class Take>
bool each_line(std::string_view text, Take&& take) {
  std::size_t at = text.find('\n') + 1;
  for (std::size_t line = 2; at < text.size(); ++line) {
    const std::size_t next = std::min(text.find('\n', at), text.size());
    const std::string_view element = element_of(text.substr(at, next - at));
    if (element == "]}") {
      return true;
    }
    if (!element.empty()) {
      const json event = parsed(element);
      if (event.is_discarded()) {
        if (text.find('\n', next + 1) != std::string_view::npos) {
          throw bad_trace("line " + std::to_string(line) + " is not JSON");
        }
        return false;
      }
      take(event, at + element.size());
    }
    at = next + 1;
  }
  return false;
}

[[nodiscard]] trace_data read_tree(const std::string& text) {
  const json all = parsed(text);
  if (all.is_discarded()) {
    throw bad_trace("it is not JSON");
  }
  const bool ours = all.is_object() && all.contains("otherData") && all["otherData"].is_object() &&
                    all["otherData"].contains("covey") && all.contains("traceEvents") &&
                    all["traceEvents"].is_array();
  if (!ours) {
    throw bad_trace("it is not a trace of covey");
  }
  builder built;
  for (const json& each : all["traceEvents"]) {
    built.add(each);
  }
  return built.take();
}

// Workers in their order; threads from outside come last.
void sort_tracks(trace_data& data) {
  std::vector<std::size_t> order(data.tracks.size());
  for (std::size_t i = 0; i < order.size(); ++i) {
    order[i] = i;
  }
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return data.tracks[a].order - 1 < data.tracks[b].order - 1;  // 0 becomes the largest
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

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  if (file && file.peek() != std::ifstream::traits_type::eof()) {
    text << file.rdbuf();
  }
  if (!file.is_open() || file.bad() || (file.fail() && !file.eof())) {
    throw bad_trace(std::strerror(errno));
  }
  return std::move(text).str();
}

trace_data read_trace(const std::string& text) {
  trace_data data;
  if (is_line_by_line(text)) {
    builder built;
    const bool whole =
        each_line(text, [&](const json& event, std::size_t /*end*/) { built.add(event); });
    data = built.take();
    data.cut = !whole;
  } else {
    data = read_tree(text);
  }
  sort_tracks(data);
  return data;
}

std::string repaired(const std::string& text) {
  if (!is_line_by_line(text)) {
    static_cast<void>(read_tree(text));  // whole, or not ours to repair
    return text;
  }
  std::size_t end = text.find('\n');
  if (each_line(text, [&](const json& /*event*/, std::size_t at) { end = at; })) {
    return text;
  }
  return text.substr(0, end) + "\n]}\n";
}

}  // namespace trace_tool
