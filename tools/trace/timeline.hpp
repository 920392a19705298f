// SPDX-License-Identifier: Apache-2.0
// The pictures of the report, as inline SVG.
#pragma once

#include "report.hpp"

#include <string>

namespace trace_tool {

/// One lane per worker: tasks coloured by the place of their spawn, tasks that were run inside of a wait below it, waits
/// and sleeps in grey, the critical path in red. What is narrower than a third of a point is drawn together.
[[nodiscard]] std::string timeline(const report& about);

/// How many workers were busy, over time.
[[nodiscard]] std::string busy_picture(const report& about);

/// @returns the colour of a place of spawn, as CSS.
[[nodiscard]] std::string colour_of(text_index site);

}  // namespace trace_tool
