// SPDX-License-Identifier: Apache-2.0
// Short rounds, measured over and over for a given time, and what is reported of them: their middle and their tail.
#pragma once

#include "harness/contender.hpp"
#include "harness/measure.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace bench {

/// @pre values is not empty @returns the value below which so many percent of them are
[[nodiscard]] inline double percentile(std::vector<double> values, std::size_t percent) {
  std::sort(values.begin(), values.end());
  return values[(values.size() - 1) * percent / 100];
}

/// What a round tells.
struct sample {
  double seconds = 0;
  bool right = false;
};

/// The samples of one run. The size of such a workload is the time to collect them for, in milliseconds.
class samples {
 public:
  /// Takes a sample by `round` at least once, then until the time is over or memory for more would show in the peak.
  template <class Round>
  samples(std::uint64_t milliseconds, const Round& round) {
    seconds_.reserve(most);
    const clock::time_point end = clock::now() + std::chrono::milliseconds(milliseconds);
    do {
      const sample taken = round();
      seconds_.push_back(taken.seconds);
      right_ += taken.right ? 1U : 0U;
    } while (clock::now() < end && seconds_.size() < most);
  }

  /// The time is that of the median round, so that one that was disturbed spoils nothing; the item is the round.
  /// @param rounds of each sample
  [[nodiscard]] measurement report(std::string problem, std::uint64_t rounds) const {
    measurement result{.problem = std::move(problem),
                       .seconds = percentile(seconds_, 50),
                       .items = 1,
                       .found = right_,
                       .expected = seconds_.size()};
    result.metrics = {{"p50_us", result.seconds * 1e6},
                      {"p95_us", percentile(seconds_, 95) * 1e6},
                      {"p99_us", percentile(seconds_, 99) * 1e6},
                      {"taken_samples", static_cast<double>(seconds_.size())}};
    result.counted_items = rounds * seconds_.size();
    return result;
  }

 private:
  static constexpr std::size_t most = 100'000;
  std::vector<double> seconds_;
  std::uint64_t right_ = 0;
};

/// @returns such as "wait10(1000 ms)"
template <class Problem>
[[nodiscard]] std::string sampled_text(const setup& setup) {
  return std::string(Problem::workload) + "(" + std::to_string(setup.size) + " ms)";
}

/// The samples that are reported, between the marks; each is the mean of so many rounds.
template <class Problem, class Round>
[[nodiscard]] measurement sample_between_marks(const setup& setup,
                                               std::uint64_t rounds,
                                               const Round& round) {
  begin_counting();
  const samples taken(setup.size, round);
  end_counting();
  return taken.report(sampled_text<Problem>(setup), rounds);
}

/// For rounds that take the time themselves: `round` returns a sample.
template <class Problem, class Round>
[[nodiscard]] measurement sample_rounds(const setup& setup, const Round& round) {
  const samples warm_up(Problem::sizes.warm_up, round);
  return sample_between_marks<Problem>(setup, 1, round);
}

/// For rounds that are timed from outside: `round` returns whether its answer was right. Rounds too short for the clock
/// are timed several at a time; a sample is then their mean.
template <class Problem, class Round>
[[nodiscard]] measurement time_rounds(const setup& setup, const Round& round) {
  constexpr double least = 20e-6;
  std::uint64_t count = 1;
  double last = 0;  // the time of `count` rounds
  const auto several = [&round, &count, &last] {
    bool right = true;
    const clock::time_point start = clock::now();
    for (std::uint64_t i = 0; i < count; ++i) {
      right = round() && right;
    }
    last = seconds_since(start);
    return sample{last / static_cast<double>(count), right};
  };
  const samples warm_up(Problem::sizes.warm_up, several);
  // The quickest of three, since a disturbed round looks long enough by itself.
  const auto quickest = [&several, &last] {
    double best = least;
    for (int i = 0; i < 3; ++i) {
      several();
      best = std::min(best, last);
    }
    return best;
  };
  while (quickest() < least) {
    count *= 2;
  }
  measurement result = sample_between_marks<Problem>(setup, count, several);
  result.metrics.push_back({.name = "rounds_per_sample", .value = static_cast<double>(count)});
  return result;
}

}  // namespace bench
