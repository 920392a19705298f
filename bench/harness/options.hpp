// SPDX-License-Identifier: Apache-2.0
// The command line of the driver as a checked value.
#pragma once

#include "harness/contender.hpp"
#include "harness/marks.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace bench {

/// Exit codes of the driver.
inline constexpr int all_right = 0;
inline constexpr int something_failed = 1;  ///< also: --compare found that covey became slower
inline constexpr int bad_usage = 2;

struct options {
  std::string command;               ///< the command line, for the reports
  std::vector<contender> chosen;     ///< what passed --filter
  std::vector<std::size_t> threads;  ///< each is a section of the report
  std::uint64_t repeat = 5;
  bool quick = false;
  bool list = false;
  bool verbose = false;
  bool quiet = false;
  bool counts = false;                ///< counting runs are wanted
  bool count_only = false;            ///< and no others
  std::optional<std::uint64_t> size;  ///< in place of the workload's own
  std::chrono::seconds timeout{900};
  std::chrono::seconds patience{10};
  std::string json;         ///< empty: no file
  std::string report;       ///< a folder; empty: no reports
  double noise = 0.05;      ///< a control further than that from the median means a disturbed run
  std::string compare;      ///< an older report.json; empty: no comparison
  std::string with;         ///< the newer one; empty: this session
  double threshold = 0.05;  ///< smaller changes are none
  /// Not the driver, but one run: the contender to run, for threads.front(), reporting on `report_to`.
  std::optional<contender> run;
  int report_to = 1;
  counting count = counting::nothing;

  [[nodiscard]] std::uint64_t size_for(const contender& entry) const {
    return size.value_or(quick ? entry.sizes.quick : entry.sizes.full);
  }
};

/// @returns the options, or the exit code after help or a complaint was printed.
[[nodiscard]] std::variant<options, int> parse_options(int count, const char* const* values);

}  // namespace bench
