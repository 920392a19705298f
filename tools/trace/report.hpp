// SPDX-License-Identifier: Apache-2.0
// What covey-trace prints and writes.
#pragma once

#include "analysis.hpp"
#include "summary.hpp"
#include "trace_data.hpp"

#include <string>

namespace trace_tool {

struct report {
  std::string source;  ///< the file that was read
  const trace_data& data;
  const analysis& of;
  const summary& sums;
};

/// The key numbers, for a terminal.
[[nodiscard]] std::string text_report(const report& about);

/// A page that needs nothing but itself: no script, no other file.
[[nodiscard]] std::string html_report(const report& about);

}  // namespace trace_tool
