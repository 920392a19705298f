// SPDX-License-Identifier: Apache-2.0
// covey-bench-counters: what does not scale, counted where it happens: thefts, slow paths, forced deques, sleeps and
// lent permits per million tasks, with as many threads as one asks for, also more than there are cores.
#include "worker/roster.hpp"

#include <covey/covey.hpp>

#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <iostream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

using clock_type = std::chrono::steady_clock;

std::uint64_t fib(unsigned n) {
  if (n < 2) {
    return n;
  }
  covey::nursery kids;
  auto left = kids.spawn([n] { return fib(n - 1); });
  const std::uint64_t right = fib(n - 2);
  return left.get() + right;
}

std::uint64_t flat(unsigned children) {
  std::vector<std::uint8_t> done(children);
  {
    covey::nursery kids;
    for (std::uint8_t& each : done) {
      kids.run([&each] { each = 1; });
    }
  }
  std::uint64_t sum = 0;
  for (const std::uint8_t each : done) {
    sum += each;
  }
  return sum;
}

struct workload {
  std::string_view name;
  std::uint64_t (*run)(unsigned size);
  unsigned size;
  unsigned quick;
  // Of these sizes; every call of fib that is not a leaf spawns one child.
  std::uint64_t (*tasks)(unsigned size, std::uint64_t answer);
  std::uint64_t (*answer)(unsigned size);
};

/// @returns the n-th Fibonacci number, by a loop.
std::uint64_t fib_number(unsigned n) {
  std::uint64_t previous = 1;
  std::uint64_t current = 0;
  for (unsigned i = 0; i < n; ++i) {
    previous += current;
    std::swap(previous, current);
  }
  return current;
}

constexpr workload workloads[] = {
    {"fib",
     fib,
     35,
     20,
     [](unsigned n, std::uint64_t) { return fib_number(n + 1) - 1; },
     fib_number},
    {"flat",
     flat,
     1'000'000,
     10'000,
     [](unsigned, std::uint64_t answer) { return answer; },
     [](unsigned children) { return std::uint64_t{children}; }},
};

struct counters {
  std::uint64_t steals = 0;
  std::uint64_t answers = 0;
  std::uint64_t forced = 0;
  std::uint64_t sleeps = 0;
  std::uint64_t lends = 0;

  void add(const counters& other, std::uint64_t sign) {
    steals += other.steals * sign;
    answers += other.answers * sign;
    forced += other.forced * sign;
    sleeps += other.sleeps * sign;
    lends += other.lends * sign;
  }
};

/// Sums over all workers of the process.
counters count() {
  counters sum;
  for (std::size_t i = 0; i < covey::runtime::roster::size(); ++i) {
    const covey::runtime::record& r = covey::runtime::roster::at(i);
    sum.add({.steals = r.card.steals.load(std::memory_order_relaxed),
             .answers = r.answers.load(std::memory_order_relaxed),
             .forced = r.forced.load(std::memory_order_relaxed),
             .sleeps = r.card.sleeps.load(std::memory_order_relaxed),
             .lends = r.card.lends.load(std::memory_order_relaxed)},
            1);
  }
  return sum;
}

void measure(const workload& what, unsigned size, std::size_t threads) {
  covey::pool pool{threads};
  covey::with_nursery({.pool = &pool}, [&](covey::nursery&) {
    // A first run makes the threads and the records.
    static_cast<void>(what.run(what.quick));
    const counters before = count();
    const auto start = clock_type::now();
    const std::uint64_t found = what.run(size);
    const double seconds = std::chrono::duration<double>(clock_type::now() - start).count();
    counters spent = count();
    spent.add(before, ~std::uint64_t{0});
    if (found != what.answer(size)) {
      throw std::runtime_error("wrong answer of " + std::string(what.name));
    }
    const auto tasks = static_cast<double>(what.tasks(size, found));
    const auto each = [tasks](std::uint64_t n) { return static_cast<double>(n) * 1e6 / tasks; };
    std::printf("%-6s %8zu %12.0f %9.2f %10.1f %10.1f %10.1f %10.1f %10.1f\n",
                what.name.data(),
                threads,
                tasks,
                seconds * 1e9 / tasks,
                each(spent.steals),
                each(spent.answers),
                each(spent.forced),
                each(spent.sleeps),
                each(spent.lends));
  });
}

}  // namespace

int main(int count_of_values, char** values) {
  CLI::App app("Counts what does not scale in covey's scheduler, per million tasks.",
               "covey-bench-counters");
  std::vector<std::size_t> threads{1, 2, 8, 64};
  bool quick = false;
  app.add_option("--threads", threads, "numbers of threads")
      ->delimiter(',')
      ->check(CLI::Range(1, 1'024));
  app.add_flag("--quick", quick, "small sizes");
  try {
    app.parse(count_of_values, values);
  } catch (const CLI::CallForHelp&) {
    std::cout << app.help();
    return 0;
  } catch (const CLI::Error& error) {
    std::cerr << "covey-bench-counters: " << error.what() << "\n\n" << app.help();
    return 2;
  }
  try {
    covey::set_tracking(covey::tracking_level::counters);  // sleeps are not counted below it
    std::printf("%-6s %8s %12s %9s %10s %10s %10s %10s %10s\n",
                "",
                "threads",
                "tasks",
                "ns each",
                "steals",
                "slow paths",
                "forced",
                "sleeps",
                "lends");
    for (const workload& what : workloads) {
      for (const std::size_t each : threads) {
        measure(what, quick ? what.quick : what.size, each);
      }
    }
  } catch (const std::exception& error) {
    std::cerr << "covey-bench-counters: " << error.what() << "\n";
    return 1;
  }
  return 0;
}
