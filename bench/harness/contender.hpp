// SPDX-License-Identifier: Apache-2.0
// What a contender is, and how one file becomes one: it defines a function and registers it here.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace bench {

/// What the driver asks of one run.
struct setup {
  std::size_t threads = 1;
  std::uint64_t size = 0;  ///< in the workload's own measure, such as the n of fib(n)
};

/// The sizes that a workload knows.
struct sizes {
  std::uint64_t full;
  std::uint64_t quick;    ///< for smoke tests
  std::uint64_t warm_up;  ///< solved once before the clock starts, so that the threads exist
  bool (*allowed)(std::uint64_t size);
  std::string_view rule;  ///< `allowed` in words
  /// Two small sizes, the smaller first: instructions are counted as their difference. Zeros: not counted.
  std::array<std::uint64_t, 2> counted{};
};

/// Of workloads whose size is the time to measure for, in milliseconds.
[[nodiscard]] constexpr sizes milliseconds(std::uint64_t full,
                                           std::uint64_t quick,
                                           std::uint64_t warm_up) {
  return {.full = full,
          .quick = quick,
          .warm_up = warm_up,
          .allowed = [](std::uint64_t size) { return 1 <= size && size <= 60'000; },
          .rule = "1 to 60000 milliseconds"};
}

/// Something that a run found out beside its time. The name ends in the unit: "p99_us", "lost_percent".
struct metric {
  std::string name;
  double value = 0;
};

/// The result of one run.
struct measurement {
  std::string problem;  ///< such as "fib(36)"
  double seconds = 0;
  std::uint64_t items = 0;  ///< what "ns/item" divides by; 0: the workload has no natural item
  std::uint64_t found = 0;
  std::uint64_t expected = 0;
  std::vector<metric> metrics{};
  std::size_t peak_kib = 0;  ///< of the process that solved it; 0: that was this one
  std::uint64_t counted_items =
      0;  ///< those of a counting run, if they are others than `items`; 0: they are not
};

struct contender {
  std::string_view workload;
  std::string_view name;
  bench::sizes sizes;
  measurement (*run)(const setup& setup);
};

/// @returns every contender that was linked in, in the order of the names.
[[nodiscard]] std::vector<contender> contenders();

void add_contender(const contender& entry);

/// @returns whether contenders of that name are a program of their own, in which nothing can be counted.
[[nodiscard]] bool is_program(std::string_view name);

/// One of these in the file of such contenders says so.
struct program_registration {
  explicit program_registration(std::string_view name);
};

/// One of these at namespace scope makes a contender of its file.
template <class Problem>
struct registration {
  registration(std::string_view name, measurement (*run)(const setup& setup)) {
    add_contender({Problem::workload, name, Problem::sizes, run});
  }
};

}  // namespace bench
