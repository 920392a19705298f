// SPDX-License-Identifier: Apache-2.0
// A pipe brings what the other process says. Printable text has no NUL: one comes before what it threw.

#include "apart.hpp"

#include "problem.hpp"

#include <cerrno>
#include <csignal>
#include <cstring>
#include <exception>
#include <fcntl.h>
#include <string_view>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <system_error>
#include <unistd.h>

namespace top {

namespace {

constexpr char mark = '\0';
constexpr unsigned most_seconds = 120;

[[noreturn]] void refuse(const char* what) {
  throw problem(std::string("cannot look at stacks: ") + what + ": " +
                std::generic_category().message(errno));
}

/// Nobody is left who could be told when this fails.
void write_all(int to, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(to, text.data(), text.size());
    if (written < 0 && errno != EINTR) {
      ::_exit(1);
    }
    text.remove_prefix(written > 0 ? static_cast<std::size_t>(written) : 0);
  }
}

std::string read_all(int from) {
  std::string text;
  char block[16384];
  for (;;) {
    const ssize_t got = ::read(from, block, sizeof block);
    if (got > 0) {
      text.append(block, static_cast<std::size_t>(got));
    } else if (got == 0 || errno != EINTR) {
      return text;
    }
  }
}

int wait_for(pid_t process) {
  int status = 0;
  while (::waitpid(process, &status, 0) < 0 && errno == EINTR) {
  }
  return status;
}

std::string words_for(int status) {
  if (WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM) {
    return "it took more than " + std::to_string(most_seconds) + " seconds";
  }
  if (WIFSIGNALED(status)) {
    const char* const name = ::sigabbrev_np(WTERMSIG(status));
    return std::string("whoever read the files died of SIG") + (name != nullptr ? name : "?") +
           "; they are damaged, or change meanwhile";
  }
  return status == 0 ? "" : "whoever read the files failed";
}

}  // namespace

told tell_apart(const std::function<void(const say_function& say)>& work) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) {
    refuse("pipe");
  }
  const pid_t teller = ::fork();
  if (teller == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    const rlimit none{0, 0};
    ::setrlimit(RLIMIT_CORE, &none);
    ::alarm(most_seconds);
    try {
      work([&](const std::string& text) { write_all(ends[1], text); });
    } catch (const std::exception& error) {
      write_all(ends[1], mark + std::string(error.what()));
    }
    ::_exit(0);
  }
  ::close(ends[1]);
  if (teller < 0) {
    ::close(ends[0]);
    refuse("fork");
  }
  told result{read_all(ends[0]), ""};
  ::close(ends[0]);
  result.trouble = words_for(wait_for(teller));
  if (const std::size_t at = result.text.find(mark); at != std::string::npos) {
    result.trouble = result.text.substr(at + 1);
    result.text.resize(at);
  }
  return result;
}

}  // namespace top
