// SPDX-License-Identifier: Apache-2.0
// Abuse and faults, one test per row of the robustness table: rows 25, 26 and 31, which need processes of their own.
#include "bounded.hpp"
#include "gate.hpp"
#include "leaves.hpp"
#include "one_processor.hpp"

#include <covey/covey.hpp>

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <gtest/gtest.h>
#include <pthread.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace {

using covey_test::bounded;
using covey_test::gate;
using covey_test::throws_pool_error;
using namespace std::chrono_literals;

// @returns the exit status of a forked child that runs `work` and exits with its result.
template <class Work>
int in_forked_child(Work&& work) {
  const pid_t pid = ::fork();
  if (pid == 0) {
    ::alarm(20);
    ::_exit(work());
  }
  int status = 0;
  ::waitpid(pid, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 100 + WTERMSIG(status);
}

TEST(robustness_process, row_25_after_fork_spawn_get_and_join_throw_pool_error_in_the_child) {
  const bounded bound;
  covey::pool pool{2};
  gate leave;
  covey::nursery kids{{.pool = &pool}};
  auto value = kids.spawn([&] {
    leave.wait_in_child();
    return 1;
  });
  const int status = in_forked_child([&] {
    if (!throws_pool_error([&] { kids.run([] {}); })) {
      return 1;
    }
    if (!throws_pool_error([&] { kids.join(); })) {
      return 2;
    }
    if (!throws_pool_error([&] { value.get(); })) {
      return 3;
    }
    return throws_pool_error([&] {
      covey::nursery fresh{{.parent = covey::root, .pool = &pool}};
      fresh.run([] {});
    })
               ? 0
               : 4;
  });
  EXPECT_EQ(status, 0);
  leave.open();
  EXPECT_EQ(value.get(), 1);  // the parent is as it was
}

#if !COVEY_TSAN  // its runtime does not survive the fork of a process with other threads
TEST(robustness_process, row_25_after_fork_destructors_return_in_the_child) {
  const bounded bound;
  const auto scope = [] {
    covey::pool pool{2};
    // Not destroyed in the forked child: a condition variable waits for its sleepers, who do not exist there.
    static gate leave;
    covey::nursery kids{{.pool = &pool}};
    auto value = kids.spawn([&] {
      leave.wait_in_child();
      return 1;
    });
    const pid_t pid = ::fork();
    if (pid != 0) {
      leave.open();
    } else {
      ::alarm(20);
    }
    return pid;
  };
  const pid_t pid = scope();
  if (pid == 0) {
    ::_exit(0);
  }
  int status = 0;
  ::waitpid(pid, &status, 0);
  EXPECT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 0);
}
#endif

TEST(robustness_process, row_25_fork_and_exec_from_a_child_is_fine) {
  const bounded bound;
  covey::pool pool{2};
  covey::nursery kids{{.pool = &pool}};
  auto status = kids.spawn([] { return covey::blocking([] { return std::system("exit 5"); }); });
  EXPECT_EQ(WEXITSTATUS(status.get()), 5);
}

TEST(robustness_process, row_26_exit_with_running_tasks_ends_the_process) {
  const bounded bound;
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(
      {
        gate started;
        covey::nursery kids;
        kids.run([&] {
          started.open();
          while (!covey::this_task::stop_requested()) {
            std::this_thread::yield();
          }
        });
        started.wait();
        std::exit(6);
      },
      testing::ExitedWithCode(6),
      "");
}

TEST(robustness_process, row_26_exit_does_not_wait_for_ever_for_a_task_that_ignores_its_stop) {
  const bounded bound;
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(
      {
        gate started;
        gate never;
        covey::nursery kids;
        kids.run([&] {
          started.open();
          never.wait();
        });
        started.wait();
        std::exit(6);
      },
      testing::ExitedWithCode(6),
      "");
}

TEST(robustness_process, row_26_exit_called_by_a_child_does_not_wait_for_itself) {
  const bounded bound;
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(
      {
        covey::nursery kids;
        kids.run([] { std::exit(6); });
        kids.join();
      },
      testing::ExitedWithCode(6),
      "");
}

TEST(robustness_process, row_26_use_from_static_destructors_is_a_pool_error) {
  const bounded bound;
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(
      {
        // Registered before the first use of the pool: runs after the pool's own end.
        std::atexit([] {
          ::_exit(throws_pool_error([] {
            covey::nursery kids;
            kids.run([] {});
          })
                      ? 6
                      : 7);
        });
        {
          covey::nursery kids;
          kids.run([] {});
        }
        std::exit(8);
      },
      testing::ExitedWithCode(6),
      "");
}

TEST(robustness_process, a_forced_unwind_is_never_swallowed_and_names_the_task) {
  const bounded bound;
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_DEATH(
      {
        covey::nursery kids;
        kids.run("cancelled from outside", [] { ::pthread_exit(nullptr); });
        kids.join();
      },
      "cancelled from outside");
}

TEST(robustness_process, row_31_the_default_size_respects_the_affinity_and_says_so) {
  const bounded bound;
  const covey_test::one_processor only;
  covey::pool narrow;
  EXPECT_EQ(narrow.size(), 1U);
  const covey::pool_description told = narrow.describe();
  EXPECT_EQ(told.affinity, 1U);
  EXPECT_FALSE(told.why.empty());
  covey::nursery kids{{.pool = &narrow}};
  EXPECT_EQ(kids.spawn([] { return 1; }).get(), 1);
}

}  // namespace
