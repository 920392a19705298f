// SPDX-License-Identifier: Apache-2.0
// Numbers as people read them; the same in every report.
#pragma once

#include "harness/statistics.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace bench {

/// In the unit that fits, from ns to h.
[[nodiscard]] std::string seconds_text(double seconds);
/// The same in few digits, as tools show times.
[[nodiscard]] std::string axis_text(double seconds);
/// Such as "1.25", "0.034", "12.5", "340".
[[nodiscard]] std::string short_number(double value);
/// "–" for nothing.
[[nodiscard]] std::string short_number(const std::optional<double>& value);
/// Two digits behind the point; fewer for large ones.
[[nodiscard]] std::string ratio_text(double ratio);
/// "1.20 [1.15, 1.31]"; the median alone when there was but one round.
[[nodiscard]] std::string ratio_with_interval(const std::optional<estimate>& ratio);
[[nodiscard]] std::string seconds_with_interval(const estimate& seconds);
/// A metric without and with its value. Times, whose name ends in "_us", lose that and get the unit that fits.
[[nodiscard]] std::string metric_label(std::string_view name);
[[nodiscard]] std::string metric_text(std::string_view name, double value);

inline constexpr std::string_view nothing_text = "–";

}  // namespace bench
