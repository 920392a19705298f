// error: the destructor of a child's callable must not throw
// SPDX-License-Identifier: Apache-2.0
// A callable may be destroyed where nobody can catch.
#include <covey/nursery.hpp>

struct bomb {
  ~bomb() noexcept(false) {}
  void operator()() const {}
};

void spawn(covey::nursery& kids) {
  kids.run(bomb());
}
