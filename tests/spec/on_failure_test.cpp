// SPDX-License-Identifier: Apache-2.0
// nursery_options::on_failure, and what a nursery_box does about failures; semantics 13, 26.
#include "each_pool_size.hpp"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace {

using covey_test::failures_of;
using covey_test::gate;
using strings = std::vector<std::string>;
COVEY_EACH_POOL_SIZE(on_failure);

TEST_P(on_failure, hears_of_every_failure_one_at_a_time_and_the_composite_holds_them_all) {
  std::atomic<int> inside{0};
  std::atomic<int> most{0};
  strings heard;  // without a lock: one thread at a time
  const auto hook = [&](const covey::failed_child& failed) {
    most = std::max(most.load(), ++inside);
    heard.push_back(covey_test::message(failed.error));
    --inside;
  };
  covey::nursery kids{here({.policy = covey::policy::supervise, .on_failure = hook})};
  strings thrown;
  for (int i = 0; i < 200; ++i) {
    thrown.push_back(std::to_string(i));
    kids.run([i] { throw std::runtime_error(std::to_string(i)); });
  }
  EXPECT_EQ(failures_of([&] { kids.join(); }), thrown);
  std::sort(heard.begin(), heard.end());
  std::sort(thrown.begin(), thrown.end());
  EXPECT_EQ(heard, thrown);
  EXPECT_EQ(most.load(), 1);
}

TEST_P(on_failure, is_told_who_failed_and_where_also_in_a_get) {
  std::optional<covey::failed_child> heard;
  {
    covey::nursery kids{
        here({.on_failure = [&](const covey::failed_child& failed) { heard = failed; }})};
    auto value = kids.spawn([]() -> int { throw std::runtime_error("in place"); });
    EXPECT_THROW(value.get(), std::runtime_error);
    ASSERT_TRUE(heard.has_value());
    EXPECT_EQ(covey_test::message(heard->error), "in place");
    EXPECT_TRUE(covey_test::contains(to_string(heard->spawned_at), "on_failure_test.cpp"));
    EXPECT_FALSE(heard->nested.has_value());
    EXPECT_THROW(kids.join(), covey::composite_exception);
  }
  heard.reset();
  covey::nursery other{
      here({.on_failure = [&](const covey::failed_child& failed) { heard = failed; }})};
  other.run("outer", [] {
    covey::nursery inner;
    inner.run([] { throw std::runtime_error("deep"); });
  });
  EXPECT_EQ(failures_of([&] { other.join(); }), strings{"deep"});
  ASSERT_TRUE(heard.has_value());
  EXPECT_EQ(heard->task.view(), "outer");
  ASSERT_TRUE(heard->nested.has_value());
  EXPECT_NE(heard->error, nullptr);
}

TEST_P(on_failure, may_throw_which_is_one_more_failure) {
  covey::nursery kids{
      here({.policy = covey::policy::supervise, .on_failure = [](const covey::failed_child&) {
              throw std::logic_error("from the hook");
            }})};
  kids.run([] { throw std::runtime_error("from the child"); });
  EXPECT_EQ(failures_of([&] { kids.join(); }), (strings{"from the child", "from the hook"}));
}

TEST_P(on_failure, may_spawn_a_successor_and_stop_the_nursery) {
  std::atomic<int> tries{0};
  covey::nursery_box* box = nullptr;
  std::function<void()> flaky = [&] {
    if (++tries < 5) {
      throw std::runtime_error("again");
    }
  };
  covey::nursery_box kids{
      here({.on_failure = [&](const covey::failed_child&) { box->run(flaky); }})};
  box = &kids;
  kids.run(flaky);
  kids.wait_idle();
  EXPECT_EQ(tries.load(), 5);
  EXPECT_EQ(failures_of([&] { kids.join(); }).size(), 4U);

  covey::nursery_box* other = nullptr;
  covey::nursery_box stopped{
      here({.on_failure = [&](const covey::failed_child&) { other->stop("one is enough"); }})};
  other = &stopped;
  stopped.run([] { throw std::runtime_error("one"); });
  stopped.wait_idle();
  EXPECT_TRUE(stopped.stop_requested());
  EXPECT_EQ(failures_of([&] { stopped.join(); }), strings{"one"});
}

TEST_P(on_failure, does_not_hear_of_children_that_obey_a_stop) {
  gate started;
  covey::nursery kids{here({.on_failure = [](const covey::failed_child&) { FAIL(); }})};
  kids.run([&] {
    started.open();
    for (;;) {
      covey::this_task::checkpoint();
    }
  });
  std::thread outside([&, door = kids.open_door()]() mutable {
    started.wait();
    kids.stop();
    door.close();
  });
  kids.join();
  outside.join();
}

TEST_P(on_failure, is_not_needed_for_a_box_to_serve_everybody_after_one_has_failed) {
  std::atomic<int> served{0};
  {
    covey::nursery_box box{here()};
    for (int i = 0; i < 10; ++i) {
      box.run([&, i] {
        if (i == 3) {
          throw std::runtime_error("bad request");
        }
        ++served;
      });
      box.wait_idle();
    }
    EXPECT_FALSE(box.stop_requested());
  }
  EXPECT_EQ(served.load(), 9);
  EXPECT_EQ(unhandled(), strings{"bad request"});
}

TEST_P(on_failure, of_a_box_that_is_to_fail_fast_comes_before_it_refuses) {
  std::atomic<int> heard{0};
  covey::nursery_box box{here({.policy = covey::policy::fail_fast,
                               .on_failure = [&](const covey::failed_child&) { ++heard; }})};
  box.run([] { throw std::runtime_error("bad request"); });
  box.wait_idle();
  EXPECT_EQ(heard.load(), 1);
  EXPECT_FALSE(box.try_run([] { FAIL(); }));
  EXPECT_EQ(failures_of([&] { box.join(); }), strings{"bad request"});
}

}  // namespace
