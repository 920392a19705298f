// SPDX-License-Identifier: Apache-2.0
// matmul as stages of sixteen products, each a handler of a Boost.Asio thread_pool.
#include "harness/in_asio.hpp"
#include "harness/measure.hpp"
#include "matmul/stages.hpp"

namespace {

void multiply(const matmul::product& whole, boost::asio::thread_pool& pool) {
  for (const matmul::stage& parts : matmul::stages(whole)) {
    bench::post_and_wait(
        pool, parts.size(), [&parts](std::uint64_t i) { matmul::multiply_serially(parts[i]); });
  }
}

bench::measurement run(const bench::setup& setup) {
  return bench::in_asio(setup.threads, [&setup](boost::asio::thread_pool& pool) {
    return bench::measure<matmul::problem>(
        setup, [&pool](matmul::problem& p) { multiply(p.whole(), pool); });
  });
}

const bench::registration<matmul::problem> registered("asio", run);

}  // namespace
