// SPDX-License-Identifier: Apache-2.0
// fork, exec and a pipe; the driver has one thread, so fork is safe here.
#include "harness/child.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <system_error>
#include <unistd.h>

namespace bench {
namespace {

using clock = std::chrono::steady_clock;

constexpr int exec_failed = 127;

[[noreturn]] void fail(const char* what) {
  throw std::system_error(errno, std::generic_category(), what);
}

/// In the new process: only calls that are safe between fork and exec.
[[noreturn]] void become(char* const* arguments, int writer, pid_t driver) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  const bool orphaned = getppid() != driver;
  const bool ready = writer == report_descriptor ? fcntl(writer, F_SETFD, 0) == 0
                                                 : dup2(writer, report_descriptor) >= 0;
  if (ready && !orphaned) {
    execv("/proc/self/exe", arguments);
  }
  _exit(exec_failed);
}

/// Reads until the writer's end is closed. @returns false if the deadline came first.
bool read_all(int reader, std::string& text, clock::time_point deadline) {
  for (;;) {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline - clock::now());
    pollfd wanted{.fd = reader, .events = POLLIN, .revents = 0};
    const int ready = poll(&wanted, 1, static_cast<int>(std::max<std::int64_t>(0, left.count())));
    if (ready < 0 && errno != EINTR) {
      fail("poll");
    }
    if (ready == 0) {
      return false;
    }
    std::array<char, 4096> buffer{};
    const ssize_t got = ready < 0 ? -1 : read(reader, buffer.data(), buffer.size());
    if (got == 0) {
      return true;
    }
    if (got > 0) {
      text.append(buffer.data(), static_cast<std::size_t>(got));
    }
  }
}

}  // namespace

ended run_self(const std::vector<std::string>& arguments, std::chrono::milliseconds timeout) {
  std::string name = "covey-bench";
  std::vector<std::string> copies = arguments;
  std::vector<char*> pointers{name.data()};
  for (std::string& copy : copies) {
    pointers.push_back(copy.data());
  }
  pointers.push_back(nullptr);

  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) {
    fail("pipe2");
  }
  const pid_t driver = getpid();
  const pid_t child = fork();
  if (child < 0) {
    fail("fork");
  }
  if (child == 0) {
    become(pointers.data(), ends[1], driver);
  }
  close(ends[1]);
  ended result;
  result.timed_out = !read_all(ends[0], result.report, clock::now() + timeout);
  close(ends[0]);
  if (result.timed_out) {
    kill(child, SIGKILL);
  }
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  result.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  result.signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
  return result;
}

}  // namespace bench
