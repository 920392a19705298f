// SPDX-License-Identifier: Apache-2.0
// covey-top from outside: on processes with covey, with records of the test's own, and without either.

#include "process_errors.hpp"
#include "programs.hpp"

#include <covey/config.hpp>

#include <algorithm>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <unistd.h>

namespace {

using top_test::ending;
using top_test::resident;
using top_test::run_top;

void expect_one_line(const ending& result, const std::string& part) {
  EXPECT_EQ(result.status, 1);
  EXPECT_EQ(result.out, "");
  EXPECT_EQ(std::count(result.err.begin(), result.err.end(), '\n'), 1) << result.err;
  EXPECT_EQ(result.err.rfind("covey-top: ", 0), 0U) << result.err;
  EXPECT_NE(result.err.find(part), std::string::npos) << result.err;
}

void expect_in_order(const std::string& text, const std::vector<std::string>& parts) {
  std::size_t at = 0;
  for (const std::string& part : parts) {
    const std::size_t found = text.find(part, at);
    EXPECT_NE(found, std::string::npos) << "no '" << part << "' in its place in:\n" << text;
    at = found == std::string::npos ? at : found + part.size();
  }
}

std::string file_name(const testing::TestParamInfo<const char*>& program) {
  const std::string path = program.param;
  return path.substr(path.rfind('/') + 1);
}

class each_program : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    if (COVEY_TSAN != 0 &&
        std::string_view(GetParam()).find("stripped") != std::string_view::npos) {
      GTEST_SKIP() << "ThreadSanitizer's own memory lies behind the program's: gigabytes to be "
                      "searched for records "
                      "that have no symbol";
    }
  }
};

class fake_process : public each_program {};

INSTANTIATE_TEST_SUITE_P(each_kind_of_program,
                         fake_process,
                         testing::Values(COVEY_TEST_FAKE_TARGETS),
                         file_name);

TEST_P(fake_process, shows_the_tree_that_the_records_say) {
  const resident target{{GetParam(), "tree"}};
  const ending result = run_top({"--once", target.id()});
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_EQ(result.err, "");
  expect_in_order(result.out,
                  {"process 4711",
                   "nursery 'fake nursery', waiting",
                   "child 'fake child', blocking",
                   "30 %",
                   "fake.cpp:17",
                   "child 'busy child', running",
                   "nursery 'inner nursery', running",
                   "child 'queued child', queued"});
}

class real_process : public each_program {};

INSTANTIATE_TEST_SUITE_P(each_kind_of_program,
                         real_process,
                         testing::Values(COVEY_TEST_REAL_TARGETS),
                         file_name);

TEST_P(real_process, shows_nurseries_and_children_as_text) {
  const resident target{{GetParam(), "full"}};
  const ending result = run_top({"--once", target.id()});
  EXPECT_EQ(result.status, 0) << result.err;
  expect_in_order(result.out,
                  {"process " + target.id(),
                   "tracking full",
                   "nursery 'outer nursery'",
                   "child 'first child', blocking",
                   "30 %",
                   "child 'second child', waiting",
                   "nursery 'inner nursery', waiting",
                   "child 'deep child', blocking"});
}

TEST_P(real_process, shows_the_same_as_json) {
  const resident target{{GetParam(), "full"}};
  const ending result = run_top({"--json", target.id()});
  ASSERT_EQ(result.status, 0) << result.err;
  const nlohmann::json tree = nlohmann::json::parse(result.out);
  EXPECT_EQ(tree.at("schema"), 1);
  EXPECT_EQ(tree.at("process"), target.pid());
  EXPECT_NE(result.out.find("\"deep child\""), std::string::npos);
}

TEST_P(real_process, shows_the_same_as_a_graph) {
  const resident target{{GetParam(), "full"}};
  const ending result = run_top({"--dot", target.id()});
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_EQ(result.out.rfind("digraph", 0), 0U);
  EXPECT_NE(result.out.find("deep child"), std::string::npos);
}

TEST_P(real_process, has_no_tree_at_level_counters) {
  const resident target{{GetParam(), "counters"}};
  const ending result = run_top({"--once", target.id()});
  EXPECT_EQ(result.status, 0) << result.err;
  expect_in_order(result.out, {"tracking counters"});
  EXPECT_EQ(result.out.find("outer nursery"), std::string::npos);
}

TEST_P(real_process, goes_on_undisturbed) {
  resident target{{GetParam(), "full"}};
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(run_top({"--once", target.id()}).status, 0);
  }
  EXPECT_EQ(target.end(), 0);
}

TEST(process, every_one_of_many_children_is_shown) {
  const resident target{{COVEY_TEST_REAL_TARGET, "full", "40"}};
  const ending result = run_top({"--json", target.id()});
  ASSERT_EQ(result.status, 0) << result.err;
  EXPECT_TRUE(nlohmann::json::accept(result.out));
  std::size_t children = 0;
  for (std::size_t at = result.out.find("\"child\""); at != std::string::npos;
       at = result.out.find("\"child\"", at + 1)) {
    ++children;
  }
  EXPECT_EQ(children, 43U);
}

TEST(process, one_that_does_not_exist_is_told) {
  // Above the greatest number that Linux gives to a process.
  expect_one_line(run_top({"--once", "4194305"}), "there is no process 4194305");
}

TEST(process, one_that_has_ended_and_was_not_waited_for_is_told) {
  const resident target{{COVEY_TEST_FAKE_TARGET, "tree"}};
  target.kill();
  expect_one_line(run_top({"--once", target.id()}), "has ended");
}

TEST(process, one_of_somebody_else_is_told) {
  if (run_top({"--once", "1"}).err.find("no permission") == std::string::npos) {
    GTEST_SKIP() << "process 1 may be read here";
  }
  expect_one_line(run_top({"--once", "1"}), "no permission to read process 1: ");
}

// The sentence must be true for whoever reads it: root is not told to be root.
TEST(process, the_reason_for_a_refusal_fits_who_asks) {
  const auto says = [](const top::reader_rights& rights, std::string_view words) {
    return top::advice_for(rights).find(words) != std::string::npos;
  };
  EXPECT_TRUE(says({false, false, -1}, "be the same user, or root"));
  EXPECT_FALSE(says({false, false, -1}, "yama"));
  EXPECT_FALSE(says({false, false, 0}, "yama"));
  EXPECT_TRUE(says({false, false, 1}, "ptrace_scope is 1 here: to be the same user is not enough"));
  for (const int yama : {-1, 0, 1, 2}) {
    EXPECT_TRUE(says({true, false, yama}, "this root has no CAP_SYS_PTRACE"));
    EXPECT_FALSE(says({true, false, yama}, "or root"));
    EXPECT_TRUE(says({true, true, yama}, "although this user has CAP_SYS_PTRACE"));
  }
  EXPECT_TRUE(says({true, true, 3}, "nobody may"));
  EXPECT_EQ(top::own_rights().root, ::geteuid() == 0);
}

TEST(process, one_without_covey_is_told) {
  const resident target{{"sh", "-c", "echo ready; exec cat"}};
  expect_one_line(run_top({"--once", target.id()}), "has no covey in it");
}

TEST(process, another_version_is_told_with_both_numbers) {
  const resident target{{COVEY_TEST_FAKE_TARGET, "version"}};
  expect_one_line(run_top({"--once", target.id()}),
                  "version 999, and this covey-top reads version 1");
}

TEST(process, another_size_of_records_is_told_with_both_numbers) {
  const resident target{{COVEY_TEST_FAKE_TARGET, "size"}};
  expect_one_line(run_top({"--once", target.id()}), "records of children of 64 bytes");
}

TEST(process, a_map_that_was_not_written_yet_is_told) {
  const resident target{{COVEY_TEST_FAKE_TARGET, "unwritten"}};
  expect_one_line(run_top({"--once", target.id()}), "not written yet");
}

TEST(process, wrong_arguments_are_refused_with_2) {
  for (const std::vector<std::string>& wrong :
       std::vector<std::vector<std::string>>{{},
                                             {"zero"},
                                             {"0"},
                                             {"-1"},
                                             {"99999999999"},
                                             {"1", "2"},
                                             {"--interval", "0", "1"},
                                             {"--sort", "size", "1"},
                                             {"--once", "--json", "1"},
                                             {"--core"},
                                             {"--unknown", "1"}}) {
    const ending result = run_top(wrong);
    EXPECT_EQ(result.status, 2) << (wrong.empty() ? "" : wrong.front());
    EXPECT_EQ(result.out, "");
    EXPECT_NE(result.err.find("covey-top: "), std::string::npos);
  }
}

TEST(process, help_is_no_error) {
  const ending result = run_top({"--help"});
  EXPECT_EQ(result.status, 0);
  EXPECT_NE(result.out.find("--core"), std::string::npos);
}

}  // namespace
