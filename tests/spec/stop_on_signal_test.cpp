// SPDX-License-Identifier: Apache-2.0
// stop_on_signal: a signal is a stop request, the second one has its default action, and what was there comes back.
#include "bounded.hpp"
#include "each_pool_size.hpp"

#include <covey/covey.hpp>
#include <covey/stop_on_signal.hpp>

#include <atomic>
#include <csignal>
#include <cstdlib>
#include <gtest/gtest.h>
#include <initializer_list>
#include <stdexcept>
#include <string>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace {

using covey_test::bounded;
using covey_test::gate;
using namespace std::chrono_literals;

COVEY_EACH_POOL_SIZE(stop_on_signal);

std::atomic<int> heard{0};
void hear(int number) {
  heard = number;
}

// What a signal does, as a test found it.
class action_kept {
 public:
  explicit action_kept(int number) : number_(number) { ::sigaction(number, nullptr, &before_); }
  action_kept(const action_kept&) = delete;
  action_kept& operator=(const action_kept&) = delete;
  ~action_kept() { ::sigaction(number_, &before_, nullptr); }

 private:
  int number_;
  struct sigaction before_ {};
};

TEST_P(stop_on_signal, the_first_signal_stops_the_nursery_and_tells_its_name) {
  for (const int number : {SIGINT, SIGTERM}) {
    covey::nursery kids{here()};
    const covey::stop_on_signal on_signal(kids);
    EXPECT_EQ(on_signal.caught(), 0);
    kids.run([] { covey::this_task::sleep_for(24h); });
    ::kill(::getpid(), number);
    kids.join();  // an own stop is no failure
    EXPECT_EQ(on_signal.caught(), number);
    EXPECT_EQ(kids.outcome().stop.kind, covey::stop_kind::explicit_stop);
    EXPECT_EQ(kids.outcome().stop.text.view(), number == SIGINT ? "SIGINT" : "SIGTERM");
    EXPECT_NE(std::string(kids.outcome().stop.site.file()).find("stop_on_signal_test"),
              std::string::npos);
  }
}

TEST_P(stop_on_signal, it_stops_a_box_and_other_signals_when_asked) {
  covey::nursery_box box{here()};
  box.run([] { covey::this_task::sleep_for(24h); });
  const covey::stop_on_signal on_signal(box, {SIGUSR1});
  ::kill(::getpid(), SIGUSR1);
  box.join();
  EXPECT_EQ(on_signal.caught(), SIGUSR1);
  EXPECT_EQ(box.outcome().stop.text.view(), "SIGUSR1");
}

TEST_P(stop_on_signal, the_actions_of_before_come_back) {
  const action_kept as_it_was(SIGUSR1);
  ::signal(SIGUSR1, &hear);
  for (const bool one_comes : {false, true}) {
    heard = 0;
    {
      covey::nursery kids{here()};
      const covey::stop_on_signal on_signal(kids, {SIGUSR1});
      if (one_comes) {
        kids.run([] { covey::this_task::sleep_for(24h); });
        ::raise(SIGUSR1);
      }
      kids.join();
      EXPECT_EQ(heard, 0);
    }
    ::raise(SIGUSR1);
    EXPECT_EQ(heard, SIGUSR1);
  }
}

TEST_P(stop_on_signal, an_ignored_signal_stays_ignored) {
  const action_kept as_it_was(SIGUSR1);
  ::signal(SIGUSR1, SIG_IGN);
  covey::nursery kids{here()};
  const covey::stop_on_signal on_signal(kids, {SIGUSR1});
  ::raise(SIGUSR1);
  EXPECT_EQ(on_signal.caught(), 0);
  kids.join();
}

TEST_P(stop_on_signal, there_is_one_at_a_time) {
  covey::nursery kids{here()};
  {
    const covey::stop_on_signal on_signal(kids);
    EXPECT_THROW({ const covey::stop_on_signal refused(kids, {SIGUSR1}); }, covey::structure_error);
  }
  const covey::stop_on_signal next(kids);
  kids.join();
}

TEST_P(stop_on_signal, signals_that_cannot_be_caught_are_refused_and_change_nothing) {
  const action_kept as_it_was(SIGUSR1);
  ::signal(SIGUSR1, &hear);
  covey::nursery kids{here()};
  EXPECT_THROW(
      {
        const covey::stop_on_signal refused(kids, {SIGUSR1, SIGKILL});
      },
      std::invalid_argument);
  EXPECT_THROW(
      {
        const covey::stop_on_signal refused(kids, {1, 2, 3, 4, 5, 6, 7, 8, 10});
      },
      std::invalid_argument);
  heard = 0;
  ::raise(SIGUSR1);
  EXPECT_EQ(heard, SIGUSR1);
  const covey::stop_on_signal works(kids);
  kids.join();
}

#if !COVEY_TSAN  // its runtime does not survive the fork of a process with other threads
template <class Work>
int status_of_forked(Work&& work) {
  const pid_t pid = ::fork();
  if (pid == 0) {
    ::alarm(10 * bounded::patience());
    ::_exit(work());
  }
  int state = 0;
  ::waitpid(pid, &state, 0);
  return WIFEXITED(state) ? WEXITSTATUS(state) : 100 + WTERMSIG(state);
}

TEST_P(stop_on_signal, a_forked_process_dies_of_the_signal_and_does_not_stop_its_parent) {
  covey::nursery kids{here()};
  const covey::stop_on_signal on_signal(kids);
  EXPECT_EQ(status_of_forked([] {
              ::raise(SIGINT);
              return 0;
            }),
            100 + SIGINT);
  EXPECT_EQ(on_signal.caught(), 0);
  kids.join();
  EXPECT_EQ(kids.outcome().stop.kind, covey::stop_kind::none);
}
#endif

TEST(stop_on_signal_process, the_second_signal_ends_the_process) {
  const bounded bound;
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  for (const int second : {SIGINT, SIGTERM}) {
    EXPECT_EXIT(
        {
          ::alarm(10 * bounded::patience());
          covey::nursery kids;
          const covey::stop_on_signal on_signal(kids);
          kids.run([second] {
            ::kill(::getpid(), SIGINT);
            while (!covey::this_task::stop_requested()) {
              std::this_thread::yield();
            }
            ::kill(::getpid(), second);
            for (;;) {
              ::pause();
            }
          });
          kids.join();
        },
        testing::KilledBySignal(second),
        "");
  }
}

}  // namespace
