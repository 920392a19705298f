// SPDX-License-Identifier: Apache-2.0
// matmul as stages of sixteen products, shared among a std::async for each thread.
#include "harness/measure.hpp"
#include "harness/with_async.hpp"
#include "matmul/stages.hpp"

namespace {

void multiply(const matmul::product& whole, std::size_t threads) {
  for (const matmul::stage& parts : matmul::stages(whole)) {
    bench::with_async(
        threads, parts.size(), [&parts](std::uint64_t i) { matmul::multiply_serially(parts[i]); });
  }
}

bench::measurement run(const bench::setup& setup) {
  return bench::measure<matmul::problem>(
      setup, [&setup](matmul::problem& p) { multiply(p.whole(), setup.threads); });
}

const bench::registration<matmul::problem> registered("async", run);

}  // namespace
