// SPDX-License-Identifier: Apache-2.0
// What a nursery promises about its children's lives: semantics 1 and 2.
#include "each_pool_size.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <new>
#include <optional>
#include <string_view>
#include <thread>
#include <type_traits>

namespace {

using covey_test::gate;
COVEY_EACH_POOL_SIZE(nursery);

template <class T>
concept made_by_new = requires {
  new T;
};

static_assert(!std::is_copy_constructible_v<covey::nursery>);
static_assert(!std::is_copy_assignable_v<covey::nursery>);
static_assert(!std::is_move_constructible_v<covey::nursery>);
static_assert(!std::is_move_assignable_v<covey::nursery>);
static_assert(!made_by_new<covey::nursery>, "a nursery is a scope, never on the heap by new");
static_assert(!std::is_nothrow_destructible_v<covey::nursery>);

TEST_P(nursery, lets_no_child_outlive_it) {
  std::atomic<int> finished{0};
  {
    covey::nursery kids{here()};
    for (int i = 0; i < 100; ++i) {
      kids.run([&finished] { ++finished; });
    }
  }
  EXPECT_EQ(finished.load(), 100);
}

TEST_P(nursery, waits_for_children_that_children_spawn_meanwhile) {
  std::atomic<int> finished{0};
  {
    covey::nursery kids{here()};
    kids.run([&] {
      for (int i = 0; i < 10; ++i) {
        kids.run([&] {
          kids.run([&] { ++finished; });
          ++finished;
        });
      }
    });
  }
  EXPECT_EQ(finished.load(), 20);
}

TEST_P(nursery, keeps_spawning_in_a_chain_until_the_last_child_has_finished) {
  std::atomic<int> left{200};
  std::atomic<int> ran{0};
  covey::nursery kids{here()};
  auto next = [&](const auto& self) -> void {
    ++ran;
    if (--left > 0) {
      kids.run([&self] { self(self); });
    }
  };
  kids.run([&] { next(next); });
  kids.join();
  EXPECT_EQ(ran.load(), 200);
}

TEST_P(nursery, wait_idle_waits_without_closing) {
  std::atomic<int> finished{0};
  covey::nursery kids{here()};
  for (int round = 1; round <= 3; ++round) {
    for (int i = 0; i < 20; ++i) {
      kids.run([&] { ++finished; });
    }
    kids.wait_idle();
    EXPECT_EQ(finished.load(), 20 * round);
    EXPECT_EQ(kids.pending(), 0U);
  }
}

TEST_P(nursery, pending_counts_the_children_that_have_not_finished) {
  gate leave;
  covey::nursery kids{here()};
  kids.run([&] { leave.wait_in_child(); });
  kids.run([&] { leave.wait_in_child(); });
  EXPECT_EQ(kids.pending(), 2U);
  leave.open();
  kids.wait_idle();
  EXPECT_EQ(kids.pending(), 0U);
}

TEST_P(nursery, outcome_counts_what_became_of_the_children) {
  covey::nursery kids{here({.policy = covey::policy::supervise})};
  EXPECT_EQ(kids.outcome().state, covey::scope_state::open);
  for (int i = 0; i < 5; ++i) {
    kids.run([] {});
  }
  kids.run([] { throw 1; });
  EXPECT_THROW(kids.join(), covey::composite_exception);
  const covey::nursery_outcome end = kids.outcome();
  EXPECT_EQ(end.state, covey::scope_state::failed);
  EXPECT_EQ(end.spawned, 6U);
  EXPECT_EQ(end.done, 5U);
  EXPECT_EQ(end.failed, 1U);
  EXPECT_EQ(end.stopped, 0U);
  EXPECT_EQ(end.never_started, 0U);
}

TEST_P(nursery, destructor_throws_what_join_would_throw) {
  const auto leave_scope = [this] {
    covey::nursery kids{here()};
    kids.run([] { throw std::runtime_error("left by the destructor"); });
  };
  EXPECT_EQ(covey_test::failures_of(leave_scope),
            std::vector<std::string>{"left by the destructor"});
}

TEST_P(nursery, destructor_is_silent_after_a_join) {
  const auto leave_scope = [this] {
    covey::nursery kids{here()};
    kids.run([] { throw std::runtime_error("once"); });
    EXPECT_THROW(kids.join(), covey::composite_exception);
  };
  EXPECT_NO_THROW(leave_scope());
}

TEST_P(nursery, destructor_waits_for_stragglers_while_unwinding) {
  std::atomic<bool> finished{false};
  gate started;
  const auto leave_scope = [&] {
    covey::nursery kids{here()};
    kids.run([&] {
      started.open();
      while (!covey::this_task::stop_requested()) {
        std::this_thread::yield();
      }
      finished = true;
    });
    started.wait();
    throw std::logic_error("the body's own");
  };
  EXPECT_THROW(leave_scope(), std::logic_error);
  EXPECT_TRUE(finished.load());
}

TEST_P(nursery, opened_in_the_body_of_another_is_its_child) {
  covey::nursery outer{here()};
  covey::nursery inner{here()};
  outer.stop("from above");
  EXPECT_TRUE(inner.stop_requested());
  EXPECT_THROW(inner.join(), covey::cancelled);
  EXPECT_NO_THROW(outer.join());
}

TEST_P(nursery, opened_in_a_child_has_that_child_s_nursery_as_its_parent) {
  gate inner_open;
  std::atomic<bool> reached{false};
  covey::nursery outer{here()};
  outer.run([&] {
    covey::nursery inner{here()};
    inner_open.open();
    while (!inner.stop_requested()) {
      std::this_thread::yield();
    }
    reached = true;
  });
  inner_open.wait();
  outer.stop();
  outer.join();
  EXPECT_TRUE(reached.load());
}

TEST_P(nursery, opened_with_root_as_its_parent_hears_no_outer_stop) {
  covey::nursery outer{here()};
  covey::nursery alone{here({.parent = covey::root})};
  outer.stop();
  EXPECT_FALSE(alone.stop_requested());
  auto value = alone.spawn([] { return 7; });
  EXPECT_EQ(value.get(), 7);
  EXPECT_NO_THROW(alone.join());
}

TEST_P(nursery, opened_with_an_explicit_parent_hears_that_one) {
  covey::nursery first{here()};
  covey::nursery second{here({.parent = covey::root})};
  covey::nursery third{here({.parent = first})};
  second.stop();
  EXPECT_FALSE(third.stop_requested());
  first.stop();
  EXPECT_TRUE(third.stop_requested());
  EXPECT_THROW(third.join(), covey::cancelled);
}

TEST_P(nursery, with_an_explicit_parent_may_end_out_of_order) {
  std::optional<covey::nursery> first;
  std::optional<covey::nursery> second;
  first.emplace(here({.parent = covey::root}));
  second.emplace(here({.parent = covey::root}));
  second->run([] {});
  EXPECT_NO_THROW(first.reset());
  EXPECT_NO_THROW(second.reset());
}

TEST_P(nursery, may_end_before_those_with_a_parent_of_their_own_that_still_have_children) {
  std::atomic<bool> go{false};
  std::optional<covey::nursery> first;
  std::optional<covey::nursery> second;
  std::optional<covey::nursery> third;
  first.emplace(here({.parent = covey::root}));
  second.emplace(here({.parent = covey::root}));
  third.emplace(here({.parent = covey::root}));
  auto late = second->spawn([&] { go.wait(false); });
  auto later = third->spawn([&] { go.wait(false); });
  first.reset();
  {
    covey::nursery inner;  // in the pool of the others
    EXPECT_EQ(inner.spawn([] { return 7; }).get(), 7);
  }
  go = true;
  go.notify_all();
  second.reset();
  EXPECT_EQ(third->spawn([] { return 8; }).get(), 8);
  third.reset();
  EXPECT_NO_THROW(late.get());
  EXPECT_NO_THROW(later.get());
  EXPECT_EQ(covey::with_nursery(here(), [](covey::nursery&) { return 9; }), 9);
}

TEST_P(nursery, of_another_pool_may_end_in_any_order) {
  covey::pool other{{.threads = 2}};
  for (int order = 0; order < 6; ++order) {
    std::array<std::optional<covey::nursery>, 3> all;
    all[0].emplace(here({.parent = covey::root}));
    all[1].emplace(covey::nursery_options{.parent = covey::root, .pool = &other});
    all[2].emplace(here({.parent = covey::root}));
    std::array<covey::future<std::size_t>, 3> answers;
    for (std::size_t i = 0; i < 3; ++i) {
      answers[i] = all[i]->spawn([i] { return i; });
    }
    std::array<std::size_t, 3> turn{0, 1, 2};
    for (int n = 0; n < order; ++n) {
      std::next_permutation(turn.begin(), turn.end());
    }
    for (const std::size_t which : turn) {
      all[which].reset();
    }
    for (std::size_t i = 0; i < 3; ++i) {
      EXPECT_EQ(answers[i].get(), i) << "order " << order;
    }
    covey::nursery after{here()};
    EXPECT_EQ(after.spawn([] { return 5; }).get(), 5);
  }
}

TEST_P(nursery, that_ends_first_ends_the_inner_ones_of_another_pool) {
  covey::pool other{{.threads = 2}};
  // Not an optional: its reset() is noexcept.
  alignas(covey::nursery) std::array<std::byte, sizeof(covey::nursery)> room;
  auto* const outer = ::new (room.data()) covey::nursery(here());
  std::optional<covey::nursery> inner;
  std::optional<covey::nursery> free;
  inner.emplace(covey::nursery_options{.pool = &other});
  free.emplace(here({.parent = covey::root}));
  auto answer = free->spawn([] { return 1; });
  EXPECT_THROW(outer->~nursery(), covey::structure_error);
  EXPECT_NO_THROW(inner.reset());
  EXPECT_NO_THROW(free.reset());
  EXPECT_EQ(answer.get(), 1);
  covey::nursery after{here()};
  EXPECT_EQ(after.spawn([] { return 5; }).get(), 5);
}

TEST_P(nursery, can_be_opened_inside_children_to_any_depth) {
  const auto count = [this](const auto& self, int depth) -> int {
    if (depth == 0) {
      return 1;
    }
    covey::nursery kids{here()};
    auto left = kids.spawn([&] { return self(self, depth - 1); });
    auto right = kids.spawn([&] { return self(self, depth - 1); });
    return left.get() + right.get();
  };
  EXPECT_EQ(count(count, 10), 1024);
}

TEST_P(nursery, that_leapfrogs_gives_the_same_results) {
  const auto count = [this](const auto& self, int depth) -> int {
    if (depth == 0) {
      return 1;
    }
    covey::nursery kids{here({.wait = covey::wait_rule::leapfrog})};
    auto left = kids.spawn([&] { return self(self, depth - 1); });
    auto right = kids.spawn([&] { return self(self, depth - 1); });
    return left.get() + right.get();
  };
  EXPECT_EQ(count(count, 10), 1024);
}

TEST(nursery_without_options, uses_the_default_pool) {
  const covey_test::bounded bound;
  covey::nursery kids;
  auto value = kids.spawn([] { return 3; });
  EXPECT_EQ(value.get(), 3);
}

}  // namespace
