// SPDX-License-Identifier: Apache-2.0
// What an outcome without a value throws.
#include <covey/item_outcome.hpp>

#include <stdexcept>

namespace covey::detail {

void throw_not_done(item_state state) {
  throw std::logic_error(state == item_state::stopped
                             ? "covey: the item was stopped and has no value"
                             : "covey: the item never started and has no value");
}

}  // namespace covey::detail
