// error: (use of|call to) deleted
// SPDX-License-Identifier: Apache-2.0
// A nursery is a scope: it cannot be carried elsewhere.
#include <covey/nursery.hpp>

#include <utility>

void carry(covey::nursery& kids) {
  covey::nursery elsewhere(std::move(kids));
}
