// SPDX-License-Identifier: Apache-2.0
// Asks the system about threads.
#include "platform/thread_state.hpp"

#include <cstddef>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <fcntl.h>
#include <unistd.h>

namespace covey::runtime {

bool cpu_time_of(std::uint32_t thread, std::uint64_t& ns) noexcept {
  // As pthread_getcpuclockid() makes it: the number of the thread inverted, the clock "scheduler", the flag "thread".
  constexpr std::uint32_t scheduler_of_thread = 6;
  const auto clock = static_cast<clockid_t>((~thread << 3U) | scheduler_of_thread);
  timespec now{};
  if (::clock_gettime(clock, &now) != 0) {
    return false;
  }
  ns = static_cast<std::uint64_t>(now.tv_sec) * 1'000'000'000U +
       static_cast<std::uint64_t>(now.tv_nsec);
  return true;
}

char state_of(std::uint32_t thread) noexcept {
  char text[512];
  std::snprintf(text, sizeof text, "/proc/self/task/%u/stat", thread);
  const int file = ::open(text, O_RDONLY | O_CLOEXEC);
  if (file < 0) {
    return '\0';
  }
  const ssize_t got = ::read(file, text, sizeof text - 1);
  ::close(file);
  text[got > 0 ? got : 0] = '\0';
  // "number (name) state …"; the name may contain anything.
  const char* const end = std::strrchr(text, ')');
  return end != nullptr && end[1] == ' ' ? end[2] : '\0';
}

}  // namespace covey::runtime
