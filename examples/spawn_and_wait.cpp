// SPDX-License-Identifier: Apache-2.0
// Fork and join in one line: results as a tuple, or as a vector in the order in which the work was given.
// In asyncio: `a, b = await asyncio.gather(f(), g())`.

#include <covey/covey.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <iostream>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <variant>
#include <vector>

namespace {

void a_tuple() {
  const auto [number, text, nothing] =
      covey::spawn_and_wait([] { return 6 * 7; }, [] { return std::string("words"); }, [] {});
  static_assert(std::is_same_v<decltype(nothing), const std::monostate>);  // what void becomes
  std::cout << "tuple: " << number << ' ' << text << '\n';
}

void moves_are_enough() {
  auto [left, right] = covey::spawn_and_wait([] { return std::make_unique<int>(1); },
                                             [] { return std::make_unique<int>(2); });
  std::cout << "move-only: " << *left + *right << '\n';
}

void a_vector() {
  std::vector<std::function<std::string()>> work;
  for (int i = 1; i <= 5; ++i) {
    work.emplace_back([i] { return std::string(static_cast<std::size_t>(i), '*'); });
  }
  std::cout << "vector:";
  for (const std::string& stars : covey::spawn_and_wait(work)) {
    std::cout << ' ' << stars;
  }
  std::cout << '\n';
}

// Divide and conquer: each level forks in two, and small pieces are sorted on the spot.
std::vector<std::uint32_t> merge_sorted(std::span<const std::uint32_t> values) {
  if (values.size() <= 2'000) {
    std::vector<std::uint32_t> few(values.begin(), values.end());
    std::sort(few.begin(), few.end());
    return few;
  }
  const std::size_t half = values.size() / 2;
  const auto [low, high] =
      covey::spawn_and_wait([&] { return merge_sorted(values.first(half)); },
                            [&] { return merge_sorted(values.subspan(half)); });
  std::vector<std::uint32_t> merged(values.size());
  std::merge(low.begin(), low.end(), high.begin(), high.end(), merged.begin());
  return merged;
}

void divide_and_conquer() {
  std::vector<std::uint32_t> values(100'000);
  std::uint32_t seed = 1;
  for (std::uint32_t& value : values) {
    seed = seed * 1'664'525U + 1'013'904'223U;  // the generator of Numerical Recipes
    value = seed;
  }
  const std::vector<std::uint32_t> sorted = merge_sorted(values);
  std::sort(values.begin(), values.end());
  std::cout << "sorted: " << std::boolalpha << (sorted == values) << '\n';
}

void a_failure_is_in_a_composite() {
  try {
    covey::spawn_and_wait([] { return 1; }, []() -> int { throw std::runtime_error("no luck"); });
  } catch (const covey::composite_exception& failed) {
    std::cout << "failed: " << failed.leaves().front().message() << '\n';
  }
}

}  // namespace

int main() {
  a_tuple();
  moves_are_enough();
  a_vector();
  divide_and_conquer();
  a_failure_is_in_a_composite();
}
