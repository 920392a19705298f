// SPDX-License-Identifier: Apache-2.0
// One event of the trace as text, in the trace event format of Chrome.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace covey::runtime {

// The site as shown: "file:line", and a name for the children that were spawned there, "function:line".
struct trace_site {
  std::string place;
  std::string name;
};
// @param number as in the events. Never fails: what is unknown is "unknown place".
[[nodiscard]] trace_site site_of_number(std::uint32_t number);

// Where and when an event is.
struct trace_point {
  std::uint64_t thread = 0;
  std::uint64_t ns = 0;
};

// Writes one event; complete when it is destroyed. Names of members and categories are literals that need no escapes.
class trace_line {
 public:
  trace_line(std::string& out, char phase, trace_point at, std::string_view name);
  ~trace_line();
  trace_line(const trace_line&) = delete;
  trace_line& operator=(const trace_line&) = delete;

  trace_line& text(std::string_view member, std::string_view value);
  trace_line& number(std::string_view member, std::uint64_t value);
  // In microseconds, the format's unit, with three digits after the point.
  trace_line& time(std::string_view member, std::uint64_t ns);
  // What follows is shown as details of the event.
  trace_line& args();

 private:
  void begin(std::string_view member);

  std::string& out_;
  bool in_args_ = false;
  bool first_ = false;
};

}  // namespace covey::runtime
