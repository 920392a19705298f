// SPDX-License-Identifier: Apache-2.0
// oneTBB's algorithms inside tasks: their threads, what their bodies see, and what becomes of exceptions.
#include "onetbb_fixture.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <functional>
#include <limits>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace {

using covey_test::failures_of;
using covey_test::gate;
using covey_test::head_count;
using covey_test::shuffled;
using covey_test::sum_below;
using covey_test::visit;
using covey_test::why_cancelled;
using tbb::blocked_range;
using namespace std::chrono_literals;
using strings = std::vector<std::string>;

constexpr bool shares = covey_test::onetbb_shares;

class onetbb_task : public covey_test::onetbb_fixture {};
INSTANTIATE_TEST_SUITE_P(pools, onetbb_task, testing::Values(1, 2, 8), covey_test::pool_size_name);

TEST_P(onetbb_task, bodies_run_on_every_thread_of_the_pool_and_on_no_more) {
  if (!shares) {
    GTEST_SKIP() << "under ThreadSanitizer the calling thread does all the work";
  }
  head_count inside;
  in_child([&] {
    // Every body waits until all threads are in one: with fewer threads this would not end.
    covey::parallel_for(
        blocked_range<std::size_t>(0, size(), 1),
        [&](const blocked_range<std::size_t>&) {
          const visit here_now(inside);
          inside.wait_entered(size());
        },
        tbb::simple_partitioner());
  });
  EXPECT_EQ(inside.most(), size());
}

TEST_P(onetbb_task, algorithms_of_several_children_keep_to_the_size_of_the_pool_together) {
  // The body of the nursery waits, and lends its permit; while it comes back one thread more may be on its way. A child
  // that waited 10 ms in the queue may get another one, which a busy machine brings about; not every time.
  std::size_t fewest = std::numeric_limits<std::size_t>::max();
  for (int round = 0; round < 20 && fewest > size() + 1; ++round) {
    head_count inside;
    {
      covey::nursery kids{here()};
      for (int child = 0; child < 6; ++child) {
        kids.run([&] {
          covey::parallel_for(
              0,
              200,
              [&](int) {
                const visit here_now(inside);
                std::this_thread::yield();
              },
              tbb::simple_partitioner());
        });
      }
      kids.join();
    }
    EXPECT_EQ(inside.entered(), 1200U);
    EXPECT_LE(inside.most(), size() + 2);
    fewest = std::min(fewest, inside.most());
  }
  EXPECT_LE(fewest, size() + 1);
}

TEST_P(onetbb_task, a_waiting_caller_runs_bodies_of_its_own_call_only) {
  std::atomic<int> strangers{0};
  covey::nursery kids{here()};
  for (int child = 0; child < 8; ++child) {
    kids.run([&strangers, child] {
      covey::parallel_for(
          0,
          50,
          [&](int) {
            static thread_local int running = -1;
            const int below = std::exchange(running, child);
            strangers += below == -1 ? 0 : 1;
            covey::parallel_for(0, 20, [](int) { std::this_thread::yield(); });
            running = below;
          },
          tbb::simple_partitioner());
    });
  }
  kids.join();
  EXPECT_EQ(strangers.load(), 0);
}

TEST_P(onetbb_task, a_body_that_waits_in_a_nested_algorithm_is_not_entered_again) {
  std::atomic<int> entered_again{0};
  in_child([&] {
    covey::parallel_for(
        0,
        64,
        [&](int) {
          static thread_local bool inside = false;
          if (std::exchange(inside, true)) {
            ++entered_again;
          }
          covey::parallel_for(0, 64, [](int) { std::this_thread::yield(); });
          inside = false;
        },
        tbb::simple_partitioner());
  });
  EXPECT_EQ(entered_again.load(), 0);
}

TEST_P(onetbb_task, a_nested_algorithm_calls_in_the_threads_that_the_outer_one_had_no_use_for) {
  if (!shares) {
    GTEST_SKIP() << "under ThreadSanitizer the calling thread does all the work";
  }
  head_count inside;
  in_child([&] {
    covey::parallel_for(0, 1, [&](int) {
      covey::parallel_for(
          std::size_t{0},
          size(),
          [&](std::size_t) {
            const visit here_now(inside);
            inside.wait_entered(size());
          },
          tbb::simple_partitioner());
    });
  });
  EXPECT_EQ(inside.most(), size());
}

TEST_P(onetbb_task, this_task_answers_in_bodies_as_in_the_calling_task) {
  std::atomic<int> wrong{0};
  std::atomic<int> noticed{0};
  covey::nursery kids{here({.timeout = 1h})};
  auto child = kids.spawn("asked", [&] {
    covey::parallel_for(
        0,
        100,
        [&](int) {
          const bool right = covey::this_task::name().view() == "asked" &&
                             !covey::this_task::stop_requested() &&
                             covey::this_task::remaining().has_value();
          wrong += right ? 0 : 1;
        },
        tbb::simple_partitioner());
    head_count inside;
    const std::size_t threads = shares ? size() : 1;
    covey::parallel_for(
        std::size_t{0},
        threads,
        [&](std::size_t) {
          inside.enter();
          inside.wait_entered(threads);
          kids.stop("asked for");
          while (!covey::this_task::stop_requested()) {
          }
          EXPECT_EQ(why_cancelled([] { covey::this_task::checkpoint(); }).text.view(), "asked for");
          ++noticed;
        },
        tbb::simple_partitioner());
  });
  EXPECT_NO_THROW(kids.join());
  EXPECT_EQ(child.state(), covey::task_state::stopped);
  EXPECT_EQ(wrong.load(), 0);
  EXPECT_EQ(noticed.load(), shares ? GetParam() : 1);
}

TEST_P(onetbb_task, nurseries_open_in_bodies_and_children_call_algorithms_again) {
  std::atomic<long> total{0};
  in_child([&] {
    covey::parallel_for(
        0,
        40,
        [&](int) {
          covey::nursery inner;
          auto a = inner.spawn([] { return sum_below(1000); });
          inner.run([&] { total += sum_below(100); });
          total += sum_below(10);
          total += a.get();
          inner.join();
        },
        tbb::simple_partitioner());
  });
  EXPECT_EQ(total.load(), 40 * (499'500L + 4950L + 45L));
}

TEST_P(onetbb_task, a_body_may_spawn_into_the_nursery_above) {
  std::atomic<int> ran{0};
  covey::nursery kids{here()};
  kids.run([&] { covey::parallel_for(0, 500, [&](int) { kids.run([&] { ++ran; }); }); });
  kids.join();
  EXPECT_EQ(ran.load(), 500);
}

TEST_P(onetbb_task, a_body_may_sleep_and_block) {
  in_child([&] {
    covey::parallel_for(0, 16, [&](int) {
      covey::this_task::sleep_for(1us);
      covey::blocking([] { std::this_thread::yield(); });
    });
  });
}

TEST_P(onetbb_task, nests_three_deep) {
  std::atomic<int> calls{0};
  in_child([&] {
    covey::parallel_for(0, 12, [&](int) {
      covey::parallel_for(0, 12, [&](int) {
        covey::parallel_for(blocked_range<int>(0, 12),
                            [&](const auto& part) { calls += static_cast<int>(part.size()); });
      });
    });
  });
  EXPECT_EQ(calls.load(), 12 * 12 * 12);
}

TEST_P(onetbb_task, an_exception_of_a_body_comes_out_unchanged) {
  const auto thrower = [](int i) {
    if (i == 777) {
      throw std::runtime_error("at 777");
    }
    return i;
  };
  const auto expect_it = [this](auto work) {
    covey::nursery kids{here()};
    auto child = kids.spawn(std::move(work));
    EXPECT_EQ(failures_of([&] { kids.join(); }), strings{"at 777"});
  };
  expect_it([&] { covey::parallel_for(0, 1000, thrower); });
  expect_it([&] {
    covey::parallel_for(blocked_range<int>(0, 1000), [&](const blocked_range<int>& part) {
      for (int i = part.begin(); i != part.end(); ++i) {
        thrower(i);
      }
    });
  });
  expect_it([&] {
    static_cast<void>(covey::parallel_reduce(
        blocked_range<int>(0, 1000),
        0,
        [&](const blocked_range<int>& part, int value) {
          for (int i = part.begin(); i != part.end(); ++i) {
            value = std::max(value, thrower(i));
          }
          return value;
        },
        [](int a, int b) { return std::max(a, b); }));
  });
  expect_it([&] {
    std::vector<int> all = shuffled(2000, 3);
    covey::parallel_sort(all, [&](int a, int b) { return thrower(a) < b; });
  });
  expect_it([&] {
    int next = 0;
    covey::parallel_pipeline(
        3,
        tbb::make_filter<void, int>(tbb::filter_mode::serial_in_order, [&](tbb::flow_control&) {
          return next++;
        }) & tbb::make_filter<int, void>(tbb::filter_mode::parallel, [&](int i) { thrower(i); }));
  });
}

TEST_P(onetbb_task, an_exception_that_a_body_throws_after_the_stop_wins_over_cancelled) {
  gate stopped;
  gate begun;
  covey::nursery kids{here()};
  kids.run([&] {
    covey::parallel_for(
        0,
        1000,
        [&](int i) {
          if (i == 0) {
            begun.open();
            stopped.wait_in_child();
            throw std::runtime_error("after the stop");
          }
          covey::this_task::checkpoint();
        },
        tbb::simple_partitioner());
  });
  begun.wait();
  kids.stop();
  stopped.open();
  EXPECT_EQ(failures_of([&] { kids.join(); }), strings{"after the stop"});
}

TEST_P(onetbb_task, an_inner_algorithm_is_cancelled_when_the_one_around_it_fails) {
  covey::nursery kids{here()};
  constexpr int bodies = shares ? 1'000'000 : 50'000;  // all of them run where nothing is shared
  kids.run([&] {
    gate inner_runs;
    std::atomic<bool> got_a_value{false};
    EXPECT_THROW(covey::parallel_for(
                     0,
                     2,
                     [&](int i) {
                       if (i == 0) {
                         const int value = covey::parallel_reduce(
                             blocked_range<int>(0, bodies),
                             0,
                             [&](const blocked_range<int>& part, int so_far) {
                               // Cancelled by oneTBB as soon as the other body has thrown.
                               inner_runs.open();
                               if (size() > 1 && shares) {
                                 std::this_thread::sleep_for(50us);
                               }
                               return so_far + static_cast<int>(part.size());
                             },
                             std::plus<>(),
                             tbb::simple_partitioner());
                         got_a_value = true;
                         EXPECT_EQ(value, bodies);
                       } else {
                         if (size() > 1 && shares) {
                           inner_runs.wait();
                         }
                         throw std::logic_error("beside");
                       }
                     },
                     tbb::simple_partitioner()),
                 std::logic_error);
    EXPECT_TRUE(got_a_value == (size() == 1 || !shares));
  });
  kids.join();
}

}  // namespace
