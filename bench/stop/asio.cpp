// SPDX-License-Identifier: Apache-2.0
// stop_1000 by thread_pool::stop() of Boost.Asio, which drops the handlers that wait; those that run ask a flag.
#include "stop/workload.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>
#include <optional>

namespace {

/// A pool that was stopped cannot be used again: each round has its own. Its end, on the clock, destroys the handlers.
bench::sample stop_many(std::size_t threads) {
  stop::crowd crowd;
  // Written by the thread that stops, read by children; nothing else depends on it, so relaxed will do.
  std::atomic<bool> flag{false};
  std::optional<boost::asio::thread_pool> pool(std::in_place, threads);
  for (std::uint64_t i = 0; i < stop::many::children; ++i) {
    boost::asio::post(*pool, [&crowd, &flag] {
      crowd.poll([&flag] { return flag.load(std::memory_order_relaxed); });
    });
  }
  crowd.wait_until_running(threads);
  const bench::clock::time_point start = bench::clock::now();
  pool->stop();
  flag.store(true, std::memory_order_relaxed);
  pool->join();
  pool.reset();
  return crowd.stopped_since(start);
}

bench::measurement run_many(const bench::setup& setup) {
  return bench::sample_rounds<stop::many>(setup, [&setup] { return stop_many(setup.threads); });
}

const bench::registration<stop::many> registered("asio", run_many);

}  // namespace
