// error: (use of|call to) deleted
// SPDX-License-Identifier: Apache-2.0
// A result is taken once.
#include <covey/future.hpp>

covey::future<int> duplicate(const covey::future<int>& one) {
  return one;
}
