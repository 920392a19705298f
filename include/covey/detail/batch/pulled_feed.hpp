// SPDX-License-Identifier: Apache-2.0
// Feeds of pulled batches: how an item is stored, and how a range is walked, by one thread at a time.
#pragma once

#include <covey/config.hpp>
#include <covey/detail/batch/batch_errors.hpp>
#include <covey/detail/batch/item_call.hpp>
#include <covey/detail/batch/item_source.hpp>
#include <covey/detail/task/worker.hpp>
#include <covey/policy.hpp>

#include <algorithm>
#include <chrono>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <optional>
#include <ranges>
#include <type_traits>
#include <utility>
#include <vector>

namespace covey::detail {

// A forward range keeps its items while it is walked: what dereferencing gives is kept, a pointer for a reference, and
// the function gets just that. A range that can be walked only once may reuse their memory: they are copied or moved
// into its value type, and the function gets that copy, as an lvalue where dereferencing gives one.
template <class Range>
struct pulled_item {
  using reference = std::ranges::range_reference_t<Range>;
  static constexpr bool stays = std::ranges::forward_range<Range>;
  static constexpr bool pointer = stays && std::is_reference_v<reference>;
  using value =
      std::conditional_t<stays, std::remove_cvref_t<reference>, std::ranges::range_value_t<Range>>;
  using kept = std::conditional_t<pointer, std::add_pointer_t<reference>, value>;
  static constexpr bool read_only = std::is_const_v<std::remove_reference_t<reference>>;
  using given =
      std::conditional_t<pointer,
                         reference,
                         std::conditional_t<std::is_lvalue_reference_v<reference>,
                                            std::conditional_t<read_only, const value&, value&>,
                                            value&&>>;
};
template <class Range>
using pulled_item_t = typename pulled_item<Range>::given;

struct no_result {};

// In a struct, because vector<bool> packs.
template <class Kept>
struct kept_item {
  Kept value;
};

template <class Kept, class Cell>
struct pulled_block : item_block {
  std::vector<kept_item<Kept>> items;
  std::vector<Cell> results;
};

// Walks any range. Used by the holder of the pull role only.
template <class Range>
class walk {
 public:
  using item = pulled_item<Range>;
  using kept = typename item::kept;
  using given = typename item::given;

  explicit walk(Range& range) : range_(range) {
    if constexpr (std::ranges::sized_range<Range>) {
      size_ = static_cast<std::uint64_t>(std::ranges::size(range));
    }
  }
  [[nodiscard]] std::optional<std::uint64_t> size() const noexcept { return size_; }

  // Adds up to `want` items, fewer when they come slowly or the worker is asked to look; throws what the iterators throw.
  // @param fill an item_filler @returns false at the end.
  template <class Fill>
  [[nodiscard]] bool pull(Fill& fill, std::uint64_t want, const worker& me) {
    constexpr auto long_enough = std::chrono::microseconds(32);
    const clock::time_point begin = clock::now();
    while (fill.total() < want) {
      fill.enter_range();
      if (!here_) {
        here_.emplace(std::ranges::begin(range_));
        end_.emplace(std::ranges::end(range_));
      } else if (std::exchange(behind_, false)) {
        // Not before the next item is wanted: a generator may take its time.
        ++*here_;
      }
      if (*here_ == *end_) {
        fill.exit_range();
        return false;
      }
      kept_item<kept> got = keep(**here_);
      fill.exit_range();
      fill.add(std::move(got));
      behind_ = true;
      const std::uint64_t count = fill.total();
      if ((count & (count - 1)) == 0 && clock::now() - begin > long_enough) {
        break;
      }
      if (me.check_wanted.load(std::memory_order_relaxed)) {
        break;
      }
    }
    return true;
  }

  template <class Block>
  [[nodiscard]] COVEY_INLINE given at(Block& in, std::uint64_t i) const {
    auto& kept_here = in.items[static_cast<std::size_t>(i - in.first)].value;
    if constexpr (item::pointer) {
      return static_cast<given>(*kept_here);
    } else {
      return static_cast<given>(kept_here);
    }
  }
  // The item, for functions that must leave it as it is.
  template <class Block>
  [[nodiscard]] std::remove_reference_t<given>& peek(Block& in, std::uint64_t i) const {
    given there = at(in, i);
    return there;
  }
  void check(std::uint64_t /*last*/) const noexcept {}

 private:
  static COVEY_INLINE kept_item<kept> keep(typename item::reference&& there) {
    if constexpr (item::pointer) {
      return {std::addressof(there)};
    } else {
      return {static_cast<kept>(std::forward<typename item::reference>(there))};
    }
  }

  Range& range_;
  std::optional<std::uint64_t> size_;
  std::optional<std::ranges::iterator_t<Range>> here_;
  std::optional<std::ranges::sentinel_t<Range>> end_;
  bool behind_ = false;  // the item under the iterator was pulled
};

// The feed of a range with random access: it only counts, as the items stay where they are.
template <class Range>
class count_off {
 public:
  using kept = no_result;
  using given = std::ranges::range_reference_t<Range>;

  explicit count_off(Range& range)
      : range_(range),
        first_(std::ranges::begin(range)),
        size_(static_cast<std::uint64_t>(std::ranges::size(range))) {}
  [[nodiscard]] std::optional<std::uint64_t> size() const noexcept { return size_; }
  template <class Fill>
  [[nodiscard]] bool pull(Fill& fill, std::uint64_t want, const worker& /*me*/) {
    const std::uint64_t count = std::min(want, size_ - at_);
    if (count != 0) {
      fill.add_counted(count);
    }
    at_ += count;
    return at_ < size_;
  }
  template <class Block>
  [[nodiscard]] COVEY_INLINE given at(Block& /*in*/, std::uint64_t i) const {
    return first_[static_cast<std::ranges::range_difference_t<Range>>(i)];
  }
  template <class Block>
  [[nodiscard]] given peek(Block& in, std::uint64_t i) const {
    return at(in, i);
  }
  void check(std::uint64_t last) const {
    const auto now = static_cast<std::uint64_t>(std::ranges::size(range_));
    if (now < last) [[unlikely]] {
      throw_shrunk(size_, now);
    }
  }

 private:
  Range& range_;
  std::ranges::iterator_t<Range> first_;
  std::uint64_t size_;
  std::uint64_t at_ = 0;  // under the pull role
};

}  // namespace covey::detail
