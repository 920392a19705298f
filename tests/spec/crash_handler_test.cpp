// SPDX-License-Identifier: Apache-2.0
// Row 30 of the robustness table: a child that crashes takes the process with it, and stderr says which one it was.
#include "bounded.hpp"
#include "gate.hpp"
#include "sanitized.hpp"

#include <covey/covey.hpp>
#include <covey/crash_handler.hpp>
#include <covey/tracking.hpp>

#include <csignal>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <gtest/gtest.h>
#include <stdexcept>
#include <string>
#include <thread>
#include <unistd.h>

namespace {

using covey_test::gate;

// Sanitizers have handlers of their own for some of the signals; those come after ours, and end the process by exit().
class dies_by {
 public:
  explicit dies_by(int number) : number_(number) {}
  bool operator()(int status) const {
    return testing::KilledBySignal(number_)(status) ||
           (covey_test::sanitized && WIFEXITED(status) && WEXITSTATUS(status) != 0);
  }

 private:
  int number_;
};

[[noreturn]] void fail() {
  throw std::runtime_error("no way out");
}

// UndefinedBehaviorSanitizer would not let it come to that.
__attribute__((noinline, no_sanitize("undefined"))) void write_to_nowhere() {
  volatile int* volatile nowhere = nullptr;
  *nowhere = 1;
}

// Every call uses a kilobyte, and none is the last thing that its caller does.
// NOLINTNEXTLINE(misc-no-recursion)
[[gnu::noinline]] int without_end(int depth) {
  volatile char room[1024];
  room[static_cast<std::size_t>(depth) % sizeof(room)] = static_cast<char>(depth);
  return depth < 0 ? 0 : without_end(depth + 1) + room[0];
}

class crash_handler : public testing::TestWithParam<int> {
 protected:
  void SetUp() override { GTEST_FLAG_SET(death_test_style, "threadsafe"); }

  // Calls `crash` as the child 'tile 17' of the nursery 'frame'; on a thread of the pool if it has any. Never returns.
  template <class Crash>
  static void in_a_child(Crash crash, const char* name = "tile 17") {
    covey::install_crash_handler();
    covey::pool pool{GetParam()};
    covey::nursery film{{.name = "film", .pool = &pool}};
    film.run("picture", [&] {
      covey::nursery frame{{.name = "frame"}};
      frame.run(name, crash);
      frame.join();
    });
    if (GetParam() > 1) {
      gate never;
      never.wait();
    }
    film.join();
  }

 private:
  covey_test::bounded bound_;
};
INSTANTIATE_TEST_SUITE_P(pools, crash_handler, testing::Values(1, 2, 8), [](const auto& size) {
  return "pool_of_" + std::to_string(size.param);
});

constexpr const char* path_of_tile_17 =
    "\n  in child 'tile 17', running, spawned at .*crash_handler_test.cpp:[0-9]+"
    "\n  in nursery 'frame', open, 1 children not finished, opened at "
    ".*crash_handler_test.cpp:[0-9]+"
    "\n  in child 'picture', running, spawned at .*crash_handler_test.cpp:[0-9]+"
    "\n  in nursery 'film', open, 1 children not finished, opened at "
    ".*crash_handler_test.cpp:[0-9]+\n";

std::string signal_and_path(const std::string& head) {
  return "covey: signal [0-9]+ ." + head + path_of_tile_17;
}

TEST_P(crash_handler, row_30_names_the_child_that_touches_invalid_memory) {
  EXPECT_EXIT(in_a_child(&write_to_nowhere), dies_by(SIGSEGV), signal_and_path("SIGSEGV.*at 0x0."));
}

TEST_P(crash_handler, row_30_names_the_child_that_aborts) {
  EXPECT_EXIT(in_a_child([] { std::abort(); }), dies_by(SIGABRT), signal_and_path("SIGABRT.*"));
}

TEST_P(crash_handler, row_30_names_the_child_that_terminates) {
  EXPECT_EXIT(
      in_a_child([]() noexcept { fail(); }), dies_by(SIGABRT), signal_and_path("SIGABRT.*"));
}

TEST_P(crash_handler, row_30_names_the_child_that_a_signal_was_sent_to) {
  for (const int number : {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT}) {
    EXPECT_EXIT(in_a_child([number] { std::raise(number); }),
                dies_by(number),
                "covey: signal " + std::to_string(number) + std::string(" .*") + path_of_tile_17);
  }
}

TEST_P(crash_handler, row_30_names_the_child_whose_stack_overflows) {
  if (covey_test::sanitized) {
    GTEST_SKIP() << "sanitizers look at stack overflows first";
  }
  EXPECT_EXIT(in_a_child([] { return without_end(0); }),
              dies_by(SIGSEGV),
              signal_and_path("SIGSEGV.*the stack has overflowed"));
}

TEST_P(crash_handler, escapes_what_is_not_fit_for_a_terminal) {
  EXPECT_EXIT(in_a_child(&write_to_nowhere, "line\nend 'quoted' \xff gr\xc3\xbc\xc3\x9f"),
              dies_by(SIGSEGV),
              "in child 'line\\\\x0aend \\\\'quoted\\\\' \\\\xff gr\xc3\xbc\xc3\x9f', running");
}

TEST_P(crash_handler, tells_a_child_that_get_runs_in_place) {
  EXPECT_EXIT(
      {
        covey::install_crash_handler();
        covey::pool pool{GetParam()};
        covey::nursery kids{{.pool = &pool}};
        kids.spawn([] {
              covey::nursery below;
              write_to_nowhere();
            })
            .get();
      },
      dies_by(SIGSEGV),
      "\n  in an unnamed nursery, open, 0 children not finished, opened at "
      ".*\n  in an? .*child.*an unnamed nursery, .*1 children not finished");
}

TEST_P(crash_handler, tells_children_that_were_asked_to_stop) {
  EXPECT_EXIT(in_a_child([] {
                covey::nursery below{{.name = "below"}};
                below.run([&] {
                  below.stop();
                  write_to_nowhere();
                });
                below.join();
              }),
              dies_by(SIGSEGV),
              "\n  in an unnamed child, running, spawned at .*"
              "\n  in nursery 'below', stopping, 1 children");
}

TEST_P(crash_handler, survives_a_context_that_points_nowhere) {
  for (const covey::detail::context wild : {0x1000U, 0x1001U, 0x1002U, 0x1003U, 0x1004U}) {
    EXPECT_EXIT(in_a_child([wild] {
                  covey::detail::enter_context(wild);
                  write_to_nowhere();
                }),
                dies_by(SIGSEGV),
                "covey: signal 11 .*\n  in .*something that cannot be read; the path ends here\n");
  }
}

// A context that leads back to itself.
TEST_P(crash_handler, survives_a_path_without_end) {
  EXPECT_EXIT(in_a_child([] {
                covey::nursery ring;
                auto& scope = covey::detail::nursery_access::of(ring);
                scope.outer = covey::detail::body_of(&scope);
                write_to_nowhere();
              }),
              dies_by(SIGSEGV),
              "\n  in an unnamed nursery.*\n  in an unnamed nursery.*\n  and so on\n");
}

TEST_P(crash_handler, survives_a_child_that_was_overwritten) {
  EXPECT_EXIT(in_a_child([] {
                const auto context = covey::detail::this_context();
                // The child's context begins with its stop bits, the child and its scope.
                auto* const words =
                    reinterpret_cast<std::uintptr_t*>(context & ~covey::detail::context_tag);
                words[1] = 0x4141414141414141U;
                write_to_nowhere();
              }),
              dies_by(SIGSEGV),
              "covey: signal 11 .*\n  in something that cannot be read; the path ends here\n");
}

TEST_P(crash_handler, lists_all_live_tasks_when_they_are_tracked) {
  EXPECT_EXIT(
      {
        covey::set_tracking(covey::tracking_level::full);
        in_a_child(&write_to_nowhere);
      },
      dies_by(SIGSEGV),
      std::string(path_of_tile_17) +
          "covey: all live nurseries and children:"
          "\n  nursery [0-9]+ 'film', [a-z]+, 1 children not finished, "
          ".*crash_handler_test.cpp:[0-9]+"
          "\n  nursery [0-9]+ 'frame', [a-z]+, 1 children not finished, in [0-9]+, .*:[0-9]+"
          "\n  child [0-9]+ 'picture', [a-z]+, of nursery [0-9]+, .*crash_handler_test.cpp:[0-9]+"
          "\n  child [0-9]+ 'tile 17', running, of nursery [0-9]+, "
          ".*crash_handler_test.cpp:[0-9]+\n");
}

TEST(crash_handler_outside, says_so_on_a_thread_without_a_task) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(
      {
        covey::install_crash_handler();
        std::thread(&write_to_nowhere).join();
      },
      dies_by(SIGSEGV),
      "covey: signal 11 .*\n  outside of every task\n");
}

TEST(crash_handler_outside, calls_the_handler_that_was_there_before) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(
      {
        struct sigaction earlier = {};
        earlier.sa_sigaction = [](int, siginfo_t* info, void*) {
          ::_exit(info->si_addr == nullptr ? 7 : 8);
        };
        earlier.sa_flags = SA_SIGINFO;
        ::sigaction(SIGSEGV, &earlier, nullptr);
        covey::install_crash_handler();
        covey::install_crash_handler();
        write_to_nowhere();
      },
      testing::ExitedWithCode(7),
      "outside of every task");
}

TEST(crash_handler_outside, names_the_nursery_of_a_foreign_thread_whose_stack_overflows) {
  if (covey_test::sanitized) {
    GTEST_SKIP() << "sanitizers look at stack overflows first";
  }
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(
      {
        covey::install_crash_handler();
        std::thread([] {
          covey::nursery kids;
          kids.run("never runs", [] {});
          static_cast<void>(without_end(0));
        }).join();
      },
      dies_by(SIGSEGV),
      "the stack has overflowed\n  in an unnamed nursery, open");
}

}  // namespace
