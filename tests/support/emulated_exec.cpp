// SPDX-License-Identifier: Apache-2.0
// Where an emulator runs the tests, the system cannot start them: execv() of a death test has the emulator do it.
#include <array>
#include <cerrno>
#include <cstddef>
#include <unistd.h>

namespace {

constexpr std::array emulator{COVEY_TEST_EMULATOR};

}  // namespace

// Takes the place of the C library's. No memory is asked for: the process has just been forked.
extern "C" int execv(const char* program, char* const* arguments) noexcept {
  std::array<char*, 64> all{};
  std::size_t used = 0;
  for (const char* word : emulator) {
    all.at(used++) = const_cast<char*>(word);
  }
  all.at(used++) = const_cast<char*>(program);
  for (std::size_t i = 1; arguments[i] != nullptr; ++i) {
    if (used + 1 == all.size()) {
      errno = E2BIG;
      return -1;
    }
    all.at(used++) = arguments[i];
  }
  return ::execvp(all[0], all.data());
}
