// SPDX-License-Identifier: Apache-2.0
// fail_1, fail_100, fail_10000: so many children throw, and their parent looks at every failure that it is given.
#pragma once

#include "harness/contender.hpp"
#include "harness/registrations.hpp"
#include "harness/samples.hpp"

#include <cstdint>
#include <exception>
#include <stdexcept>
#include <string_view>

namespace fail {

struct one {
  static constexpr std::string_view name = "fail_1";
  static constexpr std::uint64_t children = 1;
};
struct hundred {
  static constexpr std::string_view name = "fail_100";
  static constexpr std::uint64_t children = 100;
};
struct ten_thousand {
  static constexpr std::string_view name = "fail_10000";
  static constexpr std::uint64_t children = 10'000;
};

template <class Kind>
struct problem {
  static constexpr std::string_view workload = Kind::name;
  static constexpr std::uint64_t children = Kind::children;
  static constexpr bench::sizes sizes = bench::milliseconds(500, 10, 2);
};

/// What every child throws; it knows whose it is.
class planned : public std::runtime_error {
 public:
  explicit planned(std::uint64_t child)
      : std::runtime_error("this child fails as planned"),
        child_(child) {}
  [[nodiscard]] std::uint64_t child() const noexcept { return child_; }

 private:
  std::uint64_t child_;
};

/// Child `i`.
[[noreturn]] inline void child(std::uint64_t i) {
  throw planned(i);
}

/// The failures that a parent has looked at.
class seen {
 public:
  void look_at(const planned& failure) {
    ++count_;
    sum_ += failure.child();
  }
  void look_at(const std::exception_ptr& failure) {
    look_at_thrown([&failure] { std::rethrow_exception(failure); });
  }
  /// For failures that come out of a call, such as the get() of a future.
  template <class Get>
  void look_at_thrown(const Get& get) {
    try {
      get();
    } catch (const planned& failure) {
      look_at(failure);
    }
  }
  [[nodiscard]] std::uint64_t count() const { return count_; }
  /// @returns whether each of `children` failures was seen once.
  [[nodiscard]] bool all_of(std::uint64_t children) const {
    return count_ == children && sum_ == children * (children - 1) / 2;
  }

 private:
  std::uint64_t count_ = 0;
  std::uint64_t sum_ = 0;
};

/// What the contender promises its users.
enum class promise { every_failure, one_of_them };

/// `round`, called with the number of children, returns the failures that it saw.
template <class Problem, promise Promise = promise::every_failure, class Round>
[[nodiscard]] bench::measurement measure(const bench::setup& setup, const Round& round) {
  std::uint64_t count = 0;
  bench::measurement result = bench::time_rounds<Problem>(setup, [&round, &count] {
    const seen failures = round(Problem::children);
    count = failures.count();
    return Promise == promise::one_of_them ? count == 1 : failures.all_of(Problem::children);
  });
  result.metrics.push_back({.name = "seen_failures", .value = static_cast<double>(count)});
  return result;
}

template <class Contender>
using registrations =
    bench::registrations<Contender, problem<one>, problem<hundred>, problem<ten_thousand>>;

}  // namespace fail
