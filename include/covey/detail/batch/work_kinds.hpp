// SPDX-License-Identifier: Apache-2.0
// Concepts: what the loop of a share needs of a batch with random access, and of one with pulled items.
#pragma once

#include <covey/config.hpp>
#include <covey/detail/batch/spread.hpp>

#include <concepts>
#include <cstdint>
#include <type_traits>
#include <utility>

namespace covey::detail {

// The batch that Work works for: itself, or the one that it has as `of`.
[[nodiscard]] COVEY_INLINE spread& spread_of(spread& w) noexcept {
  return w;
}
template <class View>
requires(std::derived_from<std::remove_cvref_t<decltype(std::declval<View&>().of)>, spread>)
    [[nodiscard]] COVEY_INLINE spread& spread_of(View& w) noexcept {
  return w.of;
}

// A batch of a known type, or what a thread sees of it. Work has
//   void item(std::uint64_t)                     works one item off; may throw
//   std::uint64_t weight(std::uint64_t)          what it costs of the budget; may throw
//   bool threw(std::uint64_t)                    inside a handler: item or weight threw; @returns whether to go on
//   void built(std::uint64_t from, std::uint64_t to)   these items ended with a value
//   void check(std::uint64_t last)               throws when the range has fewer items by now
//   a batch                                      see spread_of()
template <class Work>
concept works_items = requires(Work& w, std::uint64_t i) {
  { detail::spread_of(w) } -> std::same_as<spread&>;
  w.item(i);
  { w.weight(i) } -> std::convertible_to<std::uint64_t>;
  { w.threw(i) } -> std::same_as<bool>;
  w.built(i, i);
  w.check(i);
};
template <class Work>
concept spreads_items = std::derived_from<Work, spread>;
// Its items are pulled by whoever needs some. Work has
//   auto seen_from(share&)                       works on the items of the share's block
//   bool pull(share&, std::uint64_t)             more items for a share that is used up; false: not now, or never
//   void finished(share&, std::uint64_t)         so many items of the share's block have been worked on
template <class Work>
concept pulls_items = spreads_items<Work> && requires(Work& w, share& s, std::uint64_t i) {
  { w.seen_from(s) } -> works_items;
  { w.pull(s, i) } -> std::same_as<bool>;
  w.finished(s, i);
};
// What a loop over a few items holds in its hand: a copy, if Work has
//   auto in_hand()                               has item(), too
// Nobody else knows the copy's address, so the compiler keeps it in registers while the items write to memory.
template <works_items Work>
[[nodiscard]] COVEY_INLINE decltype(auto) in_hand(Work& w) {
  if constexpr (requires { w.in_hand(); }) {
    return w.in_hand();
  } else {
    return (w);
  }
}
template <spreads_items Work>
[[nodiscard]] decltype(auto) seen_from(Work& w, [[maybe_unused]] share& s) {
  if constexpr (pulls_items<Work>) {
    return w.seen_from(s);
  } else {
    return (w);
  }
}

}  // namespace covey::detail
