// SPDX-License-Identifier: Apache-2.0
// Row 2 of the robustness table: the system refuses threads. This executable stands between covey and pthread_create.
#include "bounded.hpp"
#include "gate.hpp"
#include "leaves.hpp"

#include <covey/covey.hpp>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <dlfcn.h>
#include <functional>
#include <gtest/gtest.h>
#include <pthread.h>
#include <string>
#include <system_error>
#include <thread>
#include <tuple>
#include <vector>

namespace {

// Threads until the system refuses; negative: it never does.
constinit std::atomic<int> threads_left{-1};
// It refuses one, and then grants all that follow.
constinit std::atomic<bool> only_once{false};

using create_function = int (*)(pthread_t*, const pthread_attr_t*, void* (*)(void*), void*);

class refusing_threads {
 public:
  explicit refusing_threads(int after, bool once = false) {
    only_once = once;
    threads_left = after;
  }
  refusing_threads(const refusing_threads&) = delete;
  refusing_threads& operator=(const refusing_threads&) = delete;
  ~refusing_threads() { threads_left = -1; }
};

}  // namespace

extern "C" int pthread_create(pthread_t* thread,
                              const pthread_attr_t* attributes,
                              void* (*start)(void*),
                              void* argument) {
  static const auto real = reinterpret_cast<create_function>(::dlsym(RTLD_NEXT, "pthread_create"));
  int left = threads_left.load();
  while (left >= 0) {
    if (left == 0 && !only_once) {
      return EAGAIN;
    }
    if (threads_left.compare_exchange_weak(left, left - 1)) {
      if (left == 0) {
        return EAGAIN;
      }
      break;
    }
  }
  return real(thread, attributes, start, argument);
}

namespace {

using covey_test::bounded;
using namespace std::chrono_literals;

TEST(thread_refusal,
     row_02_a_pool_that_cannot_have_its_threads_is_a_pool_error_with_the_system_s_code) {
  const bounded bound;
  const refusing_threads none(0);
  try {
    covey::pool refused{8};
    FAIL() << "the pool was made without threads";
  } catch (const covey::pool_error& error) {
    EXPECT_EQ(error.code(), std::errc::resource_unavailable_try_again);
    EXPECT_FALSE(std::string(error.what()).empty());
  }
}

TEST(thread_refusal, row_02_a_pool_of_one_needs_no_thread_at_once) {
  const bounded bound;
  covey::pool small{1};
  covey::nursery kids{{.pool = &small}};
  const refusing_threads none(0);
  EXPECT_EQ(kids.spawn([] { return 1; }).get(), 1);
}

TEST(thread_refusal, row_02_later_refusals_only_lower_the_parallelism) {
  const bounded bound;
  covey::pool pool{4};
  const refusing_threads none(0);
  std::atomic<int> finished{0};
  covey::nursery kids{{.pool = &pool}};
  for (int i = 0; i < 50; ++i) {
    kids.run([&] {
      covey::blocking([] {});
      covey::nursery inner;
      auto a = inner.spawn([] { return 1; });
      finished += a.get();
    });
  }
  kids.join();
  EXPECT_EQ(finished.load(), 50);
  EXPECT_EQ(pool.describe().substitutes, 0U);
}

TEST(thread_refusal, row_02_a_pool_can_be_made_again_when_threads_are_to_be_had) {
  const bounded bound;
  {
    const refusing_threads few(2);
    EXPECT_THROW(covey::pool{16}, covey::pool_error);
  }
  covey::pool pool{16};
  covey::nursery kids{{.pool = &pool}};
  EXPECT_EQ(kids.spawn([] { return 1; }).get(), 1);
}

// What programs do, each in a pool of its own.
using way = void (*)(covey::pool&);

void lend_at_the_limit(covey::pool& pool) {
  std::atomic<int> ran{0};
  covey::nursery kids{{.limit = 2, .pool = &pool, .when_full = covey::when_full::lend_place}};
  for (int i = 0; i < 5; ++i) {
    kids.run([&] { ++ran; });
  }
  kids.join();
  EXPECT_EQ(ran, 5);
}

void run_inline_at_the_limit(covey::pool& pool) {
  covey::nursery kids{{.limit = 2, .pool = &pool}};
  for (int i = 0; i < 5; ++i) {
    kids.run([] { covey::this_task::sleep_for(1ms); });
  }
  kids.join();
}

void sleep_and_block(covey::pool& pool) {
  covey::nursery kids{{.pool = &pool}};
  for (int i = 0; i < 5; ++i) {
    kids.run([] { covey::this_task::sleep_for(1ms); });
    kids.run([] { covey::blocking([] { std::this_thread::yield(); }); });
  }
  kids.join();
}

void end_by_a_timeout(covey::pool& pool) {
  covey::nursery kids{{.timeout = 5ms, .pool = &pool}};
  kids.run([] { covey::this_task::sleep_for(1h); });
  EXPECT_THROW(kids.join(), covey::timeout_error);
}

void move_a_deadline(covey::pool& pool) {
  covey::nursery kids{{.pool = &pool}};
  try {
    kids.expire_after(1h);
  } catch (const covey::pool_error&) {
    EXPECT_EQ(kids.deadline(), covey::clock::time_point::max());
    throw;
  }
  kids.join();
}

void spawn_by_a_door(covey::pool& pool) {
  std::atomic<int> ran{0};
  covey::nursery kids{{.pool = &pool}};
  auto door = kids.open_door();
  for (int i = 0; i < 5; ++i) {
    door.run([&] { ++ran; });
  }
  door.close();
  kids.join();
  EXPECT_EQ(ran, 5);
}

void ask_a_box_from_outside(covey::pool& pool) {
  std::atomic<int> ran{0};
  covey::nursery_box box{{.pool = &pool}};
  auto value = box.spawn([] { return 1; });
  for (int i = 0; i < 5; ++i) {
    box.run([&] { ++ran; });
  }
  EXPECT_EQ(value.get(), 1);
  box.join();
  EXPECT_EQ(ran, 5);
}

void wait_for_a_sibling(covey::pool& pool) {
  covey::nursery kids{{.pool = &pool}};
  auto first = kids.spawn([] { return 1; });
  auto second = kids.spawn([&first] { return first.get(); });
  auto third = kids.spawn([&second] { return second.get(); });
  EXPECT_EQ(third.get(), 1);
  kids.join();
}

void sum_a_range(covey::pool& pool) {
  const std::vector<int> ones(5000, 1);
  EXPECT_EQ(covey::reduce(ones, 0, std::plus<>(), {.pool = &pool}), 5000);
}

void take_turns_between_two_pools(covey::pool& pool) {
  covey::pool other{1};
  covey::nursery kids{{.pool = &pool}};
  for (int i = 0; i < 4; ++i) {
    kids.run([&] {
      covey::nursery there{{.limit = 1, .pool = &other, .when_full = covey::when_full::lend_place}};
      there.run([] {});
      there.run([] {});
    });
  }
  kids.join();
}

// @returns what a process may end with in which the n-th thread, and perhaps all after it, is refused.
int try_all_ways(int threads, int n, bool once) {
  for (const way each : {lend_at_the_limit,
                         run_inline_at_the_limit,
                         sleep_and_block,
                         end_by_a_timeout,
                         move_a_deadline,
                         spawn_by_a_door,
                         ask_a_box_from_outside,
                         wait_for_a_sibling,
                         sum_a_range,
                         take_turns_between_two_pools}) {
    const refusing_threads some(n, once);
    try {
      covey::pool pool{threads};
      each(pool);
    } catch (const covey::pool_error& error) {
      if (error.code() != std::errc::resource_unavailable_try_again) {
        return 1;
      }
    } catch (...) {
      return 2;
    }
  }
  return testing::Test::HasFailure() ? 3 : 0;
}

class every_refusal : public testing::TestWithParam<std::tuple<int, bool>> {
  covey_test::bounded bound_;
};
INSTANTIATE_TEST_SUITE_P(pools,
                         every_refusal,
                         testing::Combine(testing::Values(1, 2, 8), testing::Bool()),
                         [](const auto& given) {
                           return "pool_of_" + std::to_string(std::get<0>(given.param)) +
                                  (std::get<1>(given.param) ? "_once" : "_from_then_on");
                         });

// Each in a process of its own, which has no thread yet.
TEST_P(every_refusal, row_02_lowers_the_parallelism_or_is_a_pool_error_but_never_a_hang) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  const auto [threads, once] = GetParam();
  for (int n = 0; n < 2 * threads + 4; ++n) {
    EXPECT_EXIT(std::_Exit(try_all_ways(threads, n, once)), testing::ExitedWithCode(0), "")
        << "refused: thread " << n;
  }
}

TEST(thread_refusal, row_02_a_body_that_waits_unseen_gets_its_child_run_when_the_timer_is_refused) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(
      {
        const bounded bound;
        covey::pool pool{1};
        covey_test::gate first;
        covey_test::gate second;
        covey::nursery kids{{.pool = &pool}};
        const refusing_threads timer(0, true);
        kids.run([&] { first.open(); });
        kids.run([&] { second.open(); });
        second.wait();
        first.wait();
        kids.join();
        std::_Exit(0);
      },
      testing::ExitedWithCode(0),
      "");
}

}  // namespace
