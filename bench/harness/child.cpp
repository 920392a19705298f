// SPDX-License-Identifier: Apache-2.0
// fork, exec and a pipe; the driver has one thread, so fork is safe here.
#include "harness/child.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <system_error>
#include <unistd.h>

namespace bench {
namespace {

using clock = std::chrono::steady_clock;
using pipe_ends = std::array<int, 2>;

constexpr int exec_failed = 127;

[[noreturn]] void fail(const char* what) {
  throw std::system_error(errno, std::generic_category(), what);
}

pipe_ends make_pipe() {
  pipe_ends ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) {
    fail("pipe2");
  }
  return ends;
}

/// In the new process.
[[noreturn]] void become(const launch& wanted, char* const* arguments, int writer) {
  const bool ready = writer == report_descriptor ? fcntl(writer, F_SETFD, 0) == 0
                                                 : dup2(writer, report_descriptor) >= 0;
  if (!wanted.preload.empty()) {
    // NOLINTNEXTLINE(concurrency-mt-unsafe): a process just made has one thread
    setenv("LD_PRELOAD", wanted.preload.c_str(), 1);
  }
  if (ready) {
    execv(wanted.program.c_str(), arguments);
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

double seconds_in(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
}

struct started {
  pid_t process;
  int reader;  // its report comes out here
};

started start(const launch& wanted) {
  std::string name = wanted.program;
  std::vector<std::string> copies = wanted.arguments;
  std::vector<char*> pointers{name.data()};
  for (std::string& copy : copies) {
    pointers.push_back(copy.data());
  }
  pointers.push_back(nullptr);

  const pipe_ends report = make_pipe();
  const pid_t driver = getpid();
  const pid_t child = fork();
  if (child < 0) {
    fail("fork");
  }
  if (child == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != driver) {
      _exit(exec_failed);
    }
    become(wanted, pointers.data(), report[1]);
  }
  close(report[1]);
  return {.process = child, .reader = report[0]};
}

}  // namespace

ended run(const launch& wanted, std::chrono::milliseconds timeout) {
  const started child = start(wanted);
  ended result;
  result.timed_out = !read_all(child.reader, result.report, clock::now() + timeout);
  close(child.reader);
  if (result.timed_out) {
    kill(child.process, SIGKILL);
  }
  int status = 0;
  rusage used{};
  while (wait4(child.process, &status, 0, &used) < 0 && errno == EINTR) {
  }
  result.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  result.signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
  result.cpu_seconds = seconds_in(used.ru_utime) + seconds_in(used.ru_stime);
  result.voluntary_switches = static_cast<std::uint64_t>(used.ru_nvcsw);
  result.involuntary_switches = static_cast<std::uint64_t>(used.ru_nivcsw);
  return result;
}

std::string trouble_of(const ended& process) {
  if (process.timed_out) {
    return "killed after --timeout";
  }
  if (process.signal != 0) {
    const char* const words = sigdescr_np(process.signal);
    return "ended by signal " + std::to_string(process.signal) +
           (words == nullptr ? "" : std::string(", ") + words);
  }
  return process.exit_code == 0 ? "" : "exit code " + std::to_string(process.exit_code);
}

}  // namespace bench
