// SPDX-License-Identifier: Apache-2.0
// What a future promises: semantics 10 to 12.
#include "each_pool_size.hpp"

#include <atomic>
#include <chrono>
#include <future>
#include <memory>
#include <stdexcept>
#include <thread>
#include <type_traits>
#include <utility>

namespace {

using covey_test::counted;
using covey_test::gate;
using namespace std::chrono_literals;
COVEY_EACH_POOL_SIZE(future);

static_assert(std::is_nothrow_default_constructible_v<covey::future<int>>);
static_assert(std::is_nothrow_move_constructible_v<covey::future<int>>);
static_assert(std::is_nothrow_move_assignable_v<covey::future<int>>);
static_assert(!std::is_copy_constructible_v<covey::future<int>>);

TEST_P(future, get_rethrows_the_child_s_own_exception) {
  covey::nursery kids{here({.policy = covey::policy::supervise})};
  auto fails = kids.spawn([]() -> int { throw std::out_of_range("mine"); });
  EXPECT_EQ(covey_test::message_of<std::out_of_range>([&] { return fails.get(); }), "mine");
  EXPECT_FALSE(fails.valid());
}

TEST_P(future, can_be_read_on_another_thread) {
  covey::nursery kids{here()};
  auto value = kids.spawn([] { return 5; });
  int seen = 0;
  std::thread reader([&seen, mine = std::move(value)]() mutable { seen = mine.get(); });
  reader.join();
  EXPECT_EQ(seen, 5);
}

TEST_P(future, can_be_dropped_on_another_thread_while_its_child_runs) {
  const int before = counted::alive();
  gate leave;
  covey::nursery kids{here()};
  auto value = kids.spawn([&] {
    leave.wait_in_child();
    return counted(1);
  });
  std::thread other([mine = std::move(value)]() mutable { const auto dropped = std::move(mine); });
  other.join();
  leave.open();
  kids.join();
  EXPECT_EQ(counted::alive(), before);
}

TEST_P(future, dropped_after_its_nursery_gives_its_value_back) {
  const int before = counted::alive();
  {
    covey::future<counted> value;
    {
      covey::nursery kids{here()};
      value = kids.spawn([] { return counted(3); });
    }
    EXPECT_EQ(counted::alive(), before + 1);
  }
  EXPECT_EQ(counted::alive(), before);
}

TEST_P(future, assigned_over_drops_what_it_held) {
  covey::nursery kids{here()};
  covey::future<int> value = kids.spawn([] { return 1; });
  value = kids.spawn([] { return 2; });
  EXPECT_EQ(value.get(), 2);
}

TEST_P(future, has_what_was_moved_into_it_last_also_through_its_base) {
  covey::nursery kids{here()};
  auto first = kids.spawn([] { return 1; });
  auto second =
      kids.spawn([text = std::string(100, 'x')] { return static_cast<int>(text.size()); });
  covey::future<int>& base = first;
  base = std::move(second);
  EXPECT_EQ(first.get(), 100);
  EXPECT_THROW(second.get(), std::future_error);
  base = kids.spawn([] { return 3; });
  EXPECT_EQ(first.get(), 3);
  auto third = kids.spawn([] { return 4; });
  const auto take = [](covey::future<int>&& from) { return covey::future<int>(std::move(from)); };
  covey::future<int> taken = take(std::move(third));
  EXPECT_THROW(third.get(), std::future_error);
  EXPECT_EQ(taken.get(), 4);
}

TEST_P(future, has_what_was_moved_into_its_base_also_in_the_memory_of_what_it_had) {
  covey::nursery kids{here()};
  for (int i = 0; i < 3; ++i) {
    auto handle = kids.spawn([i] { return i; });
    covey::future<int>& base = handle;
    if (i == 1) {
      base.wait();
    }
    EXPECT_EQ(base.get(), i);
    base = kids.spawn([text = static_cast<const char*>("other")] { return text[0] - 'a'; });
    EXPECT_EQ(handle.get(), 'o' - 'a');
    covey::nursery others{here()};
    base = others.spawn([i, &kids] {
      auto two = kids.spawn([] { return 2; });
      return two.get() * i;
    });
    auto moved = std::move(handle);
    EXPECT_EQ(moved.get(), 2 * i);
    EXPECT_THROW(moved.get(), std::future_error);
    EXPECT_THROW(handle.get(), std::future_error);
  }
}

TEST_P(future, moves_as_what_spawn_returned) {
  covey::nursery kids{here()};
  const auto square_of = [&](int n) { return kids.spawn([n] { return n * n; }); };
  auto one = square_of(2);
  auto other = square_of(3);
  std::swap(one, other);
  EXPECT_EQ(one.get(), 9);
  one = std::move(other);
  EXPECT_EQ(one.get(), 4);
  EXPECT_THROW(other.get(), std::future_error);
  one = square_of(5);
  auto moved = std::move(one);
  EXPECT_THROW(one.get(), std::future_error);
  EXPECT_EQ(moved.get(), 25);
}

TEST_P(future, may_be_read_in_any_order) {
  covey::nursery kids{here()};
  std::vector<covey::future<int>> values;
  for (int i = 0; i < 64; ++i) {
    values.push_back(kids.spawn([i] { return i; }));
  }
  for (int step = 0; step < 64; ++step) {
    const int i = (step * 37) % 64;
    EXPECT_EQ(values[static_cast<std::size_t>(i)].get(), i);
  }
}

TEST_P(future, wait_returns_when_the_child_has_finished_and_keeps_the_value) {
  covey::nursery kids{here()};
  auto value = kids.spawn([] { return 8; });
  value.wait();
  EXPECT_TRUE(value.ready());
  EXPECT_EQ(value.wait_for(0s), covey::future_status::ready);
  EXPECT_EQ(value.get(), 8);
}

TEST_P(future, wait_for_gives_up_on_a_child_that_goes_on) {
  gate leave;
  covey::nursery kids{here()};
  auto value = kids.spawn([&] {
    leave.wait_in_child();
    return 1;
  });
  EXPECT_EQ(value.wait_for(1ms), covey::future_status::timeout);
  EXPECT_EQ(value.wait_for(-1s), covey::future_status::timeout);
  EXPECT_EQ(value.wait_until(covey::clock::now()), covey::future_status::timeout);
  leave.open();
  EXPECT_EQ(value.wait_for(1h), covey::future_status::ready);
}

TEST_P(future, a_wait_with_a_deadline_never_runs_a_child_on_the_caller_s_stack) {
  const auto me = std::this_thread::get_id();
  covey::nursery kids{here()};
  for (int i = 0; i < 20; ++i) {
    auto who = kids.spawn([] { return std::this_thread::get_id(); });
    ASSERT_EQ(who.wait_for(1h), covey::future_status::ready);
    EXPECT_NE(who.get(), me);
  }
}

TEST_P(future, polling_alone_gets_its_child_run) {
  covey::nursery kids{here()};
  auto by_ready = kids.spawn([] { return 1; });
  while (!by_ready.ready()) {
    std::this_thread::yield();
  }
  auto by_state = kids.spawn([] { return 2; });
  while (by_state.state() != covey::task_state::done) {
    std::this_thread::yield();
  }
  auto by_wait = kids.spawn([] { return 3; });
  while (by_wait.wait_for(0s) != covey::future_status::ready) {
    std::this_thread::yield();
  }
  EXPECT_EQ(by_ready.get() + by_state.get() + by_wait.get(), 6);
}

TEST_P(future, state_tells_where_the_child_stands) {
  gate started;
  gate leave;
  covey::nursery kids{here({.policy = covey::policy::supervise})};
  auto child = kids.spawn([&] {
    started.open();
    leave.wait_in_child();
  });
  started.wait();
  EXPECT_EQ(child.state(), covey::task_state::running);
  leave.open();
  child.wait();
  EXPECT_EQ(child.state(), covey::task_state::done);
  auto fails = kids.spawn([] { throw 1; });
  fails.wait();
  EXPECT_EQ(fails.state(), covey::task_state::failed);
  EXPECT_THROW(fails.get(), int);
}

TEST_P(future, request_stop_reaches_that_child_alone) {
  covey_test::head_count started;
  gate leave;
  std::atomic<bool> sibling_stopped{false};
  covey::nursery kids{here()};
  auto mine = kids.spawn([&] {
    started.enter();
    while (!covey::this_task::stop_requested()) {
      covey::blocking([] { std::this_thread::yield(); });
    }
    covey::this_task::checkpoint();
  });
  auto sibling = kids.spawn([&] {
    started.enter();
    leave.wait_in_child();
    sibling_stopped = covey::this_task::stop_requested();
  });
  started.wait_entered(2);
  mine.request_stop();
  mine.wait();
  leave.open();
  sibling.get();
  EXPECT_FALSE(sibling_stopped.load());
  EXPECT_EQ(mine.state(), covey::task_state::stopped);
  EXPECT_NO_THROW(kids.join());
}

// What everybody who asks must hear of a child that was asked alone to stop.
void names_the_child(const covey::stop_reason& why, const char* who_asks) {
  EXPECT_EQ(why.kind, covey::stop_kind::explicit_stop) << who_asks;
  EXPECT_EQ(why.task.view(), "the one") << who_asks;
  EXPECT_EQ(why.text.view(), "request_stop") << who_asks;
  EXPECT_NE(std::string_view(why.site.file()).find("future_test.cpp"), std::string_view::npos)
      << who_asks;
}

TEST_P(future, request_stop_names_the_child_to_everybody_who_asks_why) {
  gate has_token;
  covey::stop_reason of_token;
  covey::stop_reason of_checkpoint;
  covey::nursery kids{here()};
  auto mine = kids.spawn("the one", [&](const covey::stop_token& token) {
    has_token.open();
    while (!token.stop_requested()) {
      covey::blocking([] { std::this_thread::yield(); });
    }
    of_token = token.why();
    of_checkpoint = covey_test::why_cancelled([] { covey::this_task::checkpoint(); });
    covey::this_task::checkpoint();
  });
  has_token.wait();
  mine.request_stop();
  mine.wait();
  names_the_child(of_token, "its token, taken before the stop");
  names_the_child(of_checkpoint, "its checkpoint");
  EXPECT_EQ(mine.state(), covey::task_state::stopped);
  names_the_child(covey_test::why_cancelled([&] { mine.get(); }), "get()");
}

TEST_P(future, request_stop_names_the_child_when_its_token_is_taken_later) {
  gate started;
  covey::stop_reason of_token;
  covey::nursery kids{here()};
  auto mine = kids.spawn("the one", [&] {
    started.open();
    while (!covey::this_task::stop_requested()) {
      covey::blocking([] { std::this_thread::yield(); });
    }
    of_token = covey::this_task::get_stop_token().why();
  });
  started.wait();
  mine.request_stop();
  mine.get();
  names_the_child(of_token, "its token, taken after the stop");
}

TEST_P(future, a_child_that_was_asked_alone_to_stop_lends_its_cause_to_no_sibling) {
  gate started;
  covey::future<void> mine;
  covey::future<void> sibling;
  {
    covey::nursery kids{here()};
    mine = kids.spawn("the one", [&] {
      started.open();
      while (!covey::this_task::stop_requested()) {
        covey::blocking([] { std::this_thread::yield(); });
      }
      covey::this_task::checkpoint();
    });
    started.wait();
    mine.request_stop();
    mine.wait();
    kids.stop("all of you");
    sibling = kids.spawn([] {});
    kids.join();
  }
  names_the_child(covey_test::why_cancelled([&] { mine.get(); }), "get()");
  const covey::stop_reason why = covey_test::why_cancelled([&] { sibling.get(); });
  EXPECT_EQ(why.kind, covey::stop_kind::explicit_stop);
  EXPECT_EQ(why.text.view(), "all of you");
}

TEST_P(future, request_stop_names_the_child_that_never_started) {
  covey::nursery kids{here()};
  auto mine = kids.spawn("the one", [] {});
  mine.request_stop();
  mine.wait();
  if (mine.state() == covey::task_state::never_started) {
    names_the_child(covey_test::why_cancelled([&] { mine.get(); }), "get()");
  }
}

}  // namespace
