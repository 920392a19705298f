// SPDX-License-Identifier: Apache-2.0
// Runs a function beside a Boost.Asio thread_pool of a given size, and waits for handlers as users of Asio do.
#pragma once

#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>
#include <cstddef>
#include <cstdint>
#include <latch>

namespace bench {

/// The calling thread is none of the `threads`: a thread of the pool that waited for a handler would be missing, and the
/// last one would wait for ever. It sleeps while the pool works.
template <class Body>
auto in_asio(std::size_t threads, const Body& body) {
  boost::asio::thread_pool pool(threads);
  return body(pool);
}

/// Posts `count` handlers, each of which calls `work` with its number, and waits for all of them.
/// @pre `work` does not throw, and the caller is no thread of the pool.
template <class Work>
void post_and_wait(boost::asio::thread_pool& pool, std::uint64_t count, const Work& work) {
  std::latch finished(static_cast<std::ptrdiff_t>(count));
  for (std::uint64_t i = 0; i < count; ++i) {
    boost::asio::post(pool, [&finished, &work, i] {
      work(i);
      finished.count_down();
    });
  }
  finished.wait();
}

}  // namespace bench
