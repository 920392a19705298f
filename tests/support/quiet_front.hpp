// SPDX-License-Identifier: Apache-2.0
// The front of a pool for records that a test uses alone.
#pragma once

#include "worker/pool_front.hpp"

namespace covey_test {

/// It has no permits, so nobody wants work, and the owner of a deque pushes without asking.
class quiet_front : public covey::runtime::pool_front {
 public:
  quiet_front() : pool_front(0) {}
};

}  // namespace covey_test
