// SPDX-License-Identifier: Apache-2.0
// Runs a function as the body of a nursery on a covey pool of a given size.
#pragma once

#include <covey/covey.hpp>

#include <cstddef>

namespace bench {

/// The calling thread is one of the `threads`. Nurseries opened by `body` use the same pool.
template <class Body>
auto in_pool(std::size_t threads, const Body& body) {
  covey::pool pool{threads};
  return covey::with_nursery({.pool = &pool}, [&](covey::nursery&) { return body(); });
}

}  // namespace bench
