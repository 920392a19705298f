// SPDX-License-Identifier: Apache-2.0
// Times and shares of a trace as people read them.
#pragma once

#include "support/columns.hpp"
#include "support/text.hpp"

#include <chrono>
#include <cstdint>
#include <string>

namespace trace_tool {

using support::column;
using support::fixed;
using support::html;

[[nodiscard]] inline std::string duration(std::int64_t ns) {
  return support::duration(std::chrono::nanoseconds(ns));
}
/// @returns such as "12.3 %", or "-" when there is no whole.
[[nodiscard]] inline std::string share(std::int64_t part, std::int64_t whole) {
  return whole > 0 ? fixed(100.0 * static_cast<double>(part) / static_cast<double>(whole), 1) + " %"
                   : "-";
}

}  // namespace trace_tool
