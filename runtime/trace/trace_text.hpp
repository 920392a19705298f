// SPDX-License-Identifier: Apache-2.0
// One event of the trace as text, in the trace event format of Chrome.
#pragma once

#include "text/json_writer.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace covey::runtime {

// The site as shown: "file:line", and a name for the children that were spawned there, "function:line".
struct trace_site {
  std::string location;
  std::string name;
};
// @param number as in the events. Never fails: what is unknown is "unknown place".
[[nodiscard]] trace_site site_of_number(std::uint32_t number);

// Where and when an event is.
struct trace_point {
  std::uint64_t thread = 0;
  std::uint64_t ns = 0;
};

// Writes one event, with a comma before it; complete when it is destroyed. The unit of the format is the microsecond; what an
// object called "args" holds is shown as details.
class trace_line : public json_writer {
 public:
  trace_line(std::string& out, char phase, trace_point at, std::string_view name);
};

}  // namespace covey::runtime
