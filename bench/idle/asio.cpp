// SPDX-License-Identifier: Apache-2.0
// The idle times of a Boost.Asio thread_pool.
#include "harness/in_asio.hpp"
#include "idle/workload.hpp"

namespace {

auto fork_and_join_in(boost::asio::thread_pool& pool) {
  return [&pool](idle::children& children) {
    bench::post_and_wait(
        pool, children.count(), [&children](std::uint64_t i) { children.work(i); });
  };
}

bench::measurement run_nothing(const bench::setup& setup) {
  return bench::in_asio(setup.threads, [&setup](boost::asio::thread_pool& pool) {
    return idle::doing_nothing(setup, fork_and_join_in(pool));
  });
}

bench::measurement run_ticks(const bench::setup& setup) {
  return bench::in_asio(setup.threads, [&setup](boost::asio::thread_pool& pool) {
    return idle::every_millisecond(setup, fork_and_join_in(pool));
  });
}

const bench::registration<idle::nothing> registered_nothing("asio", run_nothing);
const bench::registration<idle::ticks> registered_ticks("asio", run_ticks);

}  // namespace
