// SPDX-License-Identifier: Apache-2.0
// Tasks in a group: children that run at the same time, and a scope that ends when all of them have.
// In asyncio: `async with asyncio.TaskGroup() as group: a = group.create_task(...); b = group.create_task(...)`.

#include <covey/covey.hpp>

#include <cstdint>
#include <iostream>
#include <vector>

namespace {

bool is_prime(std::uint64_t number) {
  for (std::uint64_t divisor = 2; divisor * divisor <= number; ++divisor) {
    if (number % divisor == 0) {
      return false;
    }
  }
  return number >= 2;
}

std::uint64_t primes_between(std::uint64_t first, std::uint64_t last) {
  std::uint64_t count = 0;
  for (std::uint64_t number = first; number < last; ++number) {
    count += is_prime(number) ? 1U : 0U;
  }
  return count;
}

void two_children() {
  covey::future<std::uint64_t> low;
  covey::future<std::uint64_t> high;
  {
    covey::nursery kids;
    low = kids.spawn([] { return primes_between(0, 50'000); });
    high = kids.spawn("upper half", [] { return primes_between(50'000, 100'000); });
  }  // waits for both
  std::cout << "below 50000: " << low.get() << " primes\n";
  std::cout << "50000 to 100000: " << high.get() << " primes\n";
}

void one_child_for_each_slice() {
  constexpr std::uint64_t slice = 10'000;
  std::vector<covey::future<std::uint64_t>> counts;
  {
    covey::nursery kids{{.name = "slices"}};
    for (std::uint64_t first = 0; first < 10 * slice; first += slice) {
      counts.push_back(kids.spawn([first] { return primes_between(first, first + slice); }));
    }
  }
  std::uint64_t sum = 0;
  for (covey::future<std::uint64_t>& count : counts) {
    sum += count.get();  // in the order of the spawns, whoever was first to finish
  }
  std::cout << "below 100000, in " << counts.size() << " slices: " << sum << " primes\n";
}

// A child may have children of its own: a nursery in a child is part of the tree of its parent.
std::uint64_t primes_in_halves(std::uint64_t first, std::uint64_t last) {
  if (last - first <= 5'000) {
    return primes_between(first, last);
  }
  const std::uint64_t middle = first + (last - first) / 2;
  covey::nursery kids;
  auto left = kids.spawn([first, middle] { return primes_in_halves(first, middle); });
  const std::uint64_t right = primes_in_halves(middle, last);
  const std::uint64_t sum = left.get() + right;
  kids.join();
  return sum;
}

}  // namespace

int main() {
  two_children();
  one_child_for_each_slice();
  std::cout << "below 100000, halved again and again: " << primes_in_halves(0, 100'000)
            << " primes\n";
}
