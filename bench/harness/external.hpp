// SPDX-License-Identifier: Apache-2.0
// A contender that is a program in another language: it solves and times, the problem here knows the right answer.
#pragma once

#include "harness/contender.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace bench {

/// What such a program writes to `report_descriptor`, as one line of JSON with these names.
struct external_report {
  double seconds = 0;
  std::uint64_t found = 0;
  std::size_t peak_kib = 0;
};

/// Runs the program of that name that lies beside this one, and waits for it.
/// @throws std::runtime_error if there is none, or if it ended without a report.
[[nodiscard]] external_report run_external(const std::string& program,
                                           const std::vector<std::string>& arguments);

/// The `run` of a contender whose `Language::program` takes WORKLOAD THREADS SIZE WARM_UP.
template <class Language>
struct external {
  template <class Problem>
  static measurement run(const setup& setup) {
    const external_report told = run_external(Language::program,
                                              {std::string(Problem::workload),
                                               std::to_string(setup.threads),
                                               std::to_string(setup.size),
                                               std::to_string(Problem::sizes.warm_up)});
    const Problem problem(setup.size);
    return {.problem = problem.text(),
            .seconds = told.seconds,
            .items = problem.items(),
            .found = told.found,
            .expected = problem.expected(),
            .peak_kib = told.peak_kib};
  }
};

}  // namespace bench
