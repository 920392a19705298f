// SPDX-License-Identifier: Apache-2.0
// Fills a block with pulled items. Other threads may take the block while the range keeps the puller waiting.
#pragma once

#include <covey/config.hpp>
#include <covey/detail/batch/item_source.hpp>

#include <cstddef>
#include <cstdint>
#include <utility>

namespace covey::detail {

// For one pull. Work is a pulled_work. The block is made for the first item.
template <class Work>
class item_filler {
 public:
  using block = typename Work::block;

  item_filler(Work& of, std::uint64_t want) noexcept
      : of_(of),
        want_(want),
        word_(of.pulls.next_pull()) {}

  // Around the range's code.
  COVEY_INLINE void enter_range() noexcept { of_.pulls.enter_range(word_); }
  COVEY_INLINE void exit_range() noexcept {
    if (!of_.pulls.exit_range(word_) && was_cut(of_)) [[unlikely]] {
      into_ = nullptr;  // what was pulled until now belongs to others
      taken_ += count();
      word_ -= 2 * count();
    }
  }
  template <class Kept>
  COVEY_INLINE void add(Kept&& item) {
    block& into = room();
    if constexpr (Work::keeps_results) {
      into.results.emplace_back();
    }
    into.items.push_back(std::forward<Kept>(item));
    word_ += 2;
  }
  // Items that need no memory.
  void add_counted(std::uint64_t count) {
    block& into = room();
    if constexpr (Work::keeps_results) {
      into.results.resize(static_cast<std::size_t>(count));
    }
    word_ += 2 * count;
  }
  // @returns the block, with room for what is still wanted.
  block& room() {
    if (into_ == nullptr) [[unlikely]] {
      into_ = &of_.new_block(want_ - taken_);
    }
    return *into_;
  }
  [[nodiscard]] block* into() const noexcept { return into_; }
  [[nodiscard]] std::uint64_t count() const noexcept { return item_source::count_in(word_); }
  // With what was taken.
  [[nodiscard]] std::uint64_t total() const noexcept { return taken_ + count(); }

 private:
  Work& of_;
  block* into_ = nullptr;
  const std::uint64_t want_;
  std::uint64_t word_;       // see item_source::filling
  std::uint64_t taken_ = 0;  // by others
};

}  // namespace covey::detail
