// SPDX-License-Identifier: Apache-2.0
// The common queue alone: order, holes, growth, and what it gives back.
#include "worker/injector.hpp"

#include <cstddef>
#include <gtest/gtest.h>
#include <span>
#include <vector>

namespace {

using covey::detail::frame;
using covey::runtime::injector;

class frames {
 public:
  explicit frames(std::size_t count) : all_(count) {}
  [[nodiscard]] frame* operator[](std::size_t i) { return &all_[i]; }
  [[nodiscard]] std::vector<frame*> pointers() {
    std::vector<frame*> list;
    for (frame& f : all_) {
      list.push_back(&f);
    }
    return list;
  }

 private:
  std::vector<frame> all_;
};

TEST(injector, gives_children_in_the_order_in_which_they_came) {
  frames some(300);
  injector queue;
  queue.push(some[0]);
  const std::vector<frame*> all = some.pointers();
  queue.push_all(std::span(all).subspan(1), 7);
  EXPECT_EQ(some[299]->holder.load(), 7);
  for (std::size_t i = 0; i < 300; ++i) {
    ASSERT_EQ(queue.pop(), some[i]);
    EXPECT_EQ(some[i]->queue_position.load(), 0U);
  }
  EXPECT_EQ(queue.pop(), nullptr);
  EXPECT_TRUE(queue.empty());
  queue.push(some[3]);
  EXPECT_EQ(queue.pop(), some[3]);
}

TEST(injector, keeps_the_order_of_those_that_it_passed) {
  frames some(100);
  injector queue;
  for (std::size_t i = 0; i < 100; ++i) {
    queue.push(some[i]);
  }
  // Each third is wanted; the two before it are passed.
  for (std::size_t i = 2; i < 21; i += 3) {
    ASSERT_EQ(queue.pop_if([&](const frame* f) { return f == some[i]; }), some[i]);
  }
  EXPECT_EQ(queue.pop_if([](const frame*) { return false; }), nullptr);
  for (std::size_t i = 0; i < 100; ++i) {
    if (i % 3 != 2 || i >= 21) {
      ASSERT_EQ(queue.pop(), some[i]) << i;
    }
  }
  EXPECT_TRUE(queue.empty());
}

TEST(injector, finds_a_child_that_was_passed_where_it_is_now) {
  frames some(40);
  injector queue;
  for (std::size_t i = 0; i < 40; ++i) {
    queue.push(some[i]);
  }
  ASSERT_EQ(queue.pop_if([&](const frame* f) { return f == some[5]; }), some[5]);
  EXPECT_TRUE(queue.claim(some[2]));
  EXPECT_FALSE(queue.claim(some[2]));
  EXPECT_FALSE(queue.claim(some[5]));
  EXPECT_EQ(queue.pop(), some[0]);
}

// A child that stays in front, and a hundred thousand that come and are taken from behind it.
TEST(injector, does_not_grow_by_the_holes_behind_a_child_that_nobody_takes) {
  frames some(2);
  injector queue;
  queue.push(some[0]);
  for (int i = 0; i < 100'000; ++i) {
    queue.push(some[1]);
    ASSERT_TRUE(queue.claim(some[1]));
  }
  EXPECT_LE(queue.ring_capacity(), 64U);
  EXPECT_EQ(queue.pop(), some[0]);
}

TEST(injector, gives_the_memory_of_a_burst_back) {
  frames some(20'000);
  const std::vector<frame*> all = some.pointers();
  injector queue;
  queue.push_all(all, 1);
  EXPECT_GE(queue.ring_capacity(), all.size());
  while (queue.pop() != nullptr) {
  }
  EXPECT_EQ(queue.ring_capacity(), 0U);
  queue.push(some[0]);
  EXPECT_EQ(queue.pop(), some[0]);
}

}  // namespace
