// SPDX-License-Identifier: Apache-2.0
// What batches and their items take of a throttle.
#include "pool/crew.hpp"

#include <covey/detail/batch/item_room.hpp>
#include <covey/error.hpp>
#include <covey/throttle.hpp>

#include <cstdint>
#include <mutex>
#include <utility>

namespace covey::detail {

namespace {

// The room that the calling thread holds for the items that it is in, innermost first.
constinit thread_local held_room* rooms_held = nullptr;

}  // namespace

// The throttle's other half.
struct throttle_access {
  [[nodiscard]] static bool has_room(const throttle& in, std::uint64_t weight) noexcept {
    return in.has_room(weight);
  }
  [[nodiscard]] static bool admit(throttle& in, std::uint64_t weight) noexcept {
    return in.admit(weight);
  }
  static void release(throttle& in, std::uint64_t weight) noexcept { in.release(weight); }
  static void attach(throttle& to, spread& user) { to.attach(user); }
  static void detach(throttle& from, spread& user) noexcept { from.detach(user); }
};

void set_throttle(spread& w, throttle* bound) {
  if (bound == nullptr) {
    return;
  }
  for (const held_room* room = rooms_held; room != nullptr; room = room->outer) {
    if (room->in == bound) {
      throw structure_error("covey: the batch at " + to_string(w.where) +
                            " is under the same throttle as the item that it runs in, and that "
                            "holds its room until the batch has ended");
    }
  }
  throttle_access::attach(*bound, w);
  const std::scoped_lock guard(w.lock);  // thieves may read it already
  w.throttle = bound;
}

void clear_throttle(spread& w) noexcept {
  if (w.throttle != nullptr) {
    throttle_access::detach(*w.throttle, w);
  }
}

bool has_room(const spread& w) noexcept {
  return w.throttle == nullptr ||
         throttle_access::has_room(*w.throttle, w.refused.load(std::memory_order_seq_cst));
}

bool take_room(spread& w, std::uint64_t weight, held_room& room) noexcept {
  const bool fits = throttle_access::admit(*w.throttle, weight);
  w.refused.store(fits ? 1 : weight, std::memory_order_seq_cst);
  if (fits) {
    room = {w.throttle, std::exchange(rooms_held, &room)};
  }
  return fits;
}

void give_room_back(const spread& w, std::uint64_t weight, held_room& room) noexcept {
  rooms_held = room.outer;
  if (!w.pool->from_before_fork()) {
    throttle_access::release(*w.throttle, weight);
  }
}

}  // namespace covey::detail
