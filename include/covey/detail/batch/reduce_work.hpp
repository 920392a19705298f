// SPDX-License-Identifier: Apache-2.0
// The work of a reduction: leaves of a fixed number of items, combined in a tree whose shape depends on that number only.
#pragma once

#include <covey/batch.hpp>
#include <covey/config.hpp>
#include <covey/detail/batch/batch_errors.hpp>
#include <covey/detail/batch/item_call.hpp>
#include <covey/detail/batch/item_failures.hpp>
#include <covey/detail/batch/spread.hpp>
#include <covey/detail/task/worker.hpp>
#include <covey/nursery.hpp>

#include <algorithm>
#include <atomic>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <iterator>
#include <memory>
#include <optional>
#include <ranges>
#include <type_traits>
#include <utility>
#include <vector>

namespace covey::detail {

// Stands for "the item as it is".
struct as_it_is {};

template <class Transform, class Item>
COVEY_INLINE decltype(auto) transformed(Transform& transform, Item&& item) {
  if constexpr (std::is_same_v<Transform, as_it_is>) {
    return std::forward<Item>(item);
  } else {
    return call_for_item(transform, std::forward<Item>(item));
  }
}
template <class Transform, class Item>
using transformed_t = decltype(transformed(std::declval<Transform&>(), std::declval<Item>()));

template <class Op, class T, class Term>
concept folds = std::movable<T> && std::constructible_from<T, Term> &&
    std::is_invocable_r_v<T, Op&, T, Term> && std::is_invocable_r_v<T, Op&, T, T>;

// Items per leaf: as given, else so many that there are at most 4096 leaves. A function of the options and the number
// of items alone. @throws std::invalid_argument for options that mean nothing for a reduction
[[nodiscard]] COVEY_API std::uint64_t leaf_size(const batch_options& options, std::uint64_t items);
// "items 512 … 1023": where two neighbouring parts meet.
[[nodiscard]] COVEY_API label name_of_items(std::uint64_t first, std::uint64_t last) noexcept;

// What a leaf throws at work_block() when its failures are kept already.
struct leaf_ended {
  bool go_on;
};

// A spread whose items are the leaves. Proof of shape and order: runtime/README.md, "Reductions".
template <class Range, class T, class Op, class Transform>
struct reduce_work final : spread {
  // NOLINTNEXTLINE(readability-function-size): one parameter for each part
  reduce_work(nursery& kids,
              const site& from,
              std::uint64_t count,
              std::uint64_t leaf,
              Range& range,
              T& start,
              Op& combine,
              Transform& change)
      : spread(nursery_access::of(kids), from, batch_options{}, count / leaf + (count % leaf != 0)),
        items(count),
        all(range),
        first(std::ranges::begin(range)),
        init(start),
        op(combine),
        transform(change),
        parts(static_cast<std::size_t>(total)),
        arrived(std::make_unique<std::atomic<std::uint8_t>[]>(static_cast<std::size_t>(total))) {
    unit = leaf;
    of_user = count;
  }

  const std::uint64_t items;
  Range& all;
  std::ranges::iterator_t<Range> first;
  T& init;  // in the end: the result
  Op& op;
  Transform& transform;
  // The value of the node that begins with this leaf. Owned by the thread that made it until it sets `arrived`.
  std::vector<std::optional<T>> parts;
  // At the first leaf of the right half of an inner node: whether one of its halves is there.
  //   written  by whoever completes a half; acq_rel: the second one sees the value that the first one left in `parts`.
  std::unique_ptr<std::atomic<std::uint8_t>[]> arrived;
  bool complete = false;  // written by whoever makes the root; read after the join

  [[nodiscard]] std::optional<std::uint64_t> known_total() const noexcept { return items; }
  [[nodiscard]] std::uint64_t weight(std::uint64_t /*leaf*/) const noexcept { return 1; }
  void built(std::uint64_t /*from*/, std::uint64_t /*to*/) const noexcept {}
  void check(std::uint64_t last) const {
    const auto now = static_cast<std::uint64_t>(std::ranges::size(all));
    if (now < items && now < last * unit) [[unlikely]] {
      throw_shrunk(items, now);
    }
  }

  void item(std::uint64_t leaf) {
    constexpr std::uint64_t piece = 256;  // items between two looks at the flag of the worker
    const worker& me = *this_worker();
    std::uint64_t at = leaf * unit;
    const std::uint64_t end = at + std::min(unit, items - at);
    std::optional<T> sum;
    bool whole = true;
    while (at < end) {
      try {
        fold(sum, at, at + std::min(piece, end - at));
      } catch (...) {
        // Under supervise the other items of the leaf run, too: their failures are kept.
        whole = false;
        sum.reset();
        const label what = describe_item(at, [&]() -> decltype(auto) { return item_at(at); });
        if (!detail::item_threw(*this, at, what)) {
          throw leaf_ended{false};
        }
        ++at;
      }
      if (at < end && me.check_wanted.load(std::memory_order_relaxed) && !still_wanted(*this)) {
        throw leaf_ended{false};
      }
    }
    if (!whole) {
      throw leaf_ended{true};
    }
    parts[static_cast<std::size_t>(leaf)] = std::move(sum);
    climb(leaf);
  }

  [[nodiscard]] bool threw(std::uint64_t leaf) {
    try {
      throw;
    } catch (const leaf_ended& ended) {
      return ended.go_on;
    } catch (...) {
      return detail::item_threw(*this, leaf * unit, name_of_items(leaf * unit, items - 1));
    }
  }

 private:
  [[nodiscard]] decltype(auto) item_at(std::uint64_t i) const {
    return first[static_cast<std::ranges::range_difference_t<Range>>(i)];
  }

  // Items [at, to) into `sum`; `at` follows, so that a throw finds its item.
  COVEY_INLINE void fold(std::optional<T>& sum, std::uint64_t& at, std::uint64_t to) {
    auto here = first + static_cast<std::ranges::range_difference_t<Range>>(at);
    if (!sum) {
      sum.emplace(transformed(transform, *here));
      ++here;
      ++at;
    }
    T& value = *sum;
    for (; at < to; ++at, ++here) {
      value = static_cast<T>(std::invoke(op, std::move(value), transformed(transform, *here)));
    }
  }

  // Up the tree from a leaf, as far as the other halves are there: node by node, the second to arrive combines.
  void climb(std::uint64_t low) {
    for (std::uint64_t width = 1; width < total; width *= 2) {
      const std::uint64_t middle = (low & width) != 0 ? low : low + width;
      if (middle >= total) {
        continue;  // no right half: the node is its left half
      }
      if (arrived[static_cast<std::size_t>(middle)].exchange(1, std::memory_order_acq_rel) == 0) {
        return;
      }
      low = middle - width;
      std::optional<T>& left = parts[static_cast<std::size_t>(low)];
      std::optional<T>& right = parts[static_cast<std::size_t>(middle)];
      attempt(low, std::min(low + 2 * width, total), [&] {
        *left = static_cast<T>(std::invoke(op, std::move(*left), std::move(*right)));
        right.reset();
      });
    }
    attempt(0, total, [&] {
      init = static_cast<T>(std::invoke(op, std::move(init), std::move(*parts[0])));
      complete = true;
    });
  }

  template <class Combine>
  void attempt(std::uint64_t from, std::uint64_t to, Combine combine) {
    try {
      combine();
    } catch (...) {
      const std::uint64_t index = from * unit;
      throw leaf_ended{
          detail::item_threw(*this, index, name_of_items(index, std::min(to * unit, items) - 1))};
    }
  }
};

}  // namespace covey::detail
