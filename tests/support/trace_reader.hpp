// SPDX-License-Identifier: Apache-2.0
// Reads the file of a trace, and checks what every trace must keep to.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <gtest/gtest.h>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <string>
#include <tuple>
#include <unistd.h>
#include <utility>
#include <vector>

namespace covey_test {

/// Where a process that a test starts finds the name of its file.
inline constexpr const char* trace_path_variable = "COVEY_TEST_TRACE_PATH";

/// A name for a file of this test and this process, in the folder of temporary files.
inline std::string trace_path(const std::string& word = "trace") {
  if (const char* const given = std::getenv(trace_path_variable)) {
    return given;
  }
  std::string test = testing::UnitTest::GetInstance()->current_test_info()->name();
  std::replace(test.begin(), test.end(), '/', '_');
  return testing::TempDir() + "covey_" + word + '_' + test + '_' + std::to_string(::getpid()) +
         ".json";
}

inline std::string whole_file(const std::string& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

class trace_reader {
 public:
  using json = nlohmann::json;

  /// @param killed the process was killed, perhaps while it wrote: only then the end of the file may be missing.
  explicit trace_reader(const std::string& path, bool killed = false)
      : text_(whole_file(path)),
        killed_(killed) {
    all_ = json::parse(text_, nullptr, false);
    if (killed && all_.is_discarded()) {
      // Events are separated by a comma and a new line.
      all_ = json::parse(text_.substr(0, text_.rfind(",\n{")) + "]}", nullptr, false);
    }
    EXPECT_FALSE(all_.is_discarded()) << path << " is not JSON: " << text_.substr(0, 400);
    if (!all_.is_discarded()) {
      for (const json& each : all_["traceEvents"]) {
        by_phase_[each["ph"].get<std::string>()].push_back(each);
      }
    }
  }

  [[nodiscard]] const std::string& text() const { return text_; }
  [[nodiscard]] const std::vector<json>& of(const std::string& phase) { return by_phase_[phase]; }
  [[nodiscard]] std::vector<json> of(const std::string& phase, const std::string& category) {
    std::vector<json> found;
    for (const json& each : by_phase_[phase]) {
      if (each.value("cat", "") == category) {
        found.push_back(each);
      }
    }
    return found;
  }
  [[nodiscard]] std::vector<json> tasks() { return of("X", "task"); }
  [[nodiscard]] std::vector<json> named(const std::string& name) {
    std::vector<json> found;
    for (const auto& [phase, events] : by_phase_) {
      for (const json& each : events) {
        if (each["name"] == name) {
          found.push_back(each);
        }
      }
    }
    return found;
  }
  /// How many events the file says were lost.
  [[nodiscard]] std::uint64_t lost() {
    std::uint64_t sum = 0;
    for (const json& each : of("i", "lost")) {
      sum += each["args"]["count"].get<std::uint64_t>();
    }
    return sum;
  }

  /// What holds for every trace, whatever was lost.
  void expect_well_formed() {
    expect_tracks();
    expect_nesting();
    expect_arrows();
    expect_spans();
  }

 private:
  // Nanoseconds, exactly: the file gives microseconds with three digits.
  [[nodiscard]] static std::int64_t ns(const json& microseconds) {
    return std::llround(microseconds.get<double>() * 1000.0);
  }

  void expect_tracks() {
    std::set<std::uint64_t> named_threads;
    for (const json& each : of("M")) {
      if (each["name"] == "thread_name") {
        named_threads.insert(each["tid"].get<std::uint64_t>());
      }
    }
    for (const json& each : of("X")) {
      EXPECT_TRUE(named_threads.contains(each["tid"].get<std::uint64_t>())) << each;
      EXPECT_GE(ns(each["dur"]), 0) << each;
      EXPECT_GE(ns(each["ts"]), 0) << each;
    }
  }

  // Two slices of one thread lie one inside of the other, or apart.
  void expect_nesting() {
    std::map<std::uint64_t, std::vector<std::pair<std::int64_t, std::int64_t>>> threads;
    for (const json& each : of("X")) {
      const std::int64_t begin = ns(each["ts"]);
      threads[each["tid"].get<std::uint64_t>()].emplace_back(begin, -(begin + ns(each["dur"])));
    }
    for (auto& [thread, slices] : threads) {
      std::sort(slices.begin(), slices.end());
      std::vector<std::int64_t> ends;
      for (const auto& [begin, minus_end] : slices) {
        while (!ends.empty() && ends.back() <= begin) {
          ends.pop_back();
        }
        EXPECT_TRUE(ends.empty() || -minus_end <= ends.back())
            << "slices overlap on thread " << thread << " at " << begin;
        ends.push_back(-minus_end);
      }
    }
  }

  void expect_arrows() {
    using key = std::pair<std::string, std::uint64_t>;
    std::map<key, std::int64_t> begins;
    for (const json& each : of("s")) {
      EXPECT_TRUE(
          begins.emplace(key{each["cat"], each["id"].get<std::uint64_t>()}, ns(each["ts"])).second)
          << each;
    }
    // The end of an arrow, or of a span, may be what is missing.
    EXPECT_LE(of("f").size(), of("s").size());
    EXPECT_LE(of("s").size(), of("f").size() + (killed_ ? 1 : 0));
    for (const json& each : of("f")) {
      const auto begin = begins.find(key{each["cat"], each["id"].get<std::uint64_t>()});
      ASSERT_NE(begin, begins.end()) << "an arrow without a beginning: " << each;
      EXPECT_LE(begin->second, ns(each["ts"])) << each;
    }
  }

  void expect_spans() {
    std::map<std::tuple<std::string, std::uint64_t>, std::int64_t> open;
    for (const json& each : of("b")) {
      open[{each["cat"], each["id"].get<std::uint64_t>()}] = ns(each["ts"]);
    }
    EXPECT_LE(of("e").size(), open.size());
    EXPECT_LE(open.size(), of("e").size() + (killed_ ? 1 : 0));
    for (const json& each : of("e")) {
      const auto begin = open.find({each["cat"], each["id"].get<std::uint64_t>()});
      ASSERT_NE(begin, open.end()) << each;
      EXPECT_LE(begin->second, ns(each["ts"])) << each;
    }
  }

  std::string text_;
  bool killed_;
  json all_;
  std::map<std::string, std::vector<json>> by_phase_;
};

}  // namespace covey_test
