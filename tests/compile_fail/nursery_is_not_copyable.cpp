// error: (use of|call to|implicitly-declared|implicitly) deleted
// SPDX-License-Identifier: Apache-2.0
// Children have one nursery.
#include <covey/nursery.hpp>

void duplicate(const covey::nursery& kids) {
  covey::nursery elsewhere(kids);
}
