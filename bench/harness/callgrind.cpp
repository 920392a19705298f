// SPDX-License-Identifier: Apache-2.0
// callgrind forgets what it has counted at the first mark and writes a profile at the second one. Marks are functions.
#include "harness/callgrind.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string_view>
#include <system_error>
#include <unistd.h>

namespace bench {
namespace {

namespace fs = std::filesystem;

/// Goes with all that is in it.
class scratch_folder {
 public:
  scratch_folder() : path_((fs::temp_directory_path() / "covey-bench-XXXXXX").string()) {
    if (mkdtemp(path_.data()) == nullptr) {
      throw std::system_error(errno, std::generic_category(), path_);
    }
  }
  ~scratch_folder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  scratch_folder(const scratch_folder&) = delete;
  scratch_folder& operator=(const scratch_folder&) = delete;

  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

std::string program_to_count() {
  const std::string self = fs::read_symlink("/proc/self/exe").string();
  const std::string portable = self + "-portable";
  return fs::exists(portable) ? portable : self;
}

/// Those behind "name:" in a line of a profile.
std::vector<std::string> words_behind(std::string_view name, const std::string& line) {
  std::vector<std::string> words;
  if (line.starts_with(name)) {
    std::istringstream rest(line.substr(name.size()));
    for (std::string word; rest >> word;) {
      words.push_back(word);
    }
  }
  return words;
}

}  // namespace

std::optional<executed> executed_in(std::istream& profile) {
  std::vector<std::string> events;
  std::vector<std::string> sums;
  for (std::string line; std::getline(profile, line);) {
    events = events.empty() ? words_behind("events:", line) : events;
    sums = sums.empty() ? words_behind("summary:", line) : sums;
  }
  const auto sum_of = [&](const char* event) -> std::optional<std::uint64_t> {
    const auto found = std::find(events.begin(), events.end(), event);
    if (found == events.end() || sums.empty()) {
      return std::nullopt;
    }
    const auto at = static_cast<std::size_t>(found - events.begin());
    // Zeros at the end are left out.
    return at < sums.size() ? std::strtoull(sums[at].c_str(), nullptr, 10) : 0;
  };
  const auto instructions = sum_of("Ir");
  const auto atomics = sum_of("Ge");
  if (!instructions || !atomics) {
    return std::nullopt;
  }
  return executed{.instructions = *instructions, .atomics = *atomics};
}

std::string valgrind_path() {
  // NOLINTNEXTLINE(concurrency-mt-unsafe): the driver has one thread
  const char* const path = std::getenv("PATH");
  std::istringstream folders(path == nullptr ? "/usr/bin" : path);
  for (std::string folder; std::getline(folders, folder, ':');) {
    std::string program = folder + "/valgrind";
    if (access(program.c_str(), X_OK) == 0) {
      return program;
    }
  }
  return "";
}

callgrind_run run_under_callgrind(const std::vector<std::string>& arguments,
                                  std::chrono::milliseconds timeout) {
  const scratch_folder scratch;
  const std::string profile = scratch.path() + "/profile";
  launch wanted{.arguments = {"--tool=callgrind",
                              "--collect-bus=yes",
                              "--zero-before=bench::begin_counting*",
                              "--dump-before=bench::end_counting*",
                              "--callgrind-out-file=" + profile,
                              "--log-file=" + scratch.path() + "/log",
                              program_to_count()},
                .program = valgrind_path()};
  wanted.arguments.insert(wanted.arguments.end(), arguments.begin(), arguments.end());
  const ended process = run(wanted, timeout);
  callgrind_run result{
      .between_marks = {}, .report = process.report, .trouble = trouble_of(process)};
  if (result.trouble.empty()) {
    std::ifstream between_marks(profile +
                                ".1");  // the first part; what follows is written at the end
    if (const auto found = executed_in(between_marks)) {
      result.between_marks = *found;
    } else {
      result.trouble = "the run has no marks";
    }
  }
  return result;
}

}  // namespace bench
