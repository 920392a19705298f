// SPDX-License-Identifier: Apache-2.0
// Room for the results of a batch, filled by many threads in any order, taken out as a vector.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <type_traits>
#include <utility>
#include <vector>

namespace covey::detail {

// Plain values are written where they stay. vector<bool> packs its elements, so that threads would meet in one byte.
template <class R>
inline constexpr bool plain_result =
    std::is_trivially_copyable_v<R>&& std::is_nothrow_default_constructible_v<R>&&
        std::is_copy_assignable_v<R> &&
    !std::is_same_v<R, bool>;

template <class R>
class item_slots {
 public:
  explicit item_slots(std::uint64_t count) : values_(static_cast<std::size_t>(count)) {}
  template <class Make>
  void fill(std::uint64_t index, Make make) {
    values_[static_cast<std::size_t>(index)] = make();
  }
  void built(std::uint64_t /*from*/, std::uint64_t /*to*/) noexcept {}
  [[nodiscard]] std::vector<R> take() { return std::move(values_); }

 private:
  std::vector<R> values_;
};

// Other results are built in raw memory, each where the function returns it, and moved into the vector at the end: R
// need be neither default-constructible nor assignable. A bit says whether an object is there.
template <class R>
requires(!plain_result<R>) class item_slots<R> {
 public:
  explicit item_slots(std::uint64_t count)
      : count_(static_cast<std::size_t>(count)),
        there_((count_ + word - 1) / word),
        memory_(std::allocator<R>().allocate(count_)) {}
  item_slots(item_slots&&) = delete;
  item_slots& operator=(item_slots&&) = delete;
  ~item_slots() {
    if constexpr (!std::is_trivially_destructible_v<R>) {
      for (std::size_t i = 0; i < count_; ++i) {
        if ((there_[i / word].load(std::memory_order_relaxed) >> (i % word) & 1U) != 0) {
          std::destroy_at(memory_ + i);
        }
      }
    }
    std::allocator<R>().deallocate(memory_, count_);
  }

  template <class Make>
  void fill(std::uint64_t index, Make make) {
    ::new (static_cast<void*>(memory_ + index)) R(make());
  }
  // The objects [from, to) are there. Words at the edges belong to several threads.
  void built(std::uint64_t from, std::uint64_t to) noexcept {
    while (from < to) {
      const std::uint64_t first = from % word;
      const std::uint64_t count = std::min<std::uint64_t>(word - first, to - from);
      const std::uint64_t ones =
          count == word ? ~std::uint64_t{0} : ((std::uint64_t{1} << count) - 1U) << first;
      there_[static_cast<std::size_t>(from / word)].fetch_or(ones, std::memory_order_relaxed);
      from += count;
    }
  }
  // @pre all are there
  [[nodiscard]] std::vector<R> take() {
    return std::vector<R>(std::make_move_iterator(memory_),
                          std::make_move_iterator(memory_ + count_));
  }

 private:
  static constexpr std::size_t word = 64;
  std::size_t count_;
  std::vector<std::atomic<std::uint64_t>> there_;
  R* memory_;
};

}  // namespace covey::detail
