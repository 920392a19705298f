// SPDX-License-Identifier: Apache-2.0
// What a future knows of its child from the spawn.
#pragma once

#include <covey/config.hpp>
#include <covey/detail/task/frame.hpp>

#include <cstdint>

namespace covey::detail {

// What the future of a child notes when it is spawned, besides the frame: the place among the siblings, so that a child
// that ran in place and failed is known by it. Compilers know that number, often, and need no memory for it.
//
// clang would hold the frame in a register, too, which has to live across the parent's own part of the work: that costs
// every call of the function, leaves included, a store and a load. So the frame is noted in memory, and a bit of it says
// whether the number is the child's. GCC would hold everything in memory that lies in one object with a volatile member;
// there the frame is asked. All compilers write the same, so that each can read what another one wrote.
class spawn_note {
 public:
  // The child was spawned by the shortest way.
  COVEY_INLINE void note(frame* f, std::uint64_t order) noexcept {
    order_ = order;
    bits_ = reinterpret_cast<std::uintptr_t>(f);
  }
  // In another way: what its place is, only the frame tells.
  // @param order as it would have been for note(), so that compilers know one number or none
  COVEY_INLINE void note_other(frame* f, std::uint64_t order) noexcept {
    order_ = order;
    bits_ = reinterpret_cast<std::uintptr_t>(f) | other;
  }
  // @returns the number of note().
  [[nodiscard]] COVEY_INLINE std::uint64_t order() const noexcept { return order_; }

#if defined(__clang__)
  // @returns what the child's slot shows after note(); after note_other() what no slot shows.
  // @param f the child, as all these
  [[nodiscard]] COVEY_INLINE frame* expected(frame* /*f*/) const noexcept {
    return reinterpret_cast<frame*>(std::uintptr_t{bits_});
  }
  [[nodiscard]] COVEY_INLINE frame* child(frame* /*f*/) const noexcept {
    return reinterpret_cast<frame*>(bits_ & ~other);
  }
  // Whether order() is the child's. @pre it was found in the slot, as expected()
  [[nodiscard]] COVEY_INLINE bool tells_order(const frame* /*f*/) const noexcept {
    return true;
  }
#else
  [[nodiscard]] COVEY_INLINE frame* expected(frame* f) const noexcept {
    return f;
  }
  [[nodiscard]] COVEY_INLINE frame* child(frame* f) const noexcept {
    return f;
  }
  [[nodiscard]] COVEY_INLINE bool tells_order(const frame* f) const noexcept {
    return f->order == order_;
  }
#endif

 private:
  static constexpr std::uintptr_t other = 1;
#if defined(__clang__)
  volatile
#endif
      std::uintptr_t bits_;
  std::uint64_t order_;
};

}  // namespace covey::detail
