// SPDX-License-Identifier: Apache-2.0
// matmul: out += left * right for n x n integers, by quarters down to a block of 32; few tasks of some weight.
#pragma once

#include "harness/contender.hpp"

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <string>
#include <string_view>
#include <vector>

namespace matmul {

/// One product of square blocks whose rows are `stride` apart.
struct product {
  const int* left;
  const int* right;
  int* out;
  std::size_t n;
  std::size_t stride;
};

inline constexpr std::size_t leaf = 32;

/// out += factor * right, for one row.
inline void add_scaled(int factor, const int* right, int* out, std::size_t n) {
  for (std::size_t col = 0; col < n; ++col) {
    out[col] += factor * right[col];
  }
}

/// Never inlined, so that all contenders run the same copy of it.
[[gnu::noinline]] inline void multiply_leaf(const product& p) {
  for (std::size_t row = 0; row < p.n; ++row) {
    for (std::size_t mid = 0; mid < p.n; ++mid) {
      const int factor = p.left[row * p.stride + mid];
      add_scaled(factor, p.right + mid * p.stride, p.out + row * p.stride, p.n);
    }
  }
}

/// Products that may run at the same time: they write different quarters of `out`.
using phase = std::array<product, 4>;

/// @returns the two phases of a product by quarters, to be run one after the other.
[[nodiscard]] inline std::array<phase, 2> phases(const product& p) {
  const std::size_t half = p.n / 2;
  const auto part = [&](std::size_t row, std::size_t mid, std::size_t col) {
    return product{p.left + row * half * p.stride + mid * half,
                   p.right + mid * half * p.stride + col * half,
                   p.out + row * half * p.stride + col * half,
                   half,
                   p.stride};
  };
  return {{{part(0, 0, 0), part(0, 0, 1), part(1, 0, 0), part(1, 0, 1)},
           {part(0, 1, 0), part(0, 1, 1), part(1, 1, 0), part(1, 1, 1)}}};
}

/// Cells aligned to a cache line and zeroed by the constructor, whatever allocator the program uses.
class matrix {
 public:
  explicit matrix(std::size_t n) : cells_(new (line) int[n * n]()), n_(n) {}

  [[nodiscard]] int* data() { return cells_.get(); }
  [[nodiscard]] int& at(std::size_t row, std::size_t col) { return cells_[row * n_ + col]; }
  [[nodiscard]] std::vector<std::int64_t> times(const std::vector<std::int64_t>& vector) const {
    std::vector<std::int64_t> result(n_, 0);
    for (std::size_t row = 0; row < n_; ++row) {
      for (std::size_t col = 0; col < n_; ++col) {
        result[row] += cells_[row * n_ + col] * vector[col];
      }
    }
    return result;
  }

 private:
  static constexpr std::align_val_t line{64};
  struct release {
    void operator()(int* cells) const noexcept { ::operator delete[](cells, line); }
  };
  std::unique_ptr<int[], release> cells_;
  std::size_t n_;
};

class problem {
 public:
  static constexpr std::string_view workload = "matmul";
  static constexpr bench::sizes sizes{
      .full = 2048,
      .quick = 512,
      .warm_up = 256,
      .allowed = [](std::uint64_t n) { return leaf <= n && n <= 8192 && std::has_single_bit(n); },
      .rule = "a power of two from 32 to 8192"};

  explicit problem(std::uint64_t size) : n_(size), left_(n_), right_(n_), out_(n_) {
    for (std::size_t row = 0; row < n_; ++row) {
      for (std::size_t col = 0; col < n_; ++col) {
        left_.at(row, col) = static_cast<int>((3 * row + col) % 11);
        right_.at(row, col) = static_cast<int>((row + 5 * col) % 7);
      }
    }
  }

  [[nodiscard]] product whole() { return {left_.data(), right_.data(), out_.data(), n_, n_}; }

  [[nodiscard]] std::string text() const { return "matmul(" + std::to_string(n_) + ")"; }
  /// The rows for which out * v == left * (right * v), with a v that makes errors unlikely to cancel (Freivalds).
  [[nodiscard]] std::uint64_t found() const {
    std::vector<std::int64_t> probe(n_);
    for (std::size_t i = 0; i < n_; ++i) {
      probe[i] = static_cast<std::int64_t>(i * 2'654'435'761U % 1'009U) + 1;
    }
    const std::vector<std::int64_t> is = out_.times(probe);
    const std::vector<std::int64_t> wanted = left_.times(right_.times(probe));
    std::uint64_t right_rows = 0;
    for (std::size_t row = 0; row < n_; ++row) {
      right_rows += is[row] == wanted[row] ? 1U : 0U;
    }
    return right_rows;
  }
  [[nodiscard]] std::uint64_t expected() const { return n_; }
  [[nodiscard]] static std::uint64_t items() { return 0; }

 private:
  std::size_t n_;
  matrix left_;
  matrix right_;
  matrix out_;
};

}  // namespace matmul
