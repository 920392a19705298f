// SPDX-License-Identifier: Apache-2.0
// fork, exec and a pipe. There is no time limit here: when the driver kills this process, the program dies with it.
#include "harness/external.hpp"

#include "harness/child.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <system_error>
#include <unistd.h>

namespace bench {
namespace {

constexpr int exec_failed = 127;

/// In the new process: only calls that are safe between fork and exec.
[[noreturn]] void become(char* const* command, int writer, pid_t parent) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  const bool ready = writer == report_descriptor ? fcntl(writer, F_SETFD, 0) == 0
                                                 : dup2(writer, report_descriptor) >= 0;
  if (ready && getppid() == parent) {
    execv(command[0], command);
  }
  _exit(exec_failed);
}

std::string read_all(int reader) {
  std::string text;
  std::array<char, 4096> buffer{};
  for (;;) {
    const ssize_t got = read(reader, buffer.data(), buffer.size());
    if (got > 0) {
      text.append(buffer.data(), static_cast<std::size_t>(got));
    } else if (got == 0 || errno != EINTR) {
      return text;
    }
  }
}

external_report report_in(const std::string& text) {
  const nlohmann::json value = nlohmann::json::parse(text);
  external_report report;
  value.at("seconds").get_to(report.seconds);
  value.at("found").get_to(report.found);
  value.at("peak_kib").get_to(report.peak_kib);
  return report;
}

}  // namespace

external_report run_external(const std::string& program,
                             const std::vector<std::string>& arguments) {
  std::vector<std::string> words{
      std::filesystem::read_symlink("/proc/self/exe").replace_filename(program).string()};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> command;
  command.reserve(words.size() + 1);
  for (std::string& word : words) {
    command.push_back(word.data());
  }
  command.push_back(nullptr);

  std::array<int, 2> ends{};
  const pid_t parent = getpid();
  const pid_t child = pipe2(ends.data(), O_CLOEXEC) == 0 ? fork() : -1;
  if (child < 0) {
    throw std::system_error(errno, std::generic_category(), program);
  }
  if (child == 0) {
    become(command.data(), ends[1], parent);
  }
  close(ends[1]);
  const std::string text = read_all(ends[0]);
  close(ends[0]);
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  try {
    return report_in(text);
  } catch (const nlohmann::json::exception&) {
    throw std::runtime_error(program + " reported nothing" +
                             (WIFEXITED(status)
                                  ? ", exit code " + std::to_string(WEXITSTATUS(status))
                                  : ", signal " + std::to_string(WTERMSIG(status))));
  }
}

}  // namespace bench
