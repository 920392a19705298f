// SPDX-License-Identifier: Apache-2.0
// nqueens: counts the ways to place n queens so that none attacks another; an irregular tree of small tasks.
// oversub: a smaller board, by four times as many threads as there should be.
#pragma once

#include "harness/contender.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace nqueens {

/// A board of compile-time size, so that every contender's inner loop is the same and unrolled.
template <std::size_t N>
class board {
 public:
  [[nodiscard]] bool full() const { return placed_ == N; }

  /// @returns whether a queen in the next column at `row` attacks none of those placed.
  [[nodiscard]] bool safe(int row) const {
    const int column = static_cast<int>(placed_);
    for (int other = 0; other < column; ++other) {
      const int taken = rows_[static_cast<std::size_t>(other)];
      const int distance = column - other;
      if (row == taken || row == taken - distance || row == taken + distance) {
        return false;
      }
    }
    return true;
  }

  [[nodiscard]] board with(int row) const {
    board next = *this;
    next.rows_[next.placed_++] = static_cast<std::uint8_t>(row);
    return next;
  }

 private:
  std::array<std::uint8_t, N> rows_{};
  std::size_t placed_ = 0;
};

class problem {
 public:
  static constexpr std::string_view workload = "nqueens";
  static constexpr std::uint64_t least = 8;
  static constexpr std::uint64_t most = 14;
  static constexpr bench::sizes sizes{
      .full = 13,
      .quick = 10,
      .warm_up = 9,
      .allowed = [](std::uint64_t size) { return least <= size && size <= most; },
      .rule = "8 to 14"};

  explicit problem(std::uint64_t size) : n(size) {}

  std::uint64_t n;
  std::uint64_t result = 0;

  /// Calls `count` with an empty board of this problem's size and keeps what it returns.
  template <std::size_t N = least, class Count>
  void solve(const Count& count) {
    if (n == N) {
      result = count(board<N>{});
    } else if constexpr (N < most) {
      solve<N + 1>(count);
    }
  }

  [[nodiscard]] std::string text() const { return "nqueens(" + std::to_string(n) + ")"; }
  [[nodiscard]] std::uint64_t found() const { return result; }
  [[nodiscard]] std::uint64_t expected() const {
    constexpr std::array<std::uint64_t, most - least + 1> known{
        92, 352, 724, 2'680, 14'200, 73'712, 365'596};
    return known[n - least];
  }
  [[nodiscard]] static std::uint64_t items() { return 0; }
};

class crowded : public problem {
 public:
  static constexpr std::string_view workload = "oversub";
  static constexpr bench::sizes sizes{.full = 13,
                                      .quick = 10,
                                      .warm_up = 9,
                                      .allowed = problem::sizes.allowed,
                                      .rule = problem::sizes.rule};
  static constexpr std::size_t times = 4;
  static constexpr std::size_t most_threads = 1'024;

  using problem::problem;
  [[nodiscard]] std::string text() const {
    return "oversub(" + problem::text() + ", " + std::to_string(times) + " threads for one)";
  }
};

/// Runs with the threads that were asked for, then with too many, and reports the second run beside its ratio to the
/// first: 1 is as good as it gets.
template <class Contender>
bench::measurement crowd(const bench::setup& setup) {
  bench::measurement right_sized = Contender::template run<crowded>(setup);
  if (right_sized.found != right_sized.expected) {
    return right_sized;
  }
  const std::size_t threads = std::min(setup.threads * crowded::times, crowded::most_threads);
  bench::measurement result =
      Contender::template run<crowded>({.threads = threads, .size = setup.size});
  result.metrics.push_back(
      {.name = "right_sized_ratio", .value = result.seconds / right_sized.seconds});
  return result;
}

/// Makes contenders of a class that has `template <class Problem> static bench::measurement run(const bench::setup&)`.
template <class Contender>
struct registrations {
  explicit registrations(std::string_view name)
      : of_problem(name, &Contender::template run<problem>),
        of_crowded(name, &crowd<Contender>) {}
  bench::registration<problem> of_problem;
  bench::registration<crowded> of_crowded;
};

}  // namespace nqueens
