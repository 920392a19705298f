// SPDX-License-Identifier: Apache-2.0
// A contender that allocates once and executes two atomic instructions for each item, to see that they are counted.
#include "harness/measure.hpp"

#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <string>

namespace {

struct countable {
  static constexpr std::string_view workload = "counting";
  static constexpr bench::sizes sizes{.full = 1'000,
                                      .quick = 100,
                                      .warm_up = 10,
                                      .allowed = [](std::uint64_t size) { return size <= 100'000; },
                                      .rule = "0 to 100000",
                                      .counted = {50, 150}};

  explicit countable(std::uint64_t size) : rounds(size) {}

  std::uint64_t rounds;
  // Counts twice a round: up as a fetch_add, which has the lock prefix, and down again by an exchange with memory.
  //   written and read by the only thread. order: relaxed, there is nobody to order with.
  std::atomic<std::uint64_t> count{0};
  std::uint64_t sum = 0;

  [[nodiscard]] static std::string text() { return "countable"; }
  [[nodiscard]] std::uint64_t found() const { return sum; }
  [[nodiscard]] std::uint64_t expected() const { return rounds; }
  [[nodiscard]] std::uint64_t items() const { return rounds; }
};

void solve(countable& p) {
  for (std::uint64_t i = 0; i < p.rounds; ++i) {
    void* volatile kept = std::malloc(16);
    std::free(kept);
    p.count.fetch_add(1, std::memory_order_relaxed);
    p.sum += p.count.exchange(0, std::memory_order_relaxed);
  }
}

bench::measurement run(const bench::setup& setup) {
  return bench::measure<countable>(setup, solve);
}

const bench::registration<countable> registered("covey", run);

}  // namespace
