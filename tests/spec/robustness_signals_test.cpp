// SPDX-License-Identifier: Apache-2.0
// Row 20 of the robustness table: every sleep of every thread is interrupted all the time; the process is stopped for
// longer than its timeouts.
#include "each_pool_size.hpp"

#include <atomic>
#include <charconv>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <string>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace {

using covey_test::bounded;
using covey_test::gate;
using namespace std::chrono_literals;
using steady = std::chrono::steady_clock;
COVEY_EACH_POOL_SIZE(robustness_signals);

/// Sends a signal, whose handler does nothing, to every other thread of the process, again and again.
class storm {
 public:
  storm() {
    struct sigaction quiet = {};
    quiet.sa_handler = [](int) { interrupted.fetch_add(1, std::memory_order_relaxed); };
    quiet.sa_flags = 0;  // no SA_RESTART: system calls return EINTR
    EXPECT_EQ(::sigaction(SIGUSR1, &quiet, &before_), 0);
    interrupted = 0;
    blows_ = std::thread([this] { blow(); });
  }
  storm(const storm&) = delete;
  storm& operator=(const storm&) = delete;
  ~storm() {
    over_ = true;
    blows_.join();
    EXPECT_GT(interrupted.load(), 0);
    // Signals on their way still find the handler.
    struct sigaction ignored = {};
    ignored.sa_handler = SIG_IGN;
    ::sigaction(SIGUSR1, &ignored, nullptr);
    ::sigaction(SIGUSR1, &before_, nullptr);
  }

 private:
  void blow() const {
    const auto me = static_cast<int>(::syscall(SYS_gettid));
    while (!over_.load()) {
      for (const auto& task : std::filesystem::directory_iterator("/proc/self/task")) {
        const std::string name = task.path().filename().string();
        int id = 0;
        std::from_chars(name.data(), name.data() + name.size(), id);
        if (id != me) {
          ::syscall(SYS_tgkill, ::getpid(), id, SIGUSR1);
        }
      }
      std::this_thread::yield();
    }
  }

  static inline std::atomic<int> interrupted{0};
  struct sigaction before_ = {};
  std::atomic<bool> over_{false};
  std::thread blows_;
};

TEST_P(robustness_signals, row_20_values_come_through_a_storm_of_signals) {
  const storm around;
  for (int round = 0; round < 20; ++round) {
    gate leave;
    covey::nursery kids{here()};
    auto value = kids.spawn([&] {
      leave.wait_in_child();
      return 7;
    });
    std::thread opener([&] {
      covey::this_task::sleep_for(1ms);
      leave.open();
    });
    EXPECT_EQ(value.get(), 7);
    opener.join();
  }
}

TEST_P(robustness_signals, row_20_sleeps_and_bounded_waits_are_not_cut_short_by_signals) {
  const storm around;
  gate leave;
  covey::nursery kids{here()};
  auto waits = kids.spawn([&] { leave.wait_in_child(); });
  for (int round = 0; round < 5; ++round) {
    auto begin = steady::now();
    EXPECT_EQ(waits.wait_for(5ms), covey::future_status::timeout);
    EXPECT_GE(steady::now() - begin, 5ms);
    begin = steady::now();
    covey::this_task::sleep_for(5ms);
    EXPECT_GE(steady::now() - begin, 5ms);
    auto slept = kids.spawn([] {
      const auto start = steady::now();
      covey::this_task::sleep_for(5ms);
      return steady::now() - start;
    });
    EXPECT_GE(slept.get(), 5ms);
  }
  leave.open();
  waits.get();
}

TEST_P(robustness_signals, row_20_a_timeout_expires_once_and_not_early_under_signals) {
  const storm around;
  for (int round = 0; round < 5; ++round) {
    const auto begin = steady::now();
    covey::nursery kids{here({.timeout = 5ms})};
    kids.run([] { covey::this_task::sleep_for(24h); });
    EXPECT_THROW(kids.join(), covey::timeout_error);
    EXPECT_GE(steady::now() - begin, 5ms);
    EXPECT_EQ(kids.outcome().state, covey::scope_state::timed_out);
  }
}

TEST_P(robustness_signals, row_20_joins_doors_and_full_nurseries_end_under_signals) {
  const storm around;
  for (int round = 0; round < 10; ++round) {
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
    std::thread joiner([&] { kids.join(); });
    joiner.join();
    foreign.join();
    EXPECT_EQ(ran.load(), 200);
  }
}

// Runs `work` in a process of its own, which stops itself, for longer than any timeout in it, and lets it go on.
// Ends with its exit status: to be called in a process that has not used covey yet.
template <class Work>
[[noreturn]] void stop_for_a_while(Work work) {
  const pid_t pid = ::fork();
  if (pid == 0) {
    ::alarm(20 * bounded::patience());
    int result = 3;
    try {
      result = work();
    } catch (...) {
      result = 4;
    }
    ::_exit(result);
  }
  int status = 0;
  if (::waitpid(pid, &status, WUNTRACED) != pid || !WIFSTOPPED(status)) {
    ::_exit(7);
  }
  std::this_thread::sleep_for(200ms);  // longer than the timeouts: what the row is about
  ::kill(pid, SIGCONT);
  ::waitpid(pid, &status, 0);
  ::_exit(WIFEXITED(status) ? WEXITSTATUS(status) : 100 + WTERMSIG(status));
}

int times_out() {
  covey::pool own{2};
  covey::nursery kids{{.pool = &own}};
  kids.run([&kids] {
    kids.expire_after(100ms);
    ::raise(SIGSTOP);
    while (!covey::this_task::stop_requested()) {
      std::this_thread::yield();
    }
  });
  kids.run([] { covey::this_task::sleep_for(24h); });
  try {
    kids.join();
    return 5;
  } catch (const covey::timeout_error&) {
    return kids.outcome().state == covey::scope_state::timed_out ? 0 : 6;
  }
}

int keeps_the_value_of_a_child_that_finished_first() {
  covey::pool own{2};
  covey::future<int> early;
  try {
    covey::nursery kids{{.pool = &own}};
    early = kids.spawn([] { return 7; });
    early.wait();
    kids.run([&kids] {
      kids.expire_after(100ms);
      ::raise(SIGSTOP);
      covey::this_task::sleep_for(24h);
    });
    kids.join();
    return 5;
  } catch (const covey::timeout_error&) {
    return early.get() == 7 ? 0 : 6;
  }
}

int goes_on_without_a_timeout() {
  covey::pool own{2};
  covey::nursery kids{{.pool = &own}};
  auto sleeps = kids.spawn([] {
    covey::this_task::sleep_for(50ms);
    return 3;
  });
  auto stops = kids.spawn([] {
    ::raise(SIGSTOP);
    return 4;
  });
  static_cast<void>(stops.wait_for(100ms));  // in time or not: one of the two
  return sleeps.get() + stops.get() == 7 ? 0 : 6;
}

TEST(robustness_signals_process,
     row_20_a_process_stopped_for_longer_than_its_timeout_has_one_outcome) {
  const bounded bound;
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  const auto ends_well = testing::ExitedWithCode(0);
  EXPECT_EXIT(stop_for_a_while(times_out), ends_well, "");
  EXPECT_EXIT(stop_for_a_while(keeps_the_value_of_a_child_that_finished_first), ends_well, "");
  EXPECT_EXIT(stop_for_a_while(goes_on_without_a_timeout), ends_well, "");
}

}  // namespace
