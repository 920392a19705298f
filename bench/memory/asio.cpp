// SPDX-License-Identifier: Apache-2.0
// memory as handlers posted to one Boost.Asio thread_pool; a std::latch ends a wave.
#include "harness/in_asio.hpp"
#include "memory/workload.hpp"

namespace {

void solve(memory::problem& p, boost::asio::thread_pool& pool) {
  p.pour([&p, &pool] {
    bench::post_and_wait(pool, memory::wave, [&p](std::uint64_t i) { p.visit(i); });
  });
}

bench::measurement run(const bench::setup& setup) {
  return bench::in_asio(setup.threads, [&setup](boost::asio::thread_pool& pool) {
    return memory::measure(setup, [&pool](memory::problem& p) { solve(p, pool); });
  });
}

const bench::registration<memory::problem> registered("asio", run);

}  // namespace
