// SPDX-License-Identifier: Apache-2.0
// fork, exec and pipes; the tests have one thread here, so the child may do what it likes.

#include "programs.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <poll.h>
#include <sstream>
#include <stdexcept>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <system_error>
#include <unistd.h>

namespace top_test {

namespace {

using pipe_ends = std::array<int, 2>;

pipe_ends make_pipe() {
  pipe_ends ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
    throw std::system_error(errno, std::generic_category(), "pipe");
  }
  return ends;
}

[[noreturn]] void become(const std::vector<std::string>& command) {
  std::vector<char*> arguments;
  for (const std::string& argument : command) {
    arguments.push_back(const_cast<char*>(argument.c_str()));
  }
  arguments.push_back(nullptr);
  ::execvp(arguments.front(), arguments.data());
  std::perror(command.front().c_str());
  ::_exit(127);
}

int wait_for(pid_t pid) {
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/// Reads both to their ends, whichever comes first.
void drain(std::array<pollfd, 2> from, std::array<std::string*, 2> to) {
  while (from[0].fd >= 0 || from[1].fd >= 0) {
    ::poll(from.data(), from.size(), -1);
    for (std::size_t i = 0; i < from.size(); ++i) {
      std::array<char, 65536> block{};
      if (from[i].fd < 0 || from[i].revents == 0) {
        continue;
      }
      const ssize_t got = ::read(from[i].fd, block.data(), block.size());
      if (got > 0) {
        to[i]->append(block.data(), static_cast<std::size_t>(got));
      } else {
        from[i].fd = -1;
      }
    }
  }
}

}  // namespace

ending run(const std::vector<std::string>& command) {
  const pipe_ends out = make_pipe();
  const pipe_ends err = make_pipe();
  const pid_t pid = ::fork();
  if (pid == 0) {
    ::dup2(::open("/dev/null", O_RDONLY | O_CLOEXEC), STDIN_FILENO);
    ::dup2(out[1], STDOUT_FILENO);
    ::dup2(err[1], STDERR_FILENO);
    become(command);
  }
  ::close(out[1]);
  ::close(err[1]);
  ending result;
  drain({{{out[0], POLLIN, 0}, {err[0], POLLIN, 0}}}, {&result.out, &result.err});
  ::close(out[0]);
  ::close(err[0]);
  result.status = wait_for(pid);
  return result;
}

ending run_top(const std::vector<std::string>& arguments) {
  std::vector<std::string> command{COVEY_TEST_TOP};
  command.insert(command.end(), arguments.begin(), arguments.end());
  return run(command);
}

resident::resident(const std::vector<std::string>& command, const std::string& folder) {
  const pipe_ends in = make_pipe();
  const pipe_ends out = make_pipe();
  const pid_t tester = ::getpid();
  pid_ = ::fork();
  if (pid_ == 0) {
    // It must not outlive the test, however that ends.
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != tester || ::chdir(folder.c_str()) != 0) {
      ::_exit(1);
    }
    ::dup2(in[0], STDIN_FILENO);
    ::dup2(out[1], STDOUT_FILENO);
    become(command);
  }
  ::close(in[0]);
  ::close(out[1]);
  input_ = in[1];
  char byte = 0;
  const bool ready = ::read(out[0], &byte, 1) == 1;
  ::close(out[0]);
  if (!ready) {
    end();
    throw std::runtime_error(command.front() + " ended at once");
  }
}

int resident::end() {
  if (pid_ < 0) {
    return 0;
  }
  ::close(input_);
  const int status = wait_for(pid_);
  pid_ = -1;
  return status;
}

void resident::kill() const {
  ::kill(pid_, SIGKILL);
  siginfo_t about{};
  ::waitid(P_PID, static_cast<id_t>(pid_), &about, WEXITED | WNOWAIT);
}

folder::folder() {
  std::string name = (std::filesystem::temp_directory_path() / "covey-top-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) {
    throw std::system_error(errno, std::generic_category(), "mkdtemp");
  }
  path_ = name;
}

folder::~folder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::string contents(const std::string& path) {
  std::ostringstream bytes;
  bytes << std::ifstream(path, std::ios::binary).rdbuf();
  return bytes.str();
}

void write_file(const std::string& path, const std::string& bytes) {
  std::ofstream to(path, std::ios::binary | std::ios::trunc);
  to.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

}  // namespace top_test
