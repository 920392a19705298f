// SPDX-License-Identifier: Apache-2.0
// Threads of covey take the signals that the process takes, whichever thread made covey start them (semantics 31).
#include "each_pool_size.hpp"

#include <atomic>
#include <chrono>
#include <csignal>
#include <latch>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <unistd.h>

namespace {

using namespace std::chrono_literals;
COVEY_EACH_POOL_SIZE(signals_of_threads);

/// The signals that the calling thread blocks, as text for messages.
std::string blocked_here() {
  sigset_t now;
  ::sigemptyset(&now);
  ::pthread_sigmask(SIG_BLOCK, nullptr, &now);
  std::string text;
  for (int number = 1; number < 65; ++number) {
    if (::sigismember(&now, number) == 1) {
      text += std::to_string(number) + " ";
    }
  }
  return text;
}

/// Blocks those signals in the calling thread for the length of a scope.
class blocking_signals {
 public:
  explicit blocking_signals(std::optional<int> only = {}) {
    sigset_t these;
    ::sigfillset(&these);
    if (only) {
      ::sigemptyset(&these);
      ::sigaddset(&these, *only);
    }
    ::pthread_sigmask(SIG_BLOCK, &these, &before_);
  }
  ~blocking_signals() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  blocking_signals(const blocking_signals&) = delete;
  blocking_signals& operator=(const blocking_signals&) = delete;

 private:
  sigset_t before_{};
};

/// What the threads block on which children ran, but for the opening one.
class masks {
 public:
  void note() {
    const std::lock_guard hold(mutex_);
    if (::gettid() != opener_) {
      seen_.insert(blocked_here());
      ++noted_;
    }
  }
  [[nodiscard]] std::set<std::string> seen() const { return seen_; }
  [[nodiscard]] int noted() const { return noted_; }

 private:
  const pid_t opener_ = ::gettid();
  std::mutex mutex_;
  std::set<std::string> seen_;
  int noted_ = 0;
};

const std::set<std::string> nothing_blocked{""};

/// Runs children on borrowed threads, on own ones and on substitutes: more than the pool has are inside at once.
masks& run_everywhere(int threads, masks& found) {
  covey::pool pool{threads};
  covey::nursery kids{{.pool = &pool}};
  std::latch all_here(2 * threads + 4);
  for (int i = 0; i < 2 * threads + 4; ++i) {
    kids.run([&] {
      found.note();
      covey::blocking([&] { all_here.arrive_and_wait(); });
      found.note();
    });
  }
  kids.join();
  return found;
}

TEST_P(signals_of_threads, are_open_although_the_opening_thread_blocks_all) {
  std::thread([] {
    const blocking_signals all;
    masks found;
    EXPECT_EQ(run_everywhere(GetParam(), found).seen(), nothing_blocked);
    EXPECT_GT(found.noted(), 2 * GetParam());
  }).join();
}

TEST_P(signals_of_threads, are_open_although_the_main_thread_blocks_all_for_a_moment) {
  const blocking_signals all;
  masks found;
  EXPECT_EQ(run_everywhere(GetParam(), found).seen(), nothing_blocked);
}

TEST_P(signals_of_threads, are_open_on_the_thread_that_starts_a_starving_child) {
  std::thread([] {
    const blocking_signals all;
    covey::pool pool{GetParam()};
    covey::nursery kids{{.pool = &pool}};
    masks found;
    std::atomic<int> ran{0};
    for (int i = 0; i < GetParam(); ++i) {
      kids.run([&] {
        found.note();
        for (++ran; ran < GetParam();) {
        }
      });
    }
    while (ran < GetParam()) {  // a long body: one thread beyond the size is needed
    }
    kids.join();
    EXPECT_EQ(found.seen(), nothing_blocked);
  }).join();
}

TEST_P(signals_of_threads, are_open_where_a_child_that_blocks_all_makes_threads_necessary) {
  covey::nursery outer{here()};
  outer.run([] {
    const blocking_signals all;
    masks found;
    EXPECT_EQ(run_everywhere(GetParam(), found).seen(), nothing_blocked);
  });
  outer.join();
}

TEST_P(signals_of_threads, are_open_where_a_deadline_calls_back) {
  std::string blocked = "not called";
  std::thread([&] {
    const blocking_signals all;
    covey::nursery kids{here({.timeout = 1ms, .on_timeout = covey::on_timeout::return_partial})};
    covey_test::gate called;
    const covey::stop_callback tell(kids.get_stop_token(), [&] {
      blocked = blocked_here();
      called.open();
    });
    called.wait();
    kids.join();
  }).join();
  // The callback may have run here, if the time was up when it was registered: then it saw this thread's mask.
  EXPECT_TRUE(blocked.empty() || blocked.size() > 60) << blocked;
}

// In a process of its own: threads that oneTBB has from earlier tests keep the mask that they have.
TEST_P(signals_of_threads,
       are_blocked_where_the_main_thread_blocks_them_to_wait_for_them_elsewhere) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(
      {
        const blocking_signals some(SIGUSR1);
        std::set<std::string> found;
        std::thread([&] {
          sigset_t none;
          ::sigemptyset(&none);
          ::pthread_sigmask(SIG_SETMASK, &none, nullptr);
          masks here;
          found = run_everywhere(GetParam(), here).seen();
        }).join();
        ::_exit(found == std::set<std::string>{std::to_string(SIGUSR1) + " "} ? 0 : 1);
      },
      testing::ExitedWithCode(0),
      "");
}

TEST_P(signals_of_threads, of_the_opening_thread_stay_as_they_were) {
  const blocking_signals all;
  const std::string before = blocked_here();
  masks found;
  run_everywhere(GetParam(), found);
  EXPECT_EQ(blocked_here(), before);
}

}  // namespace
