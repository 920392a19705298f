// error: the destructor of a child's result must not throw
// SPDX-License-Identifier: Apache-2.0
// A result may be destroyed where nobody can catch.
#include <covey/nursery.hpp>

struct bomb {
  ~bomb() noexcept(false) {}
};

void spawn(covey::nursery& kids) {
  static_cast<void>(kids.spawn([] { return bomb(); }));
}
