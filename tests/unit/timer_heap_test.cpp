// SPDX-License-Identifier: Apache-2.0
// The heap of timers against a sorted list: every order of insertions and removals gives them back in time.
#include "time/timer_heap.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <gtest/gtest.h>
#include <random>
#include <vector>

namespace {

using covey::clock;
using covey::runtime::timer;
using covey::runtime::timer_heap;

void insert(timer_heap& heap, timer& t, int due) {
  static std::uint64_t order = 0;
  t.due = clock::time_point(clock::duration(due));
  t.order = ++order;
  heap.make_room();
  heap.insert(t);
}

std::vector<timer*> drain(timer_heap& heap) {
  std::vector<timer*> out;
  while (!heap.empty()) {
    out.push_back(&heap.first());
    heap.remove(heap.first());
  }
  return out;
}

TEST(timer_heap, when_empty_has_nothing_due) {
  const timer_heap heap;
  EXPECT_TRUE(heap.empty());
  EXPECT_EQ(heap.next_due(), clock::time_point::max());
}

TEST(timer_heap, gives_timers_back_by_time_and_equal_ones_by_arrival) {
  std::vector<timer> timers(6);
  timer_heap heap;
  const std::vector<int> dues{5, 1, 3, 1, 5, 0};
  for (std::size_t i = 0; i < timers.size(); ++i) {
    insert(heap, timers[i], dues[i]);
  }
  const std::vector<timer*> expected{
      &timers[5], &timers[1], &timers[3], &timers[2], &timers[0], &timers[4]};
  EXPECT_EQ(drain(heap), expected);
}

TEST(timer_heap, agrees_with_a_sorted_list_under_random_insertions_and_removals) {
  std::mt19937 random(20'240'601);
  for (int round = 0; round < 200; ++round) {
    std::vector<timer> timers(1 + random() % 60);
    timer_heap heap;
    for (int step = 0; step < 200; ++step) {
      timer& t = timers[random() % timers.size()];
      if (t.heap_index == timer::nowhere) {
        insert(heap, t, static_cast<int>(random() % 20));
      } else {
        heap.remove(t);
        EXPECT_EQ(t.heap_index, timer::nowhere);
      }
    }
    std::vector<timer*> expected;
    for (timer& t : timers) {
      if (t.heap_index != timer::nowhere) {
        expected.push_back(&t);
      }
    }
    std::sort(expected.begin(), expected.end(), [](const timer* a, const timer* b) {
      return a->due != b->due ? a->due < b->due : a->order < b->order;
    });
    EXPECT_EQ(heap.size(), expected.size());
    EXPECT_EQ(drain(heap), expected);
  }
}

}  // namespace
