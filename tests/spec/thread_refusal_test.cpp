// SPDX-License-Identifier: Apache-2.0
// Row 2 of the robustness table: the system refuses threads. This executable stands between covey and pthread_create.
#include "bounded.hpp"
#include "leaves.hpp"

#include <covey/covey.hpp>

#include <atomic>
#include <cerrno>
#include <dlfcn.h>
#include <gtest/gtest.h>
#include <pthread.h>
#include <system_error>

namespace {

// Threads until the system refuses; negative: it never does.
constinit std::atomic<int> threads_left{-1};

using create_function = int (*)(pthread_t*, const pthread_attr_t*, void* (*)(void*), void*);

class refusing_threads {
 public:
  explicit refusing_threads(int after) { threads_left = after; }
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
    if (left == 0) {
      return EAGAIN;
    }
    if (threads_left.compare_exchange_weak(left, left - 1)) {
      break;
    }
  }
  return real(thread, attributes, start, argument);
}

namespace {

using covey_test::bounded;

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

}  // namespace
