// SPDX-License-Identifier: Apache-2.0
// covey writes one event a line, which is read line by line: the whole file as one tree
// of JSON values would take many times its size.

#include "trace_reading.hpp"

#include "trace_building.hpp"

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string_view>
#include <system_error>
#include <utility>

namespace trace_tool {

namespace {

using nlohmann::json;

constexpr std::string_view events_begin = "\"traceEvents\":[";

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
      const bool is_last = text.find('\n', next + 1) == std::string_view::npos;
      if (event.is_discarded() && !is_last) {
        throw bad_trace("line " + std::to_string(line) + " is not JSON");
      }
      if (event.is_discarded()) {
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
  data_builder built;
  for (const json& each : all["traceEvents"]) {
    built.add(each);
  }
  return built.take();
}

}  // namespace

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  if (file && file.peek() != std::ifstream::traits_type::eof()) {
    text << file.rdbuf();
  }
  if (!file.is_open() || file.bad() || (file.fail() && !file.eof())) {
    throw bad_trace(std::generic_category().message(errno));
  }
  return std::move(text).str();
}

trace_data read_trace(const std::string& text) {
  trace_data data;
  if (is_line_by_line(text)) {
    data_builder built;
    const bool whole =
        each_line(text, [&](const json& event, std::size_t /*end*/) { built.add(event); });
    data = built.take();
    data.cut = !whole;
  } else {
    data = read_tree(text);
  }
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
