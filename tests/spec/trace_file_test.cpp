// SPDX-License-Identifier: Apache-2.0
// To what a trace is written, and to what it is not: whoever may write to a folder must not make the program hang or
// overwrite other files.
#include <covey/trace.hpp>

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <sstream>
#include <string>
#include <sys/stat.h>
#include <unistd.h>

namespace {

namespace fs = std::filesystem;

class trace_file : public testing::Test {
 protected:
  void SetUp() override {
    std::string made = testing::TempDir() + "covey_trace_file_XXXXXX";
    ASSERT_NE(::mkdtemp(made.data()), nullptr);
    folder = made;
  }
  void TearDown() override { fs::remove_all(folder); }

  void write(const char* name, const std::string& text) const {
    std::ofstream(folder / name) << text;
  }
  [[nodiscard]] std::string read(const char* name) const {
    std::ostringstream text;
    text << std::ifstream(folder / name).rdbuf();
    return std::move(text).str();
  }
  // @returns the message; empty: the trace was begun, and has been ended.
  [[nodiscard]] std::string refusal(const char* name) const {
    try {
      covey::start_trace((folder / name).string());
    } catch (const covey::trace_error& error) {
      EXPECT_FALSE(covey::trace_active());
      return error.what();
    }
    covey::stop_trace();
    return {};
  }
  // What the environment asks for before main(): the program does not wait, and goes on.
  void expect_complaint(const char* name, const std::string& words) const {
    ::setenv("COVEY_TRACE", (folder / name).c_str(), 1);
    GTEST_FLAG_SET(death_test_style, "threadsafe");
    EXPECT_EXIT(::_exit(0), testing::ExitedWithCode(0), words);
    ::unsetenv("COVEY_TRACE");
  }

  fs::path folder;
};

TEST_F(trace_file, that_is_a_fifo_is_refused_without_waiting_for_a_reader) {
  ASSERT_EQ(::mkfifo((folder / "fifo").c_str(), 0600), 0);
  EXPECT_NE(refusal("fifo").find("it is not a regular file"), std::string::npos);
}

TEST_F(trace_file, that_is_a_device_is_refused) {
  try {
    covey::start_trace("/dev/null");
    covey::stop_trace();
    ADD_FAILURE() << "it was taken";
  } catch (const covey::trace_error& error) {
    EXPECT_NE(std::string(error.what()).find("/dev/null: it is not a regular file"),
              std::string::npos);
  }
}

TEST_F(trace_file, that_is_a_link_leaves_what_it_points_to_alone) {
  write("precious", "text");
  fs::create_symlink("precious", folder / "link");
  EXPECT_NE(refusal("link").find("symbolic link"), std::string::npos);
  EXPECT_EQ(read("precious"), "text");
  fs::create_symlink("missing", folder / "dangling");
  EXPECT_NE(refusal("dangling").find("symbolic link"), std::string::npos);
  EXPECT_FALSE(fs::exists(folder / "missing"));
}

TEST_F(trace_file, may_lie_below_a_link_to_a_folder) {
  fs::create_directory(folder / "real");
  fs::create_directory_symlink("real", folder / "tmp");
  EXPECT_EQ(refusal("tmp/trace.json"), "");
  EXPECT_NE(read("real/trace.json").find("traceEvents"), std::string::npos);
}

TEST_F(trace_file, that_is_there_is_written_anew) {
  write("trace.json", std::string(100'000, 'x'));
  EXPECT_EQ(refusal("trace.json"), "");
  EXPECT_EQ(read("trace.json").find('x'), std::string::npos);
}

TEST_F(trace_file, named_by_the_environment_cannot_hang_the_program_nor_lead_elsewhere) {
  ASSERT_EQ(::mkfifo((folder / "fifo").c_str(), 0600), 0);
  write("precious", "text");
  fs::create_symlink("precious", folder / "link");
  expect_complaint("fifo", "covey: cannot write the trace .*fifo: it is not a regular file");
  expect_complaint("link", "covey: cannot write the trace .*link: it is a symbolic link");
  EXPECT_EQ(read("precious"), "text");
}

}  // namespace
