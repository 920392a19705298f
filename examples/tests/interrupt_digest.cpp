// SPDX-License-Identifier: Apache-2.0
// Starts digest on a file that takes minutes, sends it a signal when it is on its way, and checks how it ends.
// Usage: interrupt_digest <digest> <folder> INT|TERM

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>
#include <poll.h>
#include <spawn.h>
#include <sstream>
#include <stdexcept>
#include <string>
#include <sys/wait.h>
#include <system_error>
#include <unistd.h>

namespace {

namespace fs = std::filesystem;

void must(int error, const char* what) {
  if (error != 0) {
    throw std::system_error(error, std::generic_category(), what);
  }
}

void expect(bool holds, const std::string& what) {
  if (!holds) {
    throw std::runtime_error(what);
  }
}

std::string content_of(const fs::path& file) {
  std::ostringstream content;
  content << std::ifstream(file, std::ios::binary).rdbuf();
  return content.str();
}

struct started {
  pid_t process = -1;
  int errors = -1;  // to read its standard error from
};

// The child gets the signals as a shell at a terminal gives them, whatever this process inherited.
started start(const std::string& program, const fs::path& folder) {
  std::array<int, 2> ends{};
  must(::pipe2(ends.data(), O_CLOEXEC) == 0 ? 0 : errno, "pipe");
  posix_spawn_file_actions_t files;
  posix_spawnattr_t attributes;
  must(posix_spawn_file_actions_init(&files), "file actions");
  must(posix_spawnattr_init(&attributes), "attributes");
  const std::string out = (folder / "out").string();
  must(posix_spawn_file_actions_addopen(&files, 1, out.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600),
       "out");
  must(posix_spawn_file_actions_adddup2(&files, ends[1], 2), "err");
  sigset_t set;
  sigemptyset(&set);
  must(posix_spawnattr_setsigmask(&attributes, &set), "mask");
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  must(posix_spawnattr_setsigdefault(&attributes, &set), "defaults");
  must(posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF),
       "flags");

  const std::string tree = (folder / "tree").string();
  const std::string json = (folder / "report.json").string();
  std::array<std::string, 9> words{
      program, "--in-flight", "1", "--interval", "0.05", "--json", json, "--compare-serial", tree};
  std::array<char*, 10> arguments{};
  for (std::size_t i = 0; i < words.size(); ++i) {
    arguments.at(i) = words.at(i).data();
  }
  started child;
  must(posix_spawn(&child.process, program.c_str(), &files, &attributes, arguments.data(), environ),
       "spawn");
  ::close(ends[1]);
  child.errors = ends[0];
  posix_spawn_file_actions_destroy(&files);
  posix_spawnattr_destroy(&attributes);
  return child;
}

// Reads until the text came, or with an empty text until the end. @returns everything that was read.
std::string read_until(int from, const std::string& text) {
  std::string all;
  for (;;) {
    pollfd ready{from, POLLIN, 0};
    expect(::poll(&ready, 1, 50'000) == 1, "nothing came for 50 s; so far:\n" + all);
    std::array<char, 4096> part{};
    const ssize_t got = ::read(from, part.data(), part.size());
    if (got <= 0) {
      expect(text.empty(), "ended before it said '" + text + "':\n" + all);
      return all;
    }
    all.append(part.data(), static_cast<std::size_t>(got));
    if (!text.empty() && all.find(text) != std::string::npos) {
      return all;
    }
  }
}

void check(const fs::path& folder, const std::string& errors, int status, int number) {
  expect(WIFEXITED(status) && WEXITSTATUS(status) == 128 + number,
         "wait status " + std::to_string(status) + ", said:\n" + errors);
  expect(errors.find(number == SIGINT ? "stopped by SIGINT" : "stopped by SIGTERM") !=
             std::string::npos,
         errors);
  expect(errors.find("1 of 2 files digested, 0 failed") != std::string::npos, errors);
  const std::string printed = content_of(folder / "out");
  expect(printed.find("a_small\n") != std::string::npos,
         "what was finished is not there:\n" + printed);
  expect(printed.find("b_huge") == std::string::npos,
         "what was not finished is there:\n" + printed);
  const auto report = nlohmann::json::parse(content_of(folder / "report.json"));
  expect(report.at("state") == "stopped", report.dump());
  expect(report.at("files").size() == 1 && report.at("not_finished").size() == 1, report.dump());
}

void interrupt(const std::string& program, const fs::path& folder, int number) {
  fs::remove_all(folder);
  fs::create_directories(folder / "tree");
  std::ofstream(folder / "tree/a_small") << "small\n";
  std::ofstream(folder / "tree/b_huge").close();
  fs::resize_file(folder / "tree/b_huge", std::uintmax_t{1} << 38U);  // a hole of 256 GiB

  const started child = start(program, folder);
  std::string errors;
  try {
    errors = read_until(child.errors, "1 of 2 files");
    must(::kill(child.process, number) == 0 ? 0 : errno, "kill");
    errors += read_until(child.errors, "");
  } catch (...) {
    ::kill(child.process, SIGKILL);
    ::waitpid(child.process, nullptr, 0);
    throw;
  }
  int status = 0;
  expect(::waitpid(child.process, &status, 0) == child.process, "waitpid");
  check(folder, errors, status, number);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    expect(argc == 4, "usage: interrupt_digest <digest> <folder> INT|TERM");
    interrupt(argv[1], argv[2], std::string(argv[3]) == "INT" ? SIGINT : SIGTERM);
    return 0;
  } catch (const std::exception& error) {
    std::cerr << "FAILED: " << error.what() << '\n';
    return 1;
  }
}
