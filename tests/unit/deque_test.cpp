// SPDX-License-Identifier: Apache-2.0
// The deque of an owner alone: what the owner, thieves and claimers take out of it, and in which order they may come.
#include "deque/deque.hpp"

#include "base/barrier.hpp"
#include "bounded.hpp"
#include "deque/deque_room.hpp"
#include "quiet_front.hpp"
#include "sanitized.hpp"
#include "seed.hpp"
#include "test_worker.hpp"

#include <covey/covey.hpp>

#include <atomic>
#include <cstddef>
#include <deque>
#include <gtest/gtest.h>
#include <mutex>
#include <thread>
#include <vector>

namespace {

using covey::detail::frame;
using covey::detail::slot;
using covey::runtime::record;
using covey::runtime::roster;
namespace deque = covey::runtime::deque;

// Nobody comes to it but the test.
class owner_deque : public testing::Test {
 protected:
  static constexpr std::size_t capacity = 256;
  // Slots for children: the sentinel and the slack are not.
  static constexpr std::size_t room = capacity - covey::runtime::deque_slack - 1;

  owner_deque() : frames_(4096) {
    for (frame& f : frames_) {
      f.of = &scope_;
    }
    const std::scoped_lock guard(me.lock);
    deque::settle_requests(me);
  }
  ~owner_deque() override {
    while (deque::pop(me) != nullptr) {
    }
    roster::release(me);
  }

  [[nodiscard]] frame* child(std::size_t i) { return &frames_[i]; }
  void push(std::size_t first, std::size_t last) {
    for (std::size_t i = first; i < last; ++i) {
      deque::push(me, child(i));
    }
  }
  [[nodiscard]] frame* steal() {
    std::size_t taken = 0;
    return deque::steal(me, nullptr, 0, taken);
  }
  // The oldest `count` children become public.
  void publish(std::size_t count) {
    const std::scoped_lock guard(me.lock);
    deque::publish(me, me.split.load() + count, true);
    deque::settle_requests(me);
  }
  [[nodiscard]] slot* top_slot() const { return me.sp.load() - 1; }

 private:
  covey_test::bounded bound_;
  covey::pool pool_{1};
  covey::detail::scope scope_{covey::site::current()};
  std::vector<frame> frames_;

 protected:
  covey_test::quiet_front front;
  record& me = covey_test::acquire_worker(pool_, front, capacity);
};

TEST_F(owner_deque, gives_its_owner_the_latest_child_first) {
  push(0, 100);
  for (std::size_t i = 100; i-- > 0;) {
    ASSERT_EQ(deque::pop(me), child(i));
  }
  EXPECT_EQ(deque::pop(me), nullptr);
  EXPECT_TRUE(deque::is_empty(me));
}

TEST_F(owner_deque, gives_thieves_the_oldest_public_child_and_no_private_one) {
  push(0, 4);
  EXPECT_EQ(steal(), nullptr);
  publish(2);
  EXPECT_EQ(steal(), child(0));
  EXPECT_EQ(steal(), child(1));
  EXPECT_EQ(steal(), nullptr);
  EXPECT_EQ(deque::pop(me), child(3));
  EXPECT_EQ(deque::pop(me), child(2));
  EXPECT_EQ(deque::pop(me), nullptr);
}

TEST_F(owner_deque, takes_public_children_back_when_nobody_came) {
  push(0, 8);
  deque::publish_all(me);
  for (std::size_t i = 8; i-- > 0;) {
    ASSERT_EQ(deque::pop(me), child(i));
  }
}

TEST_F(owner_deque, gives_many_flat_children_in_batches) {
  push(0, 160);
  deque::publish_all(me);
  frame* surplus[32] = {};
  std::size_t taken = 0;
  EXPECT_EQ(deque::steal(me, surplus, 32, taken), child(0));
  ASSERT_EQ(taken, 20U);  // an eighth of what is there
  for (std::size_t i = 0; i < taken; ++i) {
    EXPECT_EQ(surplus[i], child(i + 1));
  }
}

TEST_F(owner_deque, gives_a_claimed_child_once_and_leaves_a_hole) {
  push(0, 5);
  EXPECT_TRUE(deque::claim(nullptr, me, child(2)));
  EXPECT_FALSE(deque::claim(nullptr, me, child(2)));
  EXPECT_TRUE(deque::claim(&me, me, child(3)));
  EXPECT_EQ(deque::pop(me), child(4));
  EXPECT_EQ(deque::pop(me), child(1));
  EXPECT_EQ(deque::pop(me), child(0));
  EXPECT_EQ(deque::pop(me), nullptr);
}

TEST_F(owner_deque, steal_if_passes_children_over_and_keeps_them_in_order) {
  push(0, 6);
  deque::publish_all(me);
  const auto is = [](const frame* f, const void* with) { return f == with; };
  EXPECT_EQ(deque::steal_if(me, is, child(3)), child(3));
  EXPECT_EQ(steal(), child(0));
  EXPECT_EQ(steal(), child(1));
  EXPECT_EQ(steal(), child(2));
  EXPECT_EQ(steal(), child(4));
}

// --- the hand-shake of pop, step by step ---------------------------------------------------------------------------------

class pop_hand_shake : public owner_deque {
 protected:
  void SetUp() override {
    if (!covey::runtime::asymmetric_fence()) {
      GTEST_SKIP() << "without membarrier every pop takes the lock";
    }
  }
};

// A claim that comes and goes before the owner lowers sp puts the floor back: the owner may go on, and must see the hole.
// (An owner that had read its slot before ran that child a second time.)
TEST_F(pop_hand_shake, shows_the_hole_of_a_claim_that_came_and_went_before_the_hand_shake) {
  push(0, 2);
  slot* const at = top_slot();
  std::thread([&] { EXPECT_TRUE(deque::claim(nullptr, me, child(1))); }).join();
  ASSERT_TRUE(covey::detail::lower(me, me.sp.load(), at)) << "the floor was put back";
  EXPECT_EQ(at->load(), nullptr);
  EXPECT_EQ(deque::pop(me), child(0));
}

TEST_F(pop_hand_shake, refuses_a_claim_of_what_its_owner_has_lowered_sp_below) {
  push(0, 2);
  slot* const at = top_slot();
  ASSERT_TRUE(covey::detail::lower(me, me.sp.load(), at));
  std::thread([&] { EXPECT_FALSE(deque::claim(nullptr, me, child(1))); }).join();
  EXPECT_EQ(at->exchange(nullptr), child(1));
  EXPECT_EQ(deque::pop(me), child(0));
}

TEST_F(pop_hand_shake, sends_its_owner_to_the_lock_while_somebody_is_at_it) {
  push(0, 2);
  slot* const at = top_slot();
  me.floor.store(covey::detail::ask_all());  // as whoever forces or claims does, under the lock
  EXPECT_FALSE(covey::detail::lower(me, me.sp.load(), at));
  EXPECT_EQ(top_slot(), at) << "sp is where it was";
  {
    const std::scoped_lock guard(me.lock);
    deque::settle_requests_of(me);
  }
  EXPECT_TRUE(covey::detail::lower(me, me.sp.load(), at));
  EXPECT_EQ(at->exchange(nullptr), child(1));
}

TEST_F(pop_hand_shake, publishes_by_force_only_what_its_owner_has_not_taken) {
  push(0, 3);
  slot* const at = top_slot();
  ASSERT_TRUE(covey::detail::lower(me, me.sp.load(), at));  // the owner is about to run child 2
  std::thread([&] {
    record thief;
    EXPECT_TRUE(deque::force(thief, me));
    EXPECT_EQ(steal(), child(0));
  }).join();
  EXPECT_EQ(at->exchange(nullptr), child(2));
  EXPECT_EQ(deque::pop(me), child(1));
  EXPECT_EQ(deque::pop(me), nullptr);
}

// --- room ----------------------------------------------------------------------------------------------------------------

TEST_F(owner_deque, moves_children_together_where_there_are_holes) {
  push(0, room);
  for (std::size_t i = 0; i < room; ++i) {
    if (i % 4 != 0) {
      ASSERT_TRUE(deque::claim(&me, me, child(i)));
    }
  }
  {
    const std::scoped_lock guard(me.lock);
    ASSERT_TRUE(deque::make_room(me));
  }
  EXPECT_TRUE(front.common.empty());
  for (std::size_t i = (room - 1) / 4 * 4;; i -= 4) {
    ASSERT_EQ(deque::pop(me), child(i));
    if (i == 0) {
      break;
    }
  }
  EXPECT_EQ(deque::pop(me), nullptr);
}

TEST_F(owner_deque, moves_its_oldest_children_to_the_common_queue_when_it_is_full) {
  push(0, room);
  {
    const std::scoped_lock guard(me.lock);
    ASSERT_TRUE(deque::make_room(me));
  }
  std::size_t moved = 0;
  while (frame* const f = front.common.pop()) {
    ASSERT_EQ(f, child(moved++));
  }
  EXPECT_GE(moved, room / 3);
  for (std::size_t i = room; i-- > moved;) {
    ASSERT_EQ(deque::pop(me), child(i));
  }
  EXPECT_EQ(deque::pop(me), nullptr);
}

// --- all together --------------------------------------------------------------------------------------------------------

TEST_F(owner_deque, does_what_a_list_would_do) {
  covey_test::dice random(covey_test::stress_seed());
  std::deque<frame*> model;
  std::vector<frame*> free;
  for (std::size_t i = 0; i < room; ++i) {
    free.push_back(child(i));
  }
  const int steps = covey_test::sanitized ? 20'000 : 200'000;
  for (int step = 0; step < steps; ++step) {
    switch (random.next() % 8) {
      case 0:
      case 1:
      case 2:
        if (!free.empty() && me.sp.load() < me.end) {
          model.push_back(free.back());
          deque::push(me, free.back());
          free.pop_back();
        }
        break;
      case 3:
      case 4: {
        frame* const f = deque::pop(me);
        ASSERT_EQ(f, model.empty() ? nullptr : model.back());
        if (f != nullptr) {
          model.pop_back();
          free.push_back(f);
        }
        break;
      }
      case 5:
        deque::publish_all(me);
        break;
      case 6:
        if (frame* const f = steal()) {
          ASSERT_FALSE(model.empty());
          ASSERT_EQ(f, model.front());
          model.pop_front();
          free.push_back(f);
        }
        break;
      default:
        if (!model.empty()) {
          const auto at = model.begin() + static_cast<std::ptrdiff_t>(random.next() % model.size());
          record* const by = random.next() % 2 == 0 ? &me : nullptr;
          ASSERT_TRUE(deque::claim(by, me, *at));
          free.push_back(*at);
          model.erase(at);
        }
        break;
    }
  }
}

// Thieves that steal, force and claim beside the owner: every child is taken once.
TEST_F(owner_deque, gives_every_child_to_exactly_one_of_many) {
  constexpr std::size_t count = 4096;
  const int rounds = covey_test::sanitized ? 20 : 200;
  for (int round = 0; round < rounds; ++round) {
    std::vector<std::atomic<int>> taken(count);
    std::atomic<bool> over{false};
    const auto take = [&](const frame* f) { ++taken[static_cast<std::size_t>(f - child(0))]; };
    std::vector<std::thread> thieves;
    for (unsigned t = 0; t < 2; ++t) {
      thieves.emplace_back([&, t] {
        covey_test::dice random(t + 1);
        record mine;
        while (!over) {
          if (frame* const f = steal()) {
            take(f);
          } else {
            deque::force(mine, me);
          }
          frame* const wanted = child(random.next() % count);
          if (wanted->queue_position.load() != 0 && deque::claim(nullptr, me, wanted)) {
            take(wanted);
          }
        }
      });
    }
    std::size_t next = 0;
    while (next < count) {
      for (int i = 0; i < 3 && next < count && me.sp.load() < me.end; ++i) {
        deque::push(me, child(next++));
      }
      if (frame* const f = deque::pop(me)) {
        take(f);
      }
    }
    while (frame* const f = deque::pop(me)) {
      take(f);
    }
    over = true;
    for (std::thread& each : thieves) {
      each.join();
    }
    for (std::size_t i = 0; i < count; ++i) {
      ASSERT_EQ(taken[i], 1) << "child " << i << " of round " << round;
      child(i)->queue_position.store(0);
    }
  }
}

}  // namespace
