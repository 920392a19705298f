// SPDX-License-Identifier: Apache-2.0
// The command `info nurseries` of gdb, on a process and on a core file.

#include "programs.hpp"
#include "sanitized.hpp"

#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace {

using top_test::ending;
using top_test::folder;
using top_test::resident;

class gdb : public testing::Test {
 protected:
  void SetUp() override {
    const ending can = top_test::run({"gdb", "-nx", "-batch", "-ex", "python print(6 * 7)"});
    if (can.out.find("42") == std::string::npos) {
      GTEST_SKIP() << "there is no gdb with Python here";
    }
  }

  static ending info_nurseries(std::vector<std::string> what) {
    std::vector<std::string> command{"gdb", "-nx", "-batch", "-iex", "set debuginfod enabled off"};
    command.insert(command.end(), what.begin(), what.end());
    for (const char* word : {"-x", COVEY_TEST_GDB_SCRIPT, "-ex", "info nurseries"}) {
      command.emplace_back(word);
    }
    return top_test::run(command);
  }

  static void expect(const ending& result, const std::vector<std::string>& parts) {
    for (const std::string& part : parts) {
      EXPECT_NE(result.out.find(part), std::string::npos) << part << "\n"
                                                          << result.out << result.err;
    }
  }
};

TEST_F(gdb, shows_the_nurseries_of_a_process) {
  const resident target{{COVEY_TEST_REAL_TARGET, "full"}};
  const ending result = info_nurseries({"-p", target.id()});
  expect(result,
         {"nursery 'outer nursery'",
          "\n|- child 'first child', blocking, worker ",
          "3 of 10, real_target.cpp:",
          "\n`- child 'second child', waiting",
          "\n   `- nursery 'inner nursery', waiting",
          "\n      `- child 'deep child', blocking"});
}

TEST_F(gdb, finds_the_records_of_a_stripped_program_in_its_core_file) {
  if (covey_test::sanitized) {
    GTEST_SKIP() << "gcore would dump the terabytes that a sanitizer reserves";
  }
  const folder place;
  const resident target{{COVEY_TEST_FAKE_STRIPPED, "tree"}};
  const ending dumped = top_test::run({"gcore", "-o", place / "core", target.id()});
  if (dumped.status != 0) {
    GTEST_SKIP() << "gcore cannot dump here: " << dumped.err;
  }
  const ending result = info_nurseries({COVEY_TEST_FAKE_STRIPPED, place / ("core." + target.id())});
  expect(result, {"nursery 'fake nursery', waiting", "child 'queued child', queued"});
}

TEST_F(gdb, says_that_there_is_no_covey) {
  const resident target{{"sh", "-c", "echo ready; exec cat"}};
  const ending result = info_nurseries({"-p", target.id()});
  EXPECT_NE(result.err.find("there is no covey in this program"), std::string::npos) << result.err;
}

TEST_F(gdb, tells_another_version_with_both_numbers) {
  const resident target{{COVEY_TEST_FAKE_TARGET, "version"}};
  const ending result = info_nurseries({"-p", target.id()});
  EXPECT_NE(result.err.find("version 999, this script reads version 1"), std::string::npos)
      << result.err;
}

}  // namespace
