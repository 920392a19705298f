// SPDX-License-Identifier: Apache-2.0
// A batch and its throttle: whether there is room, and what an item holds of it while it is in flight.
#pragma once

#include <covey/config.hpp>
#include <covey/detail/batch/spread.hpp>
#include <covey/detail/batch/work_kinds.hpp>

#include <cstdint>

namespace covey::detail {

// Room in a throttle that a thread holds for an item; lies on its stack, the innermost first.
struct held_room {
  const covey::throttle* in = nullptr;
  held_room* outer = nullptr;
};

// @throws structure_error inside an item that holds room of that throttle: the two would wait for each other
COVEY_API void set_throttle(spread& w, covey::throttle* bound);
// The end of a batch: its throttle forgets it.
void clear_throttle(spread& w) noexcept;
// A hint: whether the last item that was refused could start now. True without a throttle.
[[nodiscard]] bool has_room(const spread& w) noexcept;
// Takes the throttle's room for an item. False: the share has to be left. @pre there is a throttle, as for the next
[[nodiscard]] COVEY_API bool take_room(spread& w, std::uint64_t weight, held_room& room) noexcept;
COVEY_API void give_room_back(const spread& w, std::uint64_t weight, held_room& room) noexcept;

// Room in the throttle for one item, given back at the end of the scope.
template <works_items Work>
class item_room {
 public:
  // @throws what the weight throws
  item_room(Work& w, std::uint64_t index) : of_(detail::spread_of(w)), weight_(w.weight(index)) {
    here_ = take_room(of_, weight_, held_);
  }
  ~item_room() {
    if (here_) {
      give_room_back(of_, weight_, held_);
    }
  }
  item_room(const item_room&) = delete;
  item_room& operator=(const item_room&) = delete;
  [[nodiscard]] bool here() const noexcept { return here_; }

 private:
  spread& of_;
  std::uint64_t weight_;
  held_room held_;
  bool here_ = false;
};

}  // namespace covey::detail
