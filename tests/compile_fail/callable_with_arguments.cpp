// error: no matching (member )?function
// SPDX-License-Identifier: Apache-2.0
// A child is called with nothing, or with a stop_token.
#include <covey/nursery.hpp>

void spawn(covey::nursery& kids) {
  kids.run([](int, int) {});
}
