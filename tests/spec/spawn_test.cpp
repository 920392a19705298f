// SPDX-License-Identifier: Apache-2.0
// What can be spawned, from where, and what happens when it cannot: semantics 4, 5 and 10.
#include "each_pool_size.hpp"

#include <atomic>
#include <concepts>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <thread>
#include <type_traits>
#include <utility>

namespace {

using covey_test::counted;
using covey_test::gate;
COVEY_EACH_POOL_SIZE(spawn);

int forty_two() {
  return 42;
}

int plus_one(covey::future<int> value) {
  return value.get() + 1;
}

struct stateful {
  int state = 0;
  int operator()() { return ++state; }
};

TEST_P(spawn, takes_lambdas_functions_functors_and_std_function) {
  covey::nursery kids{here()};
  auto lambda = kids.spawn([] { return 1; });
  auto function = kids.spawn(&forty_two);
  auto functor = kids.spawn(stateful{5});
  auto erased = kids.spawn(std::function<int()>([] { return 7; }));
  EXPECT_EQ(lambda.get(), 1);
  EXPECT_EQ(function.get(), 42);
  EXPECT_EQ(functor.get(), 6);
  EXPECT_EQ(erased.get(), 7);
}

TEST_P(spawn, takes_an_lvalue_callable_by_copy) {
  covey::nursery kids{here()};
  stateful mine{10};
  auto value = kids.spawn(mine);
  EXPECT_EQ(value.get(), 11);
  EXPECT_EQ(mine.state, 10);
}

TEST_P(spawn, takes_move_only_callables) {
  covey::nursery kids{here()};
  auto value = kids.spawn([owned = std::make_unique<int>(3)] { return *owned; });
  EXPECT_EQ(value.get(), 3);
}

TEST_P(spawn, hands_a_token_to_a_callable_that_takes_one) {
  covey::nursery kids{here()};
  auto possible = kids.spawn([](covey::stop_token token) { return token.stop_possible(); });
  auto requested =
      kids.spawn("named", [](const covey::stop_token& token) { return token.stop_requested(); });
  EXPECT_TRUE(possible.get());
  EXPECT_FALSE(requested.get());
}

TEST_P(spawn, returns_a_handle_that_is_a_future) {
  covey::nursery kids{here()};
  auto handle = kids.spawn([] { return 1; });
  static_assert(std::derived_from<decltype(handle), covey::future<int>>);
  covey::future<int> plain = std::move(handle);
  EXPECT_EQ(plain.get(), 1);
  EXPECT_EQ(plus_one(kids.spawn([] { return 2; })), 3);
  covey::future deduced = kids.spawn([] { return 4; });
  static_assert(std::same_as<decltype(deduced), covey::future<int>>);
  EXPECT_EQ(deduced.get(), 4);
}

TEST_P(spawn, handles_of_one_kind_fit_into_a_vector) {
  covey::nursery kids{here()};
  std::vector<covey::future<int>> futures;
  for (int i = 0; i < 100; ++i) {
    futures.push_back(kids.spawn([i] { return i; }));
  }
  int sum = 0;
  for (covey::future<int>& value : futures) {
    sum += value.get();
  }
  EXPECT_EQ(sum, 4950);
}

TEST_P(spawn, is_legal_from_a_grandchild) {
  std::atomic<int> ran{0};
  covey::nursery kids{here()};
  kids.run([&] {
    covey::nursery inner{here()};
    inner.run([&] { kids.run([&] { ++ran; }); });
  });
  kids.join();
  EXPECT_EQ(ran.load(), 1);
}

TEST_P(spawn, destroys_every_callable_once_it_has_run) {
  const int before = counted::alive();
  covey::nursery kids{here()};
  auto value = kids.spawn([payload = counted(4)] { return payload.value(); });
  kids.run([payload = counted(5)] { static_cast<void>(payload); });
  kids.wait_idle();
  EXPECT_EQ(counted::alive(), before);
  EXPECT_EQ(value.get(), 4);
}

TEST_P(spawn, that_throws_leaves_nothing_behind) {
  covey::nursery kids{here()};
  counted payload(1);
  auto callable = [payload] { return payload.value(); };
  counted::throw_on_copy(1);
  EXPECT_THROW(static_cast<void>(kids.spawn(callable)), covey_test::planted_failure);
  counted::disarm();
  EXPECT_EQ(kids.pending(), 0U);
  EXPECT_EQ(kids.outcome().spawned, 0U);
  auto value = kids.spawn(callable);
  EXPECT_EQ(value.get(), 1);
  EXPECT_NO_THROW(kids.join());
}

TEST_P(spawn, after_a_stop_destroys_the_callable_unrun) {
  const int before = counted::alive();
  covey::nursery kids{here()};
  kids.stop("no more");
  auto late = kids.spawn([payload = counted(1)] {
    ADD_FAILURE() << "ran after the stop";
    return payload.value();
  });
  kids.run([] { FAIL() << "ran after the stop"; });
  EXPECT_EQ(counted::alive(), before);
  EXPECT_EQ(late.state(), covey::task_state::never_started);
  EXPECT_NO_THROW(kids.join());
  EXPECT_EQ(kids.outcome().never_started, 2U);
}

TEST_P(spawn, try_spawn_gives_a_future_when_there_is_room) {
  covey::nursery kids{here()};
  auto value = kids.try_spawn([] { return 1; });
  ASSERT_TRUE(value.has_value());
  EXPECT_EQ(value->get(), 1);
  auto named = kids.try_spawn("named", [] { return 2; });
  ASSERT_TRUE(named.has_value());
  EXPECT_EQ(named->get(), 2);
}

TEST_P(spawn, try_spawn_declines_after_a_stop) {
  covey::nursery kids{here()};
  kids.stop();
  EXPECT_FALSE(kids.try_spawn([] { FAIL() << "ran after the stop"; }).has_value());
}

TEST_P(spawn, try_spawn_declines_after_the_close) {
  covey::nursery kids{here()};
  kids.join();
  EXPECT_FALSE(kids.try_spawn([] { FAIL() << "ran after the close"; }).has_value());
}

TEST_P(spawn, run_gives_the_memory_of_a_child_back_when_it_has_finished) {
  const int before = counted::alive();
  covey::nursery kids{here()};
  for (int i = 0; i < 1000; ++i) {
    kids.run([payload = counted(i)] { static_cast<void>(payload); });
  }
  kids.wait_idle();
  EXPECT_EQ(counted::alive(), before);
}

TEST_P(spawn, starts_a_child_although_the_owner_never_waits) {
  gate ran;
  covey::nursery kids{here()};
  kids.run([&] { ran.open(); });
  ran.wait();  // blocks this thread: no covey thread waits for the child
  SUCCEED();
}

}  // namespace
