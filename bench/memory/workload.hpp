// SPDX-License-Identifier: Apache-2.0
// memory: one scope stays open for millions of children, a wave at a time; does the process grow meanwhile?
#pragma once

#include "harness/contender.hpp"
#include "harness/machine.hpp"
#include "harness/measure.hpp"

#include <cstddef>
#include <cstdint>
#include <numeric>
#include <string>
#include <string_view>
#include <vector>

namespace memory {

constexpr std::uint64_t wave = 1'000;

class problem {
 public:
  static constexpr std::string_view workload = "memory";
  static constexpr bench::sizes sizes{
      .full = 5'000'000,
      .quick = 100'000,
      .warm_up = wave,
      .allowed = [](std::uint64_t size) { return wave <= size && size <= 1'000'000'000; },
      .rule = "1000 to 1000000000"};

  explicit problem(std::uint64_t size) : waves_(size / wave), sums_(wave, 0) {}

  /// Child `i` of the present wave; the next wave comes when this one has ended.
  void visit(std::uint64_t i) { sums_[i] += present_ * wave + i; }

  /// Calls `run_wave` for each wave.
  template <class RunWave>
  void pour(const RunWave& run_wave) {
    const std::uint64_t early = waves_ / 10;
    for (present_ = 0; present_ < waves_; ++present_) {
      if (present_ == early) {
        early_kib_ = bench::peak_memory_kib();
      }
      run_wave();
    }
    late_kib_ = bench::peak_memory_kib();
  }

  /// @returns by how much the peak grew after the first tenth of the children.
  [[nodiscard]] double growth_kib() const { return static_cast<double>(late_kib_ - early_kib_); }
  [[nodiscard]] std::string text() const { return "memory(" + std::to_string(items()) + ")"; }
  [[nodiscard]] std::uint64_t found() const {
    return std::accumulate(sums_.begin(), sums_.end(), std::uint64_t{0});
  }
  [[nodiscard]] std::uint64_t expected() const { return items() * (items() - 1) / 2; }
  [[nodiscard]] std::uint64_t items() const { return waves_ * wave; }

 private:
  std::uint64_t waves_;
  std::vector<std::uint64_t> sums_;
  std::uint64_t present_ = 0;  // written between the waves, read by children
  std::size_t early_kib_ = 0;
  std::size_t late_kib_ = 0;
};

/// As bench::measure(), and the growth of the problem that was on the clock.
template <class Solve>
[[nodiscard]] bench::measurement measure(const bench::setup& setup, const Solve& solve) {
  double growth = 0;
  bench::measurement result = bench::measure<problem>(setup, [&](problem& p) {
    solve(p);
    growth = p.growth_kib();
  });
  result.metrics.push_back({.name = "growth_kib", .value = growth});
  return result;
}

}  // namespace memory
