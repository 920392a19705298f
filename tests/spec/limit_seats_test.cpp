// SPDX-License-Identifier: Apache-2.0
// `.limit`: never more children than that, whoever spawns them, and a bounded stack; semantics 6.
#include "each_pool_size.hpp"
#include "sanitized.hpp"

#include <array>
#include <atomic>
#include <functional>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace {

using covey_test::gate;
using covey_test::head_count;
using covey_test::visit;
COVEY_EACH_POOL_SIZE(limit_seats);

constexpr std::array both = {covey::when_full::run_inline, covey::when_full::lend_place};

TEST_P(limit_seats, are_never_exceeded_by_the_body) {
  for (const covey::when_full when : both) {
    for (const std::size_t limit : {1U, 2U, 8U}) {
      head_count inside;
      covey::nursery kids{here({.limit = limit, .when_full = when})};
      for (int i = 0; i < 1000; ++i) {
        kids.run([&] {
          const visit now(inside);
          std::this_thread::yield();
        });
        EXPECT_LE(kids.pending(), limit);
      }
      kids.join();
      EXPECT_EQ(inside.entered(), 1000U);
      EXPECT_LE(inside.most(), limit);
    }
  }
}

TEST_P(limit_seats, are_never_exceeded_by_threads_with_doors_and_children_of_others) {
  for (const covey::when_full when : both) {
    head_count inside;
    const auto work = [&inside] {
      const visit now(inside);
      std::this_thread::yield();
    };
    covey::nursery kids{here({.limit = 2, .when_full = when})};
    std::vector<std::thread> foreign;
    for (int t = 0; t < 2; ++t) {
      foreign.emplace_back([&, door = kids.open_door()]() mutable {
        for (int i = 0; i < 200; ++i) {
          door.run(work);
        }
        door.close();
      });
    }
    {
      covey::nursery producers{here()};
      for (int p = 0; p < 4; ++p) {
        producers.run([&] {
          for (int i = 0; i < 100; ++i) {
            kids.run(work);
          }
        });
      }
    }
    kids.join();
    for (std::thread& thread : foreign) {
      thread.join();
    }
    EXPECT_EQ(inside.entered(), 800U);
    EXPECT_LE(inside.most(), 2U);
  }
}

TEST_P(limit_seats, of_a_child_serve_one_of_those_that_run_below_it_at_a_time) {
  for (const covey::when_full when : both) {
    head_count leaves;
    covey::nursery kids{here({.limit = 2, .when_full = when})};
    for (int c = 0; c < 4; ++c) {
      kids.run([&] {
        covey::nursery below;
        for (int g = 0; g < 4; ++g) {
          below.run([&] {
            for (int i = 0; i < 20; ++i) {
              kids.run([&] {
                const visit now(leaves);
                std::this_thread::yield();
              });
            }
          });
        }
      });
    }
    kids.join();
    EXPECT_EQ(leaves.entered(), 320U);
    EXPECT_LE(leaves.most(), 2U);
  }
}

TEST_P(limit_seats, let_children_that_spawn_their_next_sibling_go_on_for_ever) {
  constexpr int length = covey_test::sanitized ? 20'000 : 50'000;
  for (const covey::when_full when : both) {
    int ran = 0;  // the children follow each other
    covey::nursery kids{here({.limit = 1, .when_full = when})};
    const std::function<void()> next = [&] {
      if (++ran < length) {
        kids.run([&next] { next(); });
      }
    };
    kids.run([&next] { next(); });
    kids.join();
    EXPECT_EQ(ran, length);
  }
}

TEST_P(limit_seats, leave_children_of_a_long_chain_stack_enough_for_nurseries_of_their_own) {
  constexpr int length = covey_test::sanitized ? 8'000 : 20'000;
  int ran = 0;
  covey::nursery kids{here({.limit = 1})};
  const std::function<void()> next = [&] {
    covey::nursery own;
    own.run([] {});
    own.join();
    if (++ran < length) {
      kids.run([&next] { next(); });
    }
  };
  kids.run([&next] { next(); });
  kids.join();
  EXPECT_EQ(ran, length);
}

TEST_P(limit_seats, are_not_taken_by_open_doors) {
  for (const covey::when_full when : both) {
    std::atomic<int> ran{0};
    covey::nursery kids{here({.limit = 1, .when_full = when})};
    auto first = kids.open_door();
    auto second = kids.open_door();
    kids.run([&] { ++ran; });
    std::thread foreign([&] { second.run([&] { ++ran; }); });
    foreign.join();
    EXPECT_GE(kids.pending(), 2U);
    first.close();
    second.close();
    kids.join();
    EXPECT_EQ(ran.load(), 2);
  }
}

TEST_P(limit_seats, of_nurseries_whose_children_spawn_into_each_other_do_not_deadlock) {
  for (const covey::when_full when : both) {
    std::atomic<int> ran{0};
    covey::nursery left{here({.limit = 1, .when_full = when})};
    covey::nursery right{here({.limit = 1, .parent = covey::root, .when_full = when})};
    auto keeps_left = left.open_door();  // its children come from `right`
    auto keeps_right = right.open_door();
    std::function<void(bool, int)> bounce = [&](bool to_left, int more) {
      ++ran;
      if (more > 0) {
        (to_left ? left : right).run([&bounce, to_left, more] { bounce(!to_left, more - 1); });
        (to_left ? left : right).run([&ran] { ++ran; });
      }
    };
    for (int seed = 0; seed < 4; ++seed) {
      left.run([&] { bounce(false, 200); });
      right.run([&] { bounce(true, 200); });
    }
    while (left.pending() > 1 || right.pending() > 1) {
      covey::blocking([] { std::this_thread::yield(); });
    }
    keeps_left.close();
    keeps_right.close();
    right.join();
    left.join();
    EXPECT_EQ(ran.load(), 8 * 401);
  }
}

TEST_P(limit_seats, with_lend_place_let_a_child_spawn_under_a_lock_that_the_new_child_takes) {
  std::mutex lock;
  std::atomic<int> ran{0};
  covey::nursery kids{here({.limit = 1, .when_full = covey::when_full::lend_place})};
  kids.run([&] {
    const std::scoped_lock held(lock);
    for (int i = 0; i < 20; ++i) {
      kids.run([&] {
        const std::scoped_lock also(lock);
        ++ran;
      });
    }
    EXPECT_EQ(ran.load(), 0);
  });
  kids.join();
  EXPECT_EQ(ran.load(), 20);
}

TEST_P(limit_seats, are_lent_to_the_child_that_a_child_waits_for) {
  for (const covey::when_full when : both) {
    covey::nursery kids{here({.limit = 1, .when_full = when})};
    auto sum = kids.spawn([&] {
      int total = 0;
      std::vector<covey::future<int>> parts;
      for (int i = 0; i < 10; ++i) {
        parts.push_back(kids.spawn([i] { return i; }));
      }
      for (covey::future<int>& part : parts) {
        total += part.get();
      }
      return total;
    });
    EXPECT_EQ(sum.get(), 45);
    kids.join();
    EXPECT_EQ(kids.outcome().done, 11U);
  }
}

TEST_P(limit_seats, are_given_back_by_children_that_get_runs_in_place) {
  covey::nursery kids{here({.limit = 1})};
  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(kids.spawn([i] { return i; }).get(), i);
  }
  kids.join();
  EXPECT_EQ(kids.outcome().done, 100U);
}

TEST_P(limit_seats, keep_the_order_of_failures) {
  for (const covey::when_full when : both) {
    covey::nursery kids{here({.policy = covey::policy::supervise, .limit = 1, .when_full = when})};
    kids.run([&] {
      kids.run([] { throw std::runtime_error("b"); });
      kids.run([] { throw std::runtime_error("c"); });
      throw std::runtime_error("a");
    });
    EXPECT_EQ(covey_test::failures_of([&] { kids.join(); }),
              (std::vector<std::string>{"a", "b", "c"}));
  }
}

TEST_P(limit_seats, that_children_wait_for_are_not_taken_after_a_stop) {
  gate stopped;
  std::atomic<int> ran{0};
  std::vector<covey::future<void>> waiting;
  covey::nursery kids{here({.limit = 1, .when_full = covey::when_full::lend_place})};
  kids.run([&] {
    for (int i = 0; i < 10; ++i) {
      waiting.push_back(kids.spawn([&] { ++ran; }));
    }
    waiting.front().request_stop();
    kids.stop("enough");
  });
  kids.join();
  EXPECT_EQ(ran.load(), 0);
  EXPECT_EQ(kids.outcome().never_started, 10U);
  for (const covey::future<void>& one : waiting) {
    EXPECT_EQ(one.state(), covey::task_state::never_started);
  }
}

TEST_P(limit_seats, wake_a_spawner_that_waits_when_the_nursery_is_stopped) {
  gate started;
  gate leave;
  covey::nursery_box kids{here({.limit = 1})};
  kids.run([&] {
    started.open();
    leave.wait_in_child();
  });
  started.wait();
  covey::future<void> late;
  std::thread foreign([&] { late = kids.spawn([] { FAIL() << "ran after the stop"; }); });
  kids.stop("enough");
  foreign.join();  // although the first child is there
  EXPECT_EQ(late.state(), covey::task_state::never_started);
  leave.open();
  kids.join();
}

TEST_P(limit_seats, that_children_wait_for_end_with_the_pool) {
  std::atomic<int> ran{0};
  gate spawned;
  covey::nursery_box kids{here({.limit = 1, .when_full = covey::when_full::lend_place})};
  kids.run([&] {
    for (int i = 0; i < 10; ++i) {
      kids.run([&] { ++ran; });
    }
    spawned.open();
    while (!covey::this_task::stop_requested()) {
      std::this_thread::yield();
    }
  });
  spawned.wait();
  pool().shutdown();
  EXPECT_THROW(kids.join(), covey::pool_error);
  EXPECT_EQ(ran.load(), 0);
  EXPECT_EQ(kids.outcome().never_started, 10U);
}

}  // namespace
