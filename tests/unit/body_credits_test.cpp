// SPDX-License-Identifier: Apache-2.0
// The credits to run bodies alone: never more than there are, none lost on the ways that they take.
#include "pool/body_credits.hpp"

#include "bounded.hpp"
#include "gate.hpp"
#include "pool/crew.hpp"
#include "test_worker.hpp"

#include <covey/covey.hpp>

#include <atomic>
#include <gtest/gtest.h>
#include <thread>

namespace {

using covey::runtime::body_credit;
using covey::runtime::body_credits;
using covey::runtime::record;
using covey::runtime::roster;

class body_credits_of_two : public testing::Test {
 protected:
  ~body_credits_of_two() override {
    roster::release(one);
    roster::release(two);
  }

 private:
  covey_test::bounded bound_;
  covey::pool pool_{2};

 protected:
  covey::runtime::crew& crew_ = covey::detail::pool_access::crew_of(pool_);
  record& one = covey_test::acquire_worker(pool_, crew_);
  record& two = covey_test::acquire_worker(pool_, crew_);
  // One credit for two threads.
  body_credits credits{crew_, 1};

  void await_somebody_who_wants_one() const {
    while (!credits.wanted()) {
      std::this_thread::yield();
    }
  }
  // While `one` has the credit, a helper asks for it until its algorithm is over, and does not get it.
  template <class Meanwhile>
  void refuse_helper(Meanwhile meanwhile) {
    std::atomic<bool> over{false};
    std::thread helper([&] { EXPECT_FALSE(credits.take(two, &over)); });
    await_somebody_who_wants_one();
    meanwhile();
    over.store(true, std::memory_order_seq_cst);
    credits.tell_helpers();
    helper.join();
  }
};

TEST_F(body_credits_of_two, are_given_and_given_back) {
  ASSERT_TRUE(credits.take(one, nullptr));
  EXPECT_EQ(one.credit, body_credit::held);
  credits.give(one);
  EXPECT_EQ(one.credit, body_credit::none);
  ASSERT_TRUE(credits.take(two, nullptr));
  credits.give(two);
}

TEST_F(body_credits_of_two, are_awaited_by_a_caller_until_one_comes_back) {
  ASSERT_TRUE(credits.take(one, nullptr));
  std::atomic<bool> has{false};
  std::thread caller([&] {
    EXPECT_TRUE(credits.take(two, nullptr));
    has = true;
  });
  await_somebody_who_wants_one();
  EXPECT_FALSE(has);
  credits.give(one);
  caller.join();
  EXPECT_EQ(two.credit, body_credit::held);
  credits.give(two);
}

TEST_F(body_credits_of_two, are_not_awaited_by_a_helper_of_an_algorithm_that_is_over) {
  ASSERT_TRUE(credits.take(one, nullptr));
  refuse_helper([] {});
  EXPECT_EQ(two.credit, body_credit::none);
  credits.give(one);
}

TEST_F(body_credits_of_two, are_lent_by_who_sleeps_and_taken_back) {
  ASSERT_TRUE(credits.take(one, nullptr));
  credits.lend(one);
  EXPECT_EQ(one.credit, body_credit::lent_by_owner);
  ASSERT_TRUE(credits.take(two, nullptr)) << "it is free meanwhile";
  covey_test::gate asks;
  std::thread back([&] {
    asks.open();
    credits.take_back(one);
  });
  asks.wait();
  credits.give(two);
  back.join();
  EXPECT_EQ(one.credit, body_credit::held);
  credits.give(one);
}

TEST_F(body_credits_of_two, are_given_once_when_their_holder_leaves_while_they_are_lent) {
  ASSERT_TRUE(credits.take(one, nullptr));
  credits.lend(one);
  credits.give(one);
  EXPECT_EQ(one.credit, body_credit::none);
  ASSERT_TRUE(credits.take(two, nullptr));
  std::atomic<bool> over{true};
  EXPECT_FALSE(credits.take(one, &over)) << "there would be two";
  credits.give(two);
}

// The tick lends the credit of a thread that sleeps unseen, and calls it back when it runs again; its owner may leave at
// any moment between.
TEST_F(body_credits_of_two, are_lent_by_the_tick_and_called_back) {
  ASSERT_TRUE(credits.take(one, nullptr));
  credits.lend_for(one);
  EXPECT_EQ(one.credit, body_credit::lent_by_tick);
  ASSERT_TRUE(credits.take(two, nullptr));
  credits.call_back(one);  // it runs already: there are two for a moment
  EXPECT_EQ(one.credit, body_credit::held);
  credits.give(one);
  std::atomic<bool> over{true};
  EXPECT_FALSE(credits.take(one, &over));
  credits.give(two);
  ASSERT_TRUE(credits.take(one, nullptr));
  credits.give(one);
}

TEST_F(body_credits_of_two, of_a_thread_that_left_are_not_called_back) {
  ASSERT_TRUE(credits.take(one, nullptr));
  credits.lend_for(one);
  credits.give(one);
  credits.call_back(one);
  EXPECT_EQ(one.credit, body_credit::none);
  ASSERT_TRUE(credits.take(one, nullptr));
  credits.give(one);
}

TEST_F(body_credits_of_two, starve_when_none_comes_back_between_two_ticks) {
  ASSERT_TRUE(credits.take(one, nullptr));
  EXPECT_FALSE(credits.starve()) << "nobody wants one";
  refuse_helper([this] {
    static_cast<void>(credits.starve());
    EXPECT_TRUE(credits.starve());
  });
  credits.give(one);
}

}  // namespace
