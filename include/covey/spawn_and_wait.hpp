// SPDX-License-Identifier: Apache-2.0
// Static fork-join: run several callables as children and return all their results.
#pragma once

#include <covey/nursery.hpp>

#include <array>
#include <concepts>
#include <cstddef>
#include <functional>
#include <optional>
#include <ranges>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace covey {

namespace detail {

template <class T>
using value_or_monostate = std::conditional_t<std::is_void_v<T>, std::monostate, T>;

// A result on its way out: absent until the child has delivered it.
template <class T>
struct awaited {
  std::optional<std::conditional_t<std::is_reference_v<T>,
                                   std::remove_reference_t<T>*,
                                   value_or_monostate<T>>>
      value;

  // @throws what join() throws when there is none: the nursery has the failure or the stop already, with all of its
  // siblings'. Where it has nothing to say the child obeyed a stop of its own, and its `cancelled` goes on.
  template <class Future>
  COVEY_INLINE void take(nursery& kids, Future& from) {
    try {
      if constexpr (std::is_void_v<T>) {
        from.get();
        value.emplace();
      } else if constexpr (std::is_reference_v<T>) {
        value.emplace(std::addressof(from.get()));
      } else {
        value.emplace(from.get());
      }
    } catch (...) {
      kids.join();
      throw;
    }
  }
  COVEY_INLINE value_or_monostate<T> release() {
    if constexpr (std::is_reference_v<T>) {
      return static_cast<T>(**value);
    } else {
      return std::move(*value);
    }
  }
};

// The text "child 7 of 12", made by the compiler.
template <std::size_t Index, std::size_t Count>
struct child_number {
  static constexpr std::size_t digits(std::size_t n) noexcept {
    return n < 10 ? 1 : 1 + digits(n / 10);
  }
  static constexpr std::size_t size = 6 + digits(Index) + 4 + digits(Count);
  static constexpr std::array<char, size> text = [] {
    std::array<char, size> made{};
    std::size_t at = 0;
    const auto put = [&](std::string_view words) {
      for (const char c : words) {
        made[at++] = c;
      }
    };
    const auto put_number = [&](std::size_t n) {
      for (std::size_t i = digits(n); i-- > 0; n /= 10) {
        made[at + i] = static_cast<char>('0' + n % 10);
      }
    };
    put("child ");
    put_number(Index);
    at += digits(Index);
    put(" of ");
    put_number(Count);
    return made;
  }();
};

// A callable whose child is named by its index in the list, at no cost for the child.
template <class F, std::size_t Index, std::size_t Count>
struct numbered {
  F work;
  child_result_t<F> operator()() requires(!takes_token<F>) { return std::invoke(std::move(work)); }
  child_result_t<F> operator()(stop_token token) requires takes_token<F> {
    return std::invoke(std::move(work), std::move(token));
  }
  static constexpr std::string_view child_name() noexcept {
    return {child_number<Index, Count>::text.data(), child_number<Index, Count>::size};
  }
};

template <std::size_t... Index, class... F>
auto spawn_and_wait_all(const site& where, std::index_sequence<Index...> /*all*/, F&&... work) {
  (refuse_if_null(work), ...);
  nursery kids(where);
  constexpr std::size_t count = sizeof...(F);
  constexpr std::size_t last = count - 1;
  // Spawned in order, which is the order of the failures; taken last first, from the top of the deque.
  auto futures = std::tuple{
      kids.spawn(numbered<std::decay_t<F>, Index + 1, count>{std::forward<F>(work)}, where)...};
  std::tuple<awaited<child_result_t<std::decay_t<F>>>...> results;
  (std::get<last - Index>(results).take(kids, std::get<last - Index>(futures)), ...);
  kids.join();
  return std::tuple<value_or_monostate<child_result_t<std::decay_t<F>>>...>{
      std::get<Index>(results).release()...};
}

// A range of callables that is no callable itself.
template <class Range>
concept range_of_children = std::ranges::input_range<Range> &&
    one_child<std::ranges::range_reference_t<Range>> && !one_child<Range>;

}  // namespace detail

/// Runs the callables as children of one nursery and waits for all of them.
/// @returns their results as a tuple, in the order given; void becomes std::monostate.
/// @throws composite_exception with every failure, when any failed; and as nursery::join().
/// Cancellation: the first failure stops the others (children that have not started never start).
// NOLINTBEGIN(readability-function-size): a parameter a callable, and the site
template <detail::one_child A>
auto spawn_and_wait(A&& a, site where = site::current()) {
  return detail::spawn_and_wait_all(where, std::make_index_sequence<1>{}, std::forward<A>(a));
}
template <detail::one_child A, detail::one_child B>
auto spawn_and_wait(A&& a, B&& b, site where = site::current()) {
  return detail::spawn_and_wait_all(
      where, std::make_index_sequence<2>{}, std::forward<A>(a), std::forward<B>(b));
}
template <detail::one_child A, detail::one_child B, detail::one_child C>
auto spawn_and_wait(A&& a, B&& b, C&& c, site where = site::current()) {
  return detail::spawn_and_wait_all(where,
                                    std::make_index_sequence<3>{},
                                    std::forward<A>(a),
                                    std::forward<B>(b),
                                    std::forward<C>(c));
}
template <detail::one_child A, detail::one_child B, detail::one_child C, detail::one_child D>
auto spawn_and_wait(A&& a, B&& b, C&& c, D&& d, site where = site::current()) {
  return detail::spawn_and_wait_all(where,
                                    std::make_index_sequence<4>{},
                                    std::forward<A>(a),
                                    std::forward<B>(b),
                                    std::forward<C>(c),
                                    std::forward<D>(d));
}
template <detail::one_child A,
          detail::one_child B,
          detail::one_child C,
          detail::one_child D,
          detail::one_child E>
auto spawn_and_wait(A&& a, B&& b, C&& c, D&& d, E&& e, site where = site::current()) {
  return detail::spawn_and_wait_all(where,
                                    std::make_index_sequence<5>{},
                                    std::forward<A>(a),
                                    std::forward<B>(b),
                                    std::forward<C>(c),
                                    std::forward<D>(d),
                                    std::forward<E>(e));
}
template <detail::one_child A,
          detail::one_child B,
          detail::one_child C,
          detail::one_child D,
          detail::one_child E,
          detail::one_child F>
auto spawn_and_wait(A&& a, B&& b, C&& c, D&& d, E&& e, F&& f, site where = site::current()) {
  return detail::spawn_and_wait_all(where,
                                    std::make_index_sequence<6>{},
                                    std::forward<A>(a),
                                    std::forward<B>(b),
                                    std::forward<C>(c),
                                    std::forward<D>(d),
                                    std::forward<E>(e),
                                    std::forward<F>(f));
}
// NOLINTEND(readability-function-size)
/// More than six: messages name a site in this header instead of the caller's.
template <detail::one_child... F>
requires(sizeof...(F) > 6) auto spawn_and_wait(F&&... work) {
  return detail::spawn_and_wait_all(
      site::current(), std::index_sequence_for<F...>{}, std::forward<F>(work)...);
}

/// Runs every callable of a range as a child and waits for all of them.
/// @returns the results in the order given; nothing when the callables return void.
/// @throws as the other form. An empty range returns at once.
template <detail::range_of_children Range>
auto spawn_and_wait(Range&& range, site where = site::current()) {
  using work = std::decay_t<std::ranges::range_reference_t<Range>>;
  using result = detail::child_result_t<work>;
  nursery kids(where);
  if constexpr (std::is_void_v<result>) {
    for (auto&& one : range) {
      kids.run(std::forward<decltype(one)>(one), where);
    }
    kids.join();
  } else {
    std::vector<future<result>> futures;
    if constexpr (std::ranges::sized_range<Range>) {
      futures.reserve(static_cast<std::size_t>(std::ranges::size(range)));
    }
    for (auto&& one : range) {
      futures.push_back(kids.spawn(std::forward<decltype(one)>(one), where));
    }
    // Last first, from the top of the deque: those are run in place, while thieves begin with the first ones.
    std::vector<detail::awaited<result>> outcomes(futures.size());
    for (std::size_t i = futures.size(); i-- > 0;) {
      outcomes[i].take(kids, futures[i]);
    }
    kids.join();
    std::vector<detail::value_or_monostate<result>> results;
    results.reserve(outcomes.size());
    for (auto& one : outcomes) {
      results.push_back(one.release());
    }
    return results;
  }
}

}  // namespace covey
