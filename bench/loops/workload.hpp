// SPDX-License-Identifier: Apache-2.0
// loop10ns, loop1us, loop100us, loopskew: one result for every index, at four weights of the item.
#pragma once

#include "harness/chew.hpp"
#include "harness/contender.hpp"
#include "harness/measure.hpp"
#include "harness/registrations.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace loops {

using bench::chew;

constexpr std::uint32_t steps_of_10ns = 20;
constexpr std::uint32_t steps_of_1us = 750;
constexpr std::uint32_t steps_of_100us = 75'000;
constexpr std::uint32_t steps_of_10us = 7'500;

struct all_10ns {
  static constexpr std::string_view name = "loop10ns";
  static constexpr std::uint64_t items = 10'000'000;
  static constexpr std::uint64_t quick = 100'000;
  static constexpr std::array<std::uint64_t, 2> counted{1'000, 11'000};
  static constexpr int chunk = 64;  // of OpenMP's dynamic schedule
  static std::uint32_t steps(std::uint64_t /*i*/) { return steps_of_10ns; }
};
struct all_1us {
  static constexpr std::string_view name = "loop1us";
  static constexpr std::uint64_t items = 1'000'000;
  static constexpr std::uint64_t quick = 5'000;
  static constexpr std::array<std::uint64_t, 2> counted{100, 1'100};
  static constexpr int chunk = 64;
  static std::uint32_t steps(std::uint64_t /*i*/) { return steps_of_1us; }
};
struct all_100us {
  static constexpr std::string_view name = "loop100us";
  static constexpr std::uint64_t items = 10'000;
  static constexpr std::uint64_t quick = 100;
  static constexpr std::array<std::uint64_t, 2> counted{};
  static constexpr int chunk = 1;
  static std::uint32_t steps(std::uint64_t /*i*/) { return steps_of_100us; }
};
/// One item in about 1,000, scattered without a pattern, costs 1,000 times what the others cost.
struct skewed {
  static constexpr std::string_view name = "loopskew";
  static constexpr std::uint64_t items = 10'000'000;
  static constexpr std::uint64_t quick = 100'000;
  static constexpr std::array<std::uint64_t, 2> counted{1'000, 11'000};
  static constexpr int chunk = 64;
  static std::uint32_t steps(std::uint64_t i) {
    std::uint64_t x = (i + 1) * 0x9e37'79b9'7f4a'7c15U;
    x = (x ^ (x >> 32U)) * 0xd6e8'feb8'6659'fd93U;
    return static_cast<std::uint32_t>(x >> 32U) < (std::uint64_t{1} << 32U) / 1'000 ? steps_of_10us
                                                                                    : steps_of_10ns;
  }
};

template <class Kind>
class problem {
 public:
  static constexpr std::string_view workload = Kind::name;
  static constexpr bench::sizes sizes{
      .full = Kind::items,
      .quick = Kind::quick,
      .warm_up = Kind::quick / 10,
      .allowed = [](std::uint64_t size) { return 1 <= size && size <= 100'000'000; },
      .rule = "1 to 100000000",
      .counted = Kind::counted};
  static constexpr int chunk = Kind::chunk;

  explicit problem(std::uint64_t size) : results(size, 0), count_(size) {}

  std::vector<std::uint32_t> results;

  /// The result of item `i`. The seeds repeat, so that the answer can be checked without doing all the work again.
  [[nodiscard]] static std::uint32_t work(std::uint64_t i) {
    return chew(i % seeds + 1, Kind::steps(i)) + mark(i);
  }

  [[nodiscard]] std::uint32_t count() const { return static_cast<std::uint32_t>(count_); }
  [[nodiscard]] std::string text() const {
    return std::string(workload) + "(" + std::to_string(count_) + ")";
  }
  /// The sum of the checksums of the items, each weighted with its place, so that none can stand for another.
  [[nodiscard]] std::uint64_t found() const {
    std::uint64_t sum = results.size() - count_;
    for (std::uint64_t i = 0; i < results.size(); ++i) {
      sum += results[i] * (2 * i + 1);
    }
    return sum;
  }
  [[nodiscard]] std::uint64_t expected() const {
    known_results known;
    std::uint64_t sum = 0;
    for (std::uint64_t i = 0; i < count_; ++i) {
      sum +=
          static_cast<std::uint64_t>(known.of(i % seeds, Kind::steps(i)) + mark(i)) * (2 * i + 1);
    }
    return sum;
  }
  [[nodiscard]] std::uint64_t items() const { return count_; }

 private:
  static constexpr std::uint64_t seeds = 64;
  [[nodiscard]] static std::uint32_t mark(std::uint64_t i) {
    return static_cast<std::uint32_t>(i * 2'654'435'761U);
  }

  /// What the seeds come to, by the number of steps; a kind has two such numbers at most.
  class known_results {
   public:
    std::uint32_t of(std::uint64_t seed, std::uint32_t steps) {
      auto& rows = steps > steps_of_10ns ? long_ : short_;
      if (rows.empty()) {
        for (std::uint64_t i = 0; i < seeds; ++i) {
          rows.push_back(chew(i + 1, steps));
        }
      }
      return rows[seed];
    }

   private:
    std::vector<std::uint32_t> short_;
    std::vector<std::uint32_t> long_;
  };

  std::uint64_t count_;
};

template <class Contender>
using registrations = bench::registrations<Contender,
                                           problem<all_10ns>,
                                           problem<all_1us>,
                                           problem<all_100us>,
                                           problem<skewed>>;

}  // namespace loops
