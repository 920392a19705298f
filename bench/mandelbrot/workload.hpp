// SPDX-License-Identifier: Apache-2.0
// mandelbrot: the Mandelbrot set, an item per row; rows through the middle cost a hundred times those at the edges.
#pragma once

#include "harness/contender.hpp"

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace mandelbrot {

class problem {
 public:
  static constexpr std::string_view workload = "mandelbrot";
  static constexpr std::uint64_t least = 64;
  static constexpr std::uint64_t most = 4'096;
  static constexpr bench::sizes sizes{
      .full = 1'024,
      .quick = 256,
      .warm_up = 64,
      .allowed = [](std::uint64_t n) { return least <= n && n <= most && std::has_single_bit(n); },
      .rule = "a power of two from 64 to 4096"};

  explicit problem(std::uint64_t size) : n_(size), steps_(size * size) {}

  [[nodiscard]] std::uint32_t count() const { return static_cast<std::uint32_t>(n_); }

  /// Row `row` of a square image of the region -2 to 0.5 by -1.25 to 1.25.
  void work(std::uint32_t row) {
    const double scale = 2.5 / static_cast<double>(n_);
    const double imaginary = -1.25 + scale * row;
    for (std::uint64_t col = 0; col < n_; ++col) {
      steps_[row * n_ + col] = escape(-2 + scale * static_cast<double>(col), imaginary);
    }
  }

  [[nodiscard]] std::string text() const { return "mandelbrot(" + std::to_string(n_) + ")"; }
  /// The sum of the cells, each weighted with its place.
  [[nodiscard]] std::uint64_t found() const {
    std::uint64_t sum = 0;
    for (std::uint64_t i = 0; i < steps_.size(); ++i) {
      sum += steps_[i] * (2 * i + 1);
    }
    return sum;
  }
  /// Sums and products of doubles are the same everywhere, as long as no compiler fuses them.
  [[nodiscard]] std::uint64_t expected() const {
    constexpr std::array<std::uint64_t, 7> known{4'290'400'678,
                                                 67'236'427'125,
                                                 1'072'358'533'712,
                                                 17'085'050'598'412,
                                                 272'800'444'908'424,
                                                 4'360'234'066'771'989,
                                                 69'728'623'865'000'483};
    return known[static_cast<std::size_t>(std::countr_zero(n_) - std::countr_zero(least))];
  }
  [[nodiscard]] std::uint64_t items() const { return n_; }

 private:
  static constexpr std::uint16_t patience = 1'000;

  [[nodiscard]] static std::uint16_t escape(double real, double imaginary) {
    double x = 0;
    double y = 0;
    std::uint16_t steps = 0;
    for (; steps < patience && x * x + y * y <= 4; ++steps) {
      const double next = x * x - y * y + real;
      y = 2 * x * y + imaginary;
      x = next;
    }
    return steps;
  }

  std::uint64_t n_;
  std::vector<std::uint16_t> steps_;
};

}  // namespace mandelbrot
