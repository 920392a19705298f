// SPDX-License-Identifier: Apache-2.0
// The failures of handlers in a Boost.Asio thread_pool, one in each future that use_future made.
#include "fail/workload.hpp"
#include "harness/in_asio.hpp"

#include <boost/asio/use_future.hpp>
#include <future>
#include <vector>

namespace {

struct posted {
  static fail::seen round(boost::asio::thread_pool& pool, std::uint64_t children) {
    std::vector<std::future<void>> results;
    results.reserve(children);
    for (std::uint64_t i = 0; i < children; ++i) {
      results.push_back(boost::asio::post(pool, boost::asio::use_future([i] { fail::child(i); })));
    }
    fail::seen failures;
    for (std::future<void>& result : results) {
      failures.look_at_thrown([&result] { result.get(); });
    }
    return failures;
  }
  template <class Problem>
  static bench::measurement run(const bench::setup& setup) {
    return bench::in_asio(setup.threads, [&setup](boost::asio::thread_pool& pool) {
      return fail::measure<Problem>(
          setup, [&pool](std::uint64_t children) { return round(pool, children); });
    });
  }
};

const fail::registrations<posted> registered("asio");

}  // namespace
