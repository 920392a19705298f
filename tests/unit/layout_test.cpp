// SPDX-License-Identifier: Apache-2.0
// What owners touch at every spawn and get lies on other cache lines than what thieves write.
#include "worker/record.hpp"

#include <covey/covey.hpp>

#include <cstddef>
#include <cstdint>
#include <gtest/gtest.h>

namespace {

using covey::runtime::record;

// Two lines: processors fetch them in pairs.
constexpr std::uintptr_t pair_of_lines = 128;

// The first and the last pair of lines that an object lies on.
struct lines {
  std::uintptr_t first;
  std::uintptr_t last;

  template <class T>
  explicit lines(const T& object)
      : first(reinterpret_cast<std::uintptr_t>(&object) / pair_of_lines),
        last((reinterpret_cast<std::uintptr_t>(&object) + sizeof(T) - 1) / pair_of_lines) {}

  [[nodiscard]] bool touches(const lines& other) const {
    return first <= other.last && other.first <= last;
  }
};

// The record of this thread, which has opened a nursery.
const record& own_record() {
  const covey::nursery kids;
  return *covey::runtime::this_record();
}

TEST(layout, keeps_what_thieves_ask_away_from_what_the_owner_writes) {
  const record& r = own_record();
  for (const lines& asked : {lines(r.floor), lines(r.ceiling), lines(r.check_wanted)}) {
    EXPECT_FALSE(asked.touches(lines(r.sp)));
    EXPECT_FALSE(asked.touches(lines(r.current)));
    EXPECT_FALSE(asked.touches(lines(r.ran)));
    EXPECT_FALSE(asked.touches(lines(r.free)));
  }
}

TEST(layout, keeps_the_lock_and_what_it_guards_away_from_the_owner) {
  const record& r = own_record();
  for (const lines& public_part : {lines(r.lock), lines(r.top), lines(r.split)}) {
    EXPECT_FALSE(public_part.touches(lines(r.sp)));
    EXPECT_FALSE(public_part.touches(lines(r.current)));
    EXPECT_FALSE(public_part.touches(lines(r.free)));
    EXPECT_FALSE(public_part.touches(lines(r.floor)));
    EXPECT_FALSE(public_part.touches(lines(r.ceiling)));
  }
}

TEST(layout, keeps_frames_that_others_freed_away_from_the_owner) {
  const record& r = own_record();
  EXPECT_FALSE(lines(r.freed_elsewhere).touches(lines(r.sp)));
  EXPECT_FALSE(lines(r.freed_elsewhere).touches(lines(r.free)));
  EXPECT_FALSE(lines(r.freed_elsewhere).touches(lines(r.floor)));
}

TEST(layout, keeps_what_an_owner_looks_up_together) {
  const record& r = own_record();
  EXPECT_TRUE(lines(r.floor).touches(lines(r.ceiling)));
}

// Whether `later` never lies on the last line of `earlier`, both parts of `whole`, wherever that lies.
template <class Whole, class Earlier, class Later>
bool never_share_a_line(const Whole& whole, const Earlier& earlier, const Later& later) {
  constexpr std::uintptr_t line = 64;
  const auto begin = reinterpret_cast<std::uintptr_t>(&whole);
  const std::uintptr_t last =
      reinterpret_cast<std::uintptr_t>(&earlier) + sizeof(Earlier) - 1 - begin;
  // Lines begin at multiples of the alignment: the longest way to go is from the one below `last`.
  const std::uintptr_t line_begin = last / alignof(Whole) * alignof(Whole);
  return reinterpret_cast<std::uintptr_t>(&later) - begin >= line_begin + line;
}

TEST(layout, keeps_apart_what_all_read_what_the_owner_counts_and_what_thieves_bring_to_a_nursery) {
  covey::nursery kids;
  const covey::detail::scope& s = covey::detail::nursery_access::of(kids);
  EXPECT_TRUE(never_share_a_line(s, s.unwinding_and_entry, s.spawned));
  EXPECT_TRUE(never_share_a_line(s, s.opened_at, s.finished_elsewhere));
  EXPECT_LT(static_cast<const void*>(&s.attention), static_cast<const void*>(&s.owner));
  EXPECT_LT(static_cast<const void*>(&s.owner), static_cast<const void*>(&s.rare));
  EXPECT_LT(static_cast<const void*>(&s.rare), static_cast<const void*>(&s.unwinding_and_entry));
  EXPECT_LT(static_cast<const void*>(&s.spawned), static_cast<const void*>(&s.finished));
  EXPECT_LT(static_cast<const void*>(&s.finished), static_cast<const void*>(&s.opened_at));
  EXPECT_LT(static_cast<const void*>(&s.finished_elsewhere), static_cast<const void*>(&s.done));
}

TEST(layout, begins_each_record_on_lines_of_its_own) {
  EXPECT_EQ(alignof(record) % pair_of_lines, 0U);
  EXPECT_EQ(sizeof(record) % pair_of_lines, 0U);
}

}  // namespace
