// SPDX-License-Identifier: Apache-2.0
// The words in which a pool refuses.
#include "text/refusals.hpp"

#include <covey/error.hpp>

namespace covey::runtime {

void throw_forked() {
  throw pool_error(
      "covey: this process was forked from one that used covey; its threads do not exist here");
}

void throw_shut_down() {
  throw pool_error("covey: the pool was shut down");
}

}  // namespace covey::runtime
