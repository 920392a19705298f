// SPDX-License-Identifier: Apache-2.0
// What a pool promises: its size, its description, its end; semantics 7.
#include "each_pool_size.hpp"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstdint>
#include <limits>
#include <memory>
#include <stdexcept>
#include <thread>

namespace {

using covey_test::gate;
using covey_test::head_count;
using covey_test::visit;
COVEY_EACH_POOL_SIZE(pool_of);

TEST_P(pool_of, has_the_size_that_was_asked_for) {
  EXPECT_EQ(pool().size(), size());
  const covey::pool_description told = pool().describe();
  EXPECT_EQ(told.size, size());
  EXPECT_FALSE(told.why.empty());
  EXPECT_FALSE(to_string(told).empty());
  EXPECT_GE(told.from_onetbb + told.own + 1, size());  // the opener is one of them
}

// @returns how many of 200 short children ran at once.
std::size_t most_at_once(const covey::nursery_options& in_pool) {
  head_count inside;
  {
    covey::nursery kids{in_pool};
    for (int i = 0; i < 200; ++i) {
      kids.run([&] {
        const visit here_now(inside);
        std::this_thread::yield();
      });
    }
  }
  return inside.most();
}

TEST_P(pool_of, runs_no_more_threads_than_its_size_in_short_children) {
  // A child that waited 10 ms in the queue may get one thread more, which a busy machine brings about; not every time.
  std::size_t fewest = std::numeric_limits<std::size_t>::max();
  for (int round = 0; round < 20 && fewest > size(); ++round) {
    const std::size_t most = most_at_once(here());
    EXPECT_LE(most, size() + 1);
    fewest = std::min(fewest, most);
  }
  EXPECT_LE(fewest, size());
}

TEST_P(pool_of, runs_no_more_threads_than_its_size_while_others_take_the_processors) {
  // A worker that is kept from its processor answers to nobody for longer than 10 ms. That is no reason for one thread
  // more.
  std::atomic<bool> end{false};
  std::vector<std::thread> others;
  for (unsigned i = 0; i < 2 * std::thread::hardware_concurrency(); ++i) {
    others.emplace_back([&end] {
      while (!end) {
      }
    });
  }
  std::size_t fewest = std::numeric_limits<std::size_t>::max();
  for (int round = 0; round < 20 && fewest > size(); ++round) {
    fewest = std::min(fewest, most_at_once(here()));
  }
  end = true;
  for (std::thread& other : others) {
    other.join();
  }
  EXPECT_LE(fewest, size());
}

TEST_P(pool_of, starts_a_queued_child_although_no_covey_thread_waits) {
  gate ran;
  covey::nursery kids{here()};
  kids.run([&] { ran.open(); });
  ran.wait();
}

TEST_P(pool_of, really_runs_as_many_threads_as_its_size) {
  // Children that only meet if all are inside at once, without lending their permits.
  head_count inside;
  gate leave;
  covey::nursery kids{here()};
  for (std::size_t i = 1; i < size(); ++i) {
    kids.run([&] {
      const visit here_now(inside);
      leave.wait();
    });
  }
  inside.wait_entered(size() - 1);  // this thread, in the body, is the last one
  leave.open();
}

TEST_P(pool_of, shutdown_ends_it_and_may_be_repeated) {
  covey::pool mine{{.threads = GetParam()}};
  { covey::nursery kids{{.pool = &mine}}; }
  mine.shutdown();
  mine.shutdown();
  EXPECT_THROW(
      {
        covey::nursery kids{{.pool = &mine}};
        kids.run([] { FAIL() << "ran in a pool that was shut down"; });
      },
      covey::pool_error);
}

TEST_P(pool_of, shutdown_stops_what_runs_and_the_join_throws_pool_error) {
  covey::pool mine{{.threads = GetParam()}};
  gate started;
  covey::nursery kids{{.pool = &mine}};
  auto child = kids.spawn([&] {
    started.open();
    while (!covey::this_task::stop_requested()) {
      std::this_thread::yield();
    }
    covey::this_task::checkpoint();
  });
  started.wait();
  std::thread closer([&] { mine.shutdown(); });
  EXPECT_THROW(kids.join(), covey::pool_error);
  closer.join();
  EXPECT_EQ(child.state(), covey::task_state::stopped);
}

TEST_P(pool_of, several_work_beside_each_other) {
  covey::pool other{{.threads = GetParam(), .name = "other"}};
  covey::nursery first{here()};
  covey::nursery second{{.parent = covey::root, .pool = &other}};
  auto a = first.spawn([] { return 1; });
  auto b = second.spawn([] { return 2; });
  EXPECT_EQ(b.get() + a.get(), 3);
  second.join();
  other.shutdown();
}

TEST_P(pool_of, a_child_may_open_a_nursery_in_another_one) {
  covey::pool other{{.threads = GetParam()}};
  covey::nursery outer{here()};
  auto value = outer.spawn([&] {
    covey::nursery inner{{.pool = &other}};
    auto there = inner.spawn([] { return 5; });
    return there.get();
  });
  EXPECT_EQ(value.get(), 5);
  other.shutdown();
}

TEST_P(pool_of, a_nursery_in_a_child_takes_the_pool_of_its_task) {
  head_count inside;
  covey::nursery outer{here()};
  outer.run([&] {
    covey::nursery inner;
    for (int i = 0; i < 100; ++i) {
      inner.run([&] { const visit here_now(inside); });
    }
  });
  outer.join();
  // One that comes back from waiting, and one for a child that waited 10 ms in the queue.
  EXPECT_LE(inside.most(), size() + 2);
}

TEST(default_pool, has_the_size_that_affinity_and_quota_allow) {
  const covey_test::bounded bound;
  const covey::pool_description told = covey::pool::default_pool().describe();
  std::size_t expected = told.affinity;
  if (told.quota) {
    expected = std::min(expected, static_cast<std::size_t>(std::ceil(*told.quota)));
  }
  EXPECT_EQ(told.size, std::max<std::size_t>(expected, 1));
  EXPECT_EQ(&covey::pool::default_pool(), &covey::pool::default_pool());
}

}  // namespace
