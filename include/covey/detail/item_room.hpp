// SPDX-License-Identifier: Apache-2.0
// What an item holds of a throttle while it is in flight.
#pragma once

#include <covey/detail/spread.hpp>
#include <covey/detail/work_kinds.hpp>

#include <cstdint>

namespace covey::detail {

// Room in the throttle for one item, given back at the end of the scope.
template <works_items Work>
class item_room {
 public:
  // @throws what the weight throws
  item_room(Work& w, std::uint64_t index) : of_(w), weight_(w.weight(index)) {
    here_ = of_.admit(weight_, held_);
  }
  ~item_room() {
    if (here_) {
      of_.release(weight_, held_);
    }
  }
  item_room(const item_room&) = delete;
  item_room& operator=(const item_room&) = delete;
  [[nodiscard]] bool here() const noexcept { return here_; }

 private:
  Work& of_;
  std::uint64_t weight_;
  held_room held_;
  bool here_ = false;
};

}  // namespace covey::detail
