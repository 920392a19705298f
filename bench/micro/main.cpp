// SPDX-License-Identifier: Apache-2.0
// covey-bench-micro: google-benchmark's main with the facts about the machine, and exit code 2 for a bad option.
#include "harness/machine.hpp"

#include <benchmark/benchmark.h>
#include <exception>
#include <iostream>

int main(int count, char** values) {
  try {
    benchmark::Initialize(&count, values);
    if (benchmark::ReportUnrecognizedArguments(count, values)) {
      std::cerr << "covey-bench-micro: see --help\n";
      return 2;
    }
    for (const auto& [name, value] : bench::facts()) {
      benchmark::AddCustomContext(name, value);
    }
    const std::size_t run = benchmark::RunSpecifiedBenchmarks();
    benchmark::Shutdown();
    return run > 0 ? 0 : 2;
  } catch (const std::exception& error) {
    std::cerr << "covey-bench-micro: " << error.what() << "\n";
    return 1;
  }
}
