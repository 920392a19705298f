// SPDX-License-Identifier: Apache-2.0
// What has changed between two reports, and what only seems to.
#pragma once

#include "harness/session.hpp"

#include <cstddef>
#include <iosfwd>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

namespace bench {

/// A file that is no report of this program, or one that it cannot read; what() says which file and why.
class bad_baseline : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// What a comparison needs of a report.
struct baseline {
  struct line {
    std::string workload;
    std::string problem;
    std::string contender;
    std::size_t threads = 0;
    estimate seconds;
    double control_seconds = 0;  ///< 0: unknown
  };
  std::string date;
  std::map<std::string, std::string> machine;
  std::vector<line> lines;
};

/// @throws bad_baseline
[[nodiscard]] baseline read_baseline(const std::string& path);
/// @param name for the complaints @throws bad_baseline
[[nodiscard]] baseline parse_baseline(const std::string& text, const std::string& name);
[[nodiscard]] baseline baseline_of(const session& all);

/// What became of a contender in a section.
struct change {
  /// The first three are judgements on times.
  enum class verdict {
    faster,
    slower,
    same,     ///< a smaller change than the threshold, or one that the intervals do not rule out
    unsure,   ///< too few rounds
    resized,  ///< another size of the problem
    gone,
    added
  };
  std::string name;  ///< such as "fib/covey, 2 threads"
  bool covey = false;
  verdict says = verdict::same;
  double before = 0;  ///< seconds, as they would be on the newer machine's mood
  double after = 0;
};

struct comparison {
  std::string date;                ///< of the older report
  std::vector<std::string> other;  ///< facts about the machine that differ
  std::vector<change> changes;     ///< in the order of the newer report; then those that are gone
  double mood = 1;  ///< how much longer the control work takes now, median over the sections

  [[nodiscard]] bool covey_is_slower() const;
};

/// Times are compared as multiples of the control work of their own section, so that a machine that is slower as a whole
/// is no change. A change counts when the intervals do not overlap and the medians differ by more than `threshold`.
[[nodiscard]] comparison compare(const baseline& old, const baseline& fresh, double threshold);

void print_comparison(std::ostream& out, const comparison& changes);

}  // namespace bench
