// SPDX-License-Identifier: Apache-2.0
// kmeans: twenty rounds of k-means over points of four coordinates; each round maps blocks of points and adds up.
#pragma once

#include "harness/contender.hpp"
#include "harness/mix64.hpp"

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace kmeans {

inline constexpr std::size_t dimensions = 4;
inline constexpr std::size_t clusters = 16;

/// Whole numbers, so that the sums do not depend on their order.
using point = std::array<std::int32_t, dimensions>;

/// What a round finds out: the points that are nearest to each centre.
struct sums {
  std::array<std::array<std::int64_t, dimensions>, clusters> total{};
  std::array<std::int64_t, clusters> count{};

  sums& operator+=(const sums& other) {
    for (std::size_t c = 0; c < clusters; ++c) {
      count[c] += other.count[c];
      for (std::size_t d = 0; d < dimensions; ++d) {
        total[c][d] += other.total[c][d];
      }
    }
    return *this;
  }
  friend sums operator+(sums left, const sums& right) { return left += right; }
};

class problem {
 public:
  static constexpr std::string_view workload = "kmeans";
  static constexpr int rounds = 20;
  static constexpr std::uint64_t least = 1'024;
  static constexpr std::uint64_t most = 4'194'304;
  static constexpr bench::sizes sizes{
      .full = 1'048'576,
      .quick = 32'768,
      .warm_up = least,
      .allowed = [](std::uint64_t n) { return least <= n && n <= most && std::has_single_bit(n); },
      .rule = "a power of two from 1024 to 4194304"};

  explicit problem(std::uint64_t size) : points_(size) {
    for (std::uint64_t i = 0; i < size; ++i) {
      points_[i] = made(i);
    }
    for (std::size_t c = 0; c < clusters; ++c) {
      centres_[c] = points_[c];
    }
  }

  [[nodiscard]] std::uint32_t blocks() const {
    return static_cast<std::uint32_t>(points_.size() / block);
  }

  /// About 20 us.
  [[nodiscard]] sums sums_of(std::uint32_t index) const {
    sums result;
    for (std::size_t i = index * block; i < (index + 1) * block; ++i) {
      const std::size_t c = nearest(points_[i]);
      ++result.count[c];
      for (std::size_t d = 0; d < dimensions; ++d) {
        result.total[c][d] += points_[i][d];
      }
    }
    return result;
  }

  /// Ends a round: each centre moves to the middle of its points.
  void move_centres(const sums& all) {
    for (std::size_t c = 0; c < clusters; ++c) {
      for (std::size_t d = 0; d < dimensions && all.count[c] > 0; ++d) {
        centres_[c][d] = static_cast<std::int32_t>(all.total[c][d] / all.count[c]);
      }
    }
  }

  [[nodiscard]] std::string text() const {
    return "kmeans(" + std::to_string(points_.size()) + ")";
  }
  /// All coordinates of the centres, mixed into one number.
  [[nodiscard]] std::uint64_t found() const {
    std::uint64_t mixed = 0;
    for (const point& centre : centres_) {
      for (const std::int32_t coordinate : centre) {
        mixed = bench::mix64(mixed + static_cast<std::uint64_t>(coordinate));
      }
    }
    return mixed;
  }
  [[nodiscard]] std::uint64_t expected() const {
    constexpr std::array<std::uint64_t, 13> known{3'098'301'758'798'725'698,
                                                  8'441'665'864'663'025'283,
                                                  15'930'100'296'556'498'959U,
                                                  15'124'237'822'226'489'643U,
                                                  3'992'662'042'797'597'541,
                                                  16'336'586'715'256'836'973U,
                                                  1'466'290'424'134'679'170,
                                                  16'624'767'322'709'502'228U,
                                                  1'249'952'668'229'829'095,
                                                  12'362'022'116'878'461'913U,
                                                  12'193'662'557'299'110'902U,
                                                  13'505'640'752'597'060'030U,
                                                  10'151'159'834'127'453'607U};
    return known[static_cast<std::size_t>(std::countr_zero(points_.size()) -
                                          std::countr_zero(least))];
  }
  /// The blocks of all rounds.
  [[nodiscard]] std::uint64_t items() const { return rounds * std::uint64_t{blocks()}; }

 private:
  static constexpr std::size_t block = 512;

  /// Sixteen heaps that touch each other; the coordinates are below 2^14, the squares of distances below 2^30.
  [[nodiscard]] static point made(std::uint64_t i) {
    const std::uint64_t heap = bench::mix64(i % clusters);
    const std::uint64_t offset = bench::mix64(i + clusters);
    point result{};
    for (std::size_t d = 0; d < dimensions; ++d) {
      const std::uint64_t middle = (heap >> (16 * d)) % 12'288;
      result[d] = static_cast<std::int32_t>(middle + (offset >> (16 * d)) % 4'096);
    }
    return result;
  }

  [[nodiscard]] std::size_t nearest(const point& from) const {
    std::size_t best = 0;
    std::int32_t shortest = INT32_MAX;
    for (std::size_t c = 0; c < clusters; ++c) {
      std::int32_t square = 0;
      for (std::size_t d = 0; d < dimensions; ++d) {
        const std::int32_t along = from[d] - centres_[c][d];
        square += along * along;
      }
      if (square < shortest) {
        shortest = square;
        best = c;
      }
    }
    return best;
  }

  std::vector<point> points_;
  std::array<point, clusters> centres_{};
};

}  // namespace kmeans
