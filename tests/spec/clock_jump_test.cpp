// SPDX-License-Identifier: Apache-2.0
// Row 20 of the robustness table: the system clock jumps. This executable stands between covey and the wall clock: it
// makes it jump by a year at every look, and counts who looks at it or waits by it.
#include "bounded.hpp"
#include "gate.hpp"

#include <covey/covey.hpp>

#include <atomic>
#include <chrono>
#include <ctime>
#include <dlfcn.h>
#include <gtest/gtest.h>
#include <pthread.h>
#include <semaphore.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <thread>
#include <unistd.h>

namespace {

// Whether the wall clock jumps; how often somebody asked it or waited by it meanwhile.
constinit std::atomic<bool> jumping{false};
constinit std::atomic<int> looks{0};

constexpr long year = 365L * 24 * 3600;

// Ahead and back again.
long jump() {
  return jumping.load() ? (looks.fetch_add(1) % 2 == 0 ? year : -year) : 0;
}

template <class Function>
Function real(const char* name) {
  return reinterpret_cast<Function>(::dlsym(RTLD_NEXT, name));
}

}  // namespace

extern "C" {

int clock_gettime(clockid_t which, timespec* now) noexcept {
  const long result = ::syscall(SYS_clock_gettime, which, now);
  if (which == CLOCK_REALTIME || which == CLOCK_REALTIME_COARSE || which == CLOCK_TAI) {
    now->tv_sec += jump();
  }
  return static_cast<int>(result);
}

int gettimeofday(timeval* now, void* /*zone*/) noexcept {
  timespec exact{};
  clock_gettime(CLOCK_REALTIME, &exact);
  now->tv_sec = exact.tv_sec;
  now->tv_usec = exact.tv_nsec / 1000;
  return 0;
}

time_t time(time_t* also) noexcept {
  timespec exact{};
  clock_gettime(CLOCK_REALTIME, &exact);
  if (also != nullptr) {
    *also = exact.tv_sec;
  }
  return exact.tv_sec;
}

// Waits until a time of the wall clock.
int pthread_cond_timedwait(pthread_cond_t* on, pthread_mutex_t* lock, const timespec* until) {
  static const auto next = real<decltype(&pthread_cond_timedwait)>("pthread_cond_timedwait");
  jump();
  return next(on, lock, until);
}
int pthread_cond_clockwait(pthread_cond_t* on,
                           pthread_mutex_t* lock,
                           clockid_t which,
                           const timespec* until) {
  static const auto next = real<decltype(&pthread_cond_clockwait)>("pthread_cond_clockwait");
  if (which == CLOCK_REALTIME) {
    jump();
  }
  return next(on, lock, which, until);
}
int pthread_mutex_timedlock(pthread_mutex_t* lock, const timespec* until) noexcept {
  static const auto next = real<decltype(&pthread_mutex_timedlock)>("pthread_mutex_timedlock");
  jump();
  return next(lock, until);
}
int sem_timedwait(sem_t* on, const timespec* until) {
  static const auto next = real<decltype(&sem_timedwait)>("sem_timedwait");
  jump();
  return next(on, until);
}
int clock_nanosleep(clockid_t which, int flags, const timespec* until, timespec* left) {
  static const auto next = real<decltype(&clock_nanosleep)>("clock_nanosleep");
  if (which == CLOCK_REALTIME && (flags & TIMER_ABSTIME) != 0) {
    jump();
  }
  return next(which, flags, until, left);
}

}  // extern "C"

namespace {

using covey_test::bounded;
using covey_test::gate;
using namespace std::chrono_literals;
using steady = std::chrono::steady_clock;

/// The wall clock jumps for the length of a scope, and nobody but the test may care.
class jumps {
 public:
  jumps() {
    looks = 0;
    jumping = true;
  }
  jumps(const jumps&) = delete;
  jumps& operator=(const jumps&) = delete;
  ~jumps() {
    jumping = false;
    EXPECT_EQ(looks.load(), 0) << "covey asked the wall clock, or waited by it";
  }
};

class clock_jump : public testing::TestWithParam<int> {
 protected:
  covey::pool pool{GetParam()};
  [[nodiscard]] covey::nursery_options here(covey::nursery_options options = {}) {
    options.pool = &pool;
    return options;
  }

 private:
  bounded bound_;
};

TEST(clock_jump_itself, the_wall_clock_jumps_here_and_the_steady_clock_does_not) {
  jumping = true;
  const auto ahead = std::chrono::system_clock::now();
  const auto back = std::chrono::system_clock::now();
  const auto first = steady::now();
  const auto second = steady::now();
  jumping = false;
  EXPECT_GT(ahead - back, std::chrono::hours(24 * 365));
  EXPECT_LE(first, second);
  EXPECT_LT(second - first, std::chrono::hours(1));
  EXPECT_EQ(looks.exchange(0), 2);
}

TEST_P(clock_jump, row_20_a_timeout_far_away_does_not_expire) {
  const jumps around;
  covey::nursery kids{here({.timeout = 1h})};
  auto value = kids.spawn([] {
    covey::this_task::sleep_for(5ms);
    covey::this_task::checkpoint();
    return 1;
  });
  EXPECT_EQ(value.get(), 1);
  EXPECT_NO_THROW(kids.join());
}

TEST_P(clock_jump, row_20_a_short_timeout_expires_and_not_early) {
  const jumps around;
  const auto begin = steady::now();
  covey::nursery kids{here({.timeout = 20ms})};
  kids.run([] { covey::this_task::sleep_for(24h); });
  EXPECT_THROW(kids.join(), covey::timeout_error);
  EXPECT_GE(steady::now() - begin, 20ms);
}

TEST_P(clock_jump, row_20_a_deadline_that_is_moved_counts_by_the_steady_clock) {
  const jumps around;
  covey::nursery kids{here({.timeout = 1h})};
  kids.run([] { covey::this_task::sleep_for(24h); });
  const auto when = covey::clock::now() + 10ms;
  kids.expire_at(when);
  EXPECT_THROW(kids.join(), covey::timeout_error);
  EXPECT_GE(covey::clock::now(), when);
}

TEST_P(clock_jump, row_20_sleeps_and_bounded_waits_are_not_cut_short) {
  const jumps around;
  gate leave;
  covey::nursery kids{here()};
  auto waits = kids.spawn([&] { leave.wait_in_child(); });
  auto begin = steady::now();
  EXPECT_EQ(waits.wait_for(10ms), covey::future_status::timeout);
  EXPECT_GE(steady::now() - begin, 10ms);
  begin = steady::now();
  covey::this_task::sleep_for(10ms);
  EXPECT_GE(steady::now() - begin, 10ms);
  auto slept = kids.spawn([] {
    const auto start = steady::now();
    covey::this_task::sleep_until(covey::clock::now() + 10ms);
    return steady::now() - start;
  });
  EXPECT_GE(slept.get(), 10ms);
  leave.open();
  waits.get();
}

TEST_P(clock_jump, row_20_waits_without_a_bound_end) {
  const jumps around;
  std::atomic<int> ran{0};
  covey::nursery kids{here({.limit = 4, .when_full = covey::when_full::lend_place})};
  std::thread foreign([&, door = kids.open_door()]() mutable {
    for (int i = 0; i < 100; ++i) {
      door.run([&] { ++ran; });
    }
    door.close();
  });
  for (int i = 0; i < 100; ++i) {
    kids.run([&] { ++ran; });
  }
  kids.wait_idle();
  std::thread joiner([&] { kids.join(); });
  joiner.join();
  foreign.join();
  EXPECT_EQ(ran.load(), 200);
}

std::string pool_name(const testing::TestParamInfo<int>& size) {
  return "pool_of_" + std::to_string(size.param);
}
INSTANTIATE_TEST_SUITE_P(pools, clock_jump, testing::Values(1, 2, 8), pool_name);

}  // namespace
