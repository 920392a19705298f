// error: (use of|call to) deleted function .*operator new
// SPDX-License-Identifier: Apache-2.0
// nursery_box serves the heap.
#include <covey/nursery.hpp>

covey::nursery* make() {
  return new covey::nursery;
}
