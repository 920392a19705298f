// SPDX-License-Identifier: Apache-2.0
// Worker records that a test uses alone.
#pragma once

#include "worker/roster.hpp"

#include <covey/pool.hpp>

#include <cstddef>

namespace covey_test {

/// @returns a record of that pool, as a thread from outside gets one; roster::release() gives it back.
inline covey::runtime::record& acquire_worker(const covey::pool& of,
                                              covey::runtime::pool_front& front,
                                              std::size_t capacity = 256) {
  return covey::runtime::roster::acquire(covey::detail::pool_access::crew_of(of),
                                         front,
                                         covey::runtime::worker_kind::foreign,
                                         capacity);
}

}  // namespace covey_test
