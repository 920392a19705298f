// SPDX-License-Identifier: Apache-2.0
// wait0, wait1, wait2, wait10, wait1000: open a scope, spawn so many children that do next to nothing, wait for them.
#pragma once

#include "harness/contender.hpp"
#include "harness/registrations.hpp"
#include "harness/samples.hpp"

#include <cstdint>
#include <string_view>
#include <vector>

namespace waits {

struct none {
  static constexpr std::string_view name = "wait0";
  static constexpr std::uint64_t children = 0;
};
struct one {
  static constexpr std::string_view name = "wait1";
  static constexpr std::uint64_t children = 1;
};
struct two {
  static constexpr std::string_view name = "wait2";
  static constexpr std::uint64_t children = 2;
};
struct ten {
  static constexpr std::string_view name = "wait10";
  static constexpr std::uint64_t children = 10;
};
struct thousand {
  static constexpr std::string_view name = "wait1000";
  static constexpr std::uint64_t children = 1'000;
};

template <class Kind>
struct problem {
  static constexpr std::string_view workload = Kind::name;
  static constexpr std::uint64_t children = Kind::children;
  static constexpr bench::sizes sizes = bench::milliseconds(500, 10, 2);
};

/// What child `i` comes to. The empty asm keeps compilers from knowing it, and from leaving it out.
[[nodiscard]] inline std::uint64_t result_of(std::uint64_t i) {
  asm volatile("" : "+r"(i));
  return i + 1;
}

/// A place for the result of each child.
class results {
 public:
  explicit results(std::uint64_t children) : cells_(children, 0) {}
  [[nodiscard]] std::uint64_t& operator[](std::uint64_t i) { return cells_[i]; }
  /// @returns the sum, and clears the places for the next round.
  [[nodiscard]] std::uint64_t take() {
    std::uint64_t sum = 0;
    for (std::uint64_t& cell : cells_) {
      sum += cell;
      cell = 0;
    }
    return sum;
  }

 private:
  std::vector<std::uint64_t> cells_;
};

/// `round`, called with the number of children, returns the sum of their results.
template <class Problem, class Round>
[[nodiscard]] bench::measurement measure(const bench::setup& setup, const Round& round) {
  constexpr std::uint64_t n = Problem::children;
  return bench::time_rounds<Problem>(setup, [&round] { return round(n) == n * (n + 1) / 2; });
}

template <class Contender>
using registrations = bench::registrations<Contender,
                                           problem<none>,
                                           problem<one>,
                                           problem<two>,
                                           problem<ten>,
                                           problem<thousand>>;
/// For contenders without a scope: there is nothing to be opened for no child.
template <class Contender>
using registrations_with_children =
    bench::registrations<Contender, problem<one>, problem<two>, problem<ten>, problem<thousand>>;

}  // namespace waits
