// SPDX-License-Identifier: Apache-2.0
// Doors; each is counted in the scope as a remote child.
#include "run/execute.hpp"
#include "scope/liveness.hpp"
#include "scope/scope_extra.hpp"

#include <covey/detail/compiled/doors.hpp>
#include <covey/error.hpp>

#include <atomic>

namespace covey::detail {

using namespace runtime;  // NOLINT(google-build-using-namespace): the compiled half of the same thing

void open_door(scope& s) {
  require_open(s, "open_door()");
  static_cast<void>(extra_of(s));
  s.attention.fetch_add(attention::remote_one, std::memory_order_seq_cst);
  if ((s.attention.load(std::memory_order_seq_cst) & attention::closed) != 0) {
    close_door(s);
    throw structure_error("covey: a door into the " + in_words(s) + ", which was joined");
  }
}

void close_door(scope& s) noexcept {
  uncount_remote(s);
}

void throw_closed_door() {
  throw structure_error("covey: a spawn through a door that was closed or moved from");
}

}  // namespace covey::detail
