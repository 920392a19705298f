// SPDX-License-Identifier: Apache-2.0
// The wake-ups as handlers posted to an idle Boost.Asio thread_pool.
#include "harness/in_asio.hpp"
#include "wake/workload.hpp"

#include <boost/asio/use_future.hpp>
#include <future>

namespace {

struct posted {
  template <class Problem>
  static bench::sample round(boost::asio::thread_pool& pool) {
    wake::arrival there;
    std::future<void> done;
    const bench::sample taken = wake::after_idling<Problem>(there, [&] {
      done = boost::asio::post(pool, boost::asio::use_future([&there] { there.report(); }));
    });
    done.get();
    return taken;
  }
  template <class Problem>
  static bench::measurement run(const bench::setup& setup) {
    return bench::in_asio(setup.threads, [&setup](boost::asio::thread_pool& pool) {
      return bench::sample_rounds<Problem>(setup, [&pool] { return round<Problem>(pool); });
    });
  }
};

const wake::registrations<posted> registered("asio");

}  // namespace
