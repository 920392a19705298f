// SPDX-License-Identifier: Apache-2.0
// Bounds every test: a hang becomes a line with the test's name and the end of the process.
#pragma once

#include "sanitized.hpp"

#include <csignal>
#include <cstdlib>
#include <cstring>
#include <gtest/gtest.h>
#include <unistd.h>

namespace covey_test {

namespace bounded_detail {
inline char hang_line[512];

inline void say_and_die(int /*signal*/) {
  const auto written = ::write(STDERR_FILENO, hang_line, std::strlen(hang_line));
  static_cast<void>(written);
  // A core for a debugger is worth more than a tidy end.
  ::signal(SIGABRT, SIG_DFL);
  ::abort();
}

inline void remember(const char* text) {
  std::strncat(hang_line, text, sizeof(hang_line) - std::strlen(hang_line) - 1);
}
}  // namespace bounded_detail

/// For the length of a scope: SIGALRM ends the process when `seconds` have passed.
/// COVEY_TEST_PATIENCE multiplies the bound, for sanitizers and valgrind.
class bounded {
 public:
  explicit bounded(unsigned seconds = 45) {
    using namespace bounded_detail;
    hang_line[0] = '\0';
    remember("HANG: ");
    if (const auto* test = testing::UnitTest::GetInstance()->current_test_info()) {
      remember(test->test_suite_name());
      remember(".");
      remember(test->name());
    }
    remember(" did not end in time\n");
    ::signal(SIGALRM, &say_and_die);
    ::alarm(seconds * patience());
  }
  bounded(const bounded&) = delete;
  bounded& operator=(const bounded&) = delete;
  ~bounded() { ::alarm(0); }

  static unsigned patience() {
    if (const char* given = std::getenv("COVEY_TEST_PATIENCE")) {
      return static_cast<unsigned>(std::strtoul(given, nullptr, 10));
    }
    return sanitized ? 4 : 1;
  }
};

}  // namespace covey_test
