// SPDX-License-Identifier: Apache-2.0
// sort: quicksort of 64-bit keys by fork and join; the first partitions are serial, so that no contender scales forever.
#pragma once

#include "harness/contender.hpp"
#include "harness/mix64.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sort {

using keys = std::span<std::uint64_t>;

/// So many keys are sorted without a spawn, about 50 us.
inline constexpr std::size_t leaf = 2'048;

/// What a partition leaves to be sorted; the keys between the two are in their places.
struct halves {
  keys left;
  keys right;
};

/// By the median of the first, the middle and the last key. @pre all.size() >= 3
[[nodiscard]] inline halves partition(keys all) {
  std::uint64_t& first = all.front();
  std::uint64_t& middle = all[all.size() / 2];
  std::uint64_t& last = all.back();
  const std::uint64_t pivot =
      std::max(std::min(first, middle), std::min(std::max(first, middle), last));
  std::size_t low = 0;
  std::size_t high = all.size() - 1;
  for (;;) {
    while (all[low] < pivot) {
      ++low;
    }
    while (pivot < all[high]) {
      --high;
    }
    if (low >= high) {
      break;
    }
    std::swap(all[low++], all[high--]);
  }
  return {all.first(low), all.subspan(high + 1)};
}

inline void insertion_sort(keys all) {
  for (std::size_t i = 1; i < all.size(); ++i) {
    const std::uint64_t key = all[i];
    std::size_t place = i;
    for (; place > 0 && key < all[place - 1]; --place) {
      all[place] = all[place - 1];
    }
    all[place] = key;
  }
}

/// Sorts on this thread.
inline void sort_here(keys all) {
  constexpr std::size_t few = 24;
  if (all.size() <= few) {
    insertion_sort(all);
    return;
  }
  const halves parts = partition(all);
  sort_here(parts.left);
  sort_here(parts.right);
}

class problem {
 public:
  static constexpr std::string_view workload = "sort";
  static constexpr bench::sizes sizes{
      .full = 8'000'000,
      .quick = 400'000,
      .warm_up = 20'000,
      .allowed = [](std::uint64_t size) { return 1 <= size && size <= 500'000'000; },
      .rule = "1 to 500000000"};

  explicit problem(std::uint64_t size) : keys_(size) {
    for (std::uint64_t i = 0; i < size; ++i) {
      keys_[i] = bench::mix64(i);
    }
    all = keys_;
  }

  keys all;

  [[nodiscard]] std::string text() const { return "sort(" + std::to_string(keys_.size()) + ")"; }
  /// The sum of the keys, as long as each is in order with the one before.
  [[nodiscard]] std::uint64_t found() const {
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < keys_.size() && (i == 0 || keys_[i - 1] <= keys_[i]); ++i) {
      sum += keys_[i];
    }
    return sum;
  }
  [[nodiscard]] std::uint64_t expected() const {
    std::uint64_t sum = 0;
    for (std::uint64_t i = 0; i < keys_.size(); ++i) {
      sum += bench::mix64(i);
    }
    return sum;
  }
  /// The keys.
  [[nodiscard]] std::uint64_t items() const { return keys_.size(); }

 private:
  std::vector<std::uint64_t> keys_;
};

}  // namespace sort
