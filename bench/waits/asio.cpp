// SPDX-License-Identifier: Apache-2.0
// The waits as handlers posted to a Boost.Asio thread_pool that stays, and a std::latch in each round.
#include "harness/in_asio.hpp"
#include "waits/workload.hpp"

namespace {

struct posted {
  template <class Problem>
  static bench::measurement run(const bench::setup& setup) {
    return bench::in_asio(setup.threads, [&setup](boost::asio::thread_pool& pool) {
      waits::results results(Problem::children);
      return waits::measure<Problem>(setup, [&](std::uint64_t children) {
        bench::post_and_wait(
            pool, children, [&results](std::uint64_t i) { results[i] = waits::result_of(i); });
        return results.take();
      });
    });
  }
};

const waits::registrations<posted> registered("asio");

}  // namespace
