// SPDX-License-Identifier: Apache-2.0
// From trace events to trace_data.
#pragma once

#include "trace_data.hpp"

#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <unordered_map>

namespace trace_tool {

/// Events are given to it one by one, in any order but for the two ends of a span.
class data_builder {
 public:
  using json = nlohmann::json;

  /// @throws bad_trace if it is no event.
  void add(const json& event);
  /// @returns what was given. The workers are in their order, threads from outside come last.
  [[nodiscard]] trace_data take();

 private:
  void add_slice(const json& event);
  void add_task(const json& event);
  void add_items(const json& event);
  void connect_items();
  void add_span(const json& event);
  void end_span(const json& event);
  void add_mark(const json& event);
  void describe_track(const json& event);
  void shorten_places();

  [[nodiscard]] text_index index_of(const std::string& text);
  [[nodiscard]] std::size_t track_of(const json& event);

  trace_data data_;
  std::unordered_map<std::string, text_index> texts_;
  std::unordered_map<std::uint64_t, std::size_t> tracks_;
  std::unordered_map<std::uint64_t, std::size_t> open_nurseries_;
  std::unordered_map<std::uint64_t, std::size_t> open_stops_;
};

}  // namespace trace_tool
