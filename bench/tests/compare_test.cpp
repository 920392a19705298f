// SPDX-License-Identifier: Apache-2.0
// What --compare makes of two reports.
#include "harness/compare.hpp"

#include "harness/json_report.hpp"
#include "sample_session.hpp"

#include <gtest/gtest.h>
#include <sstream>
#include <string>

namespace {

using verdict = bench::change::verdict;

bench::session with_time(const std::string& contender, double seconds) {
  bench::session all;
  sample::add(all, "w", contender, seconds);
  sample::finish(all);
  return all;
}

bench::comparison compared(const bench::session& old, const bench::session& fresh) {
  return bench::compare(bench::baseline_of(old), bench::baseline_of(fresh), 0.05);
}

verdict verdict_on(double before, double after) {
  return compared(with_time("covey", before), with_time("covey", after)).changes.at(0).says;
}

std::string complaint_about(const std::string& text) {
  try {
    static_cast<void>(bench::parse_baseline(text, "old.json"));
  } catch (const bench::bad_baseline& error) {
    return error.what();
  }
  return "none";
}

TEST(compare, finds_what_became_slower_and_faster) {
  EXPECT_EQ(verdict_on(1, 1.2), verdict::slower);
  EXPECT_EQ(verdict_on(1, 0.8), verdict::faster);
}

TEST(compare, a_change_below_the_threshold_is_none) {
  EXPECT_EQ(verdict_on(1, 1.04), verdict::same);
}

TEST(compare, intervals_that_overlap_show_no_change) {
  bench::session wide = with_time("covey", 1.2);
  wide.runs[0].result.seconds = 1.0;
  sample::finish(wide);
  EXPECT_EQ(compared(with_time("covey", 1), wide).changes.at(0).says, verdict::same);
}

TEST(compare, only_covey_can_regress) {
  EXPECT_TRUE(compared(with_time("covey", 1), with_time("covey", 2)).covey_is_slower());
  EXPECT_FALSE(compared(with_time("tbb", 1), with_time("tbb", 2)).covey_is_slower());
  EXPECT_FALSE(compared(with_time("covey", 2), with_time("covey", 1)).covey_is_slower());
}

TEST(compare, a_machine_that_is_slower_as_a_whole_is_no_change) {
  bench::session slow = with_time("covey", 2);
  for (bench::run_record& run : slow.runs) {
    run.controls = {0.010, 0.010};
  }
  sample::finish(slow);
  const bench::comparison changes = compared(with_time("covey", 1), slow);
  EXPECT_EQ(changes.changes.at(0).says, verdict::same);
  EXPECT_DOUBLE_EQ(changes.mood, 2);
}

TEST(compare, one_round_proves_nothing) {
  bench::session once;
  once.runs.push_back(sample::run("w", "covey", 0, 5));
  sample::finish(once);
  EXPECT_EQ(compared(with_time("covey", 1), once).changes.at(0).says, verdict::unsure);
}

TEST(compare, says_when_nothing_of_covey_could_be_judged) {
  std::ostringstream out;
  bench::print_comparison(out, compared(with_time("tbb", 1), with_time("tbb", 2)));
  EXPECT_NE(out.str().find("nothing can be said of covey"), std::string::npos) << out.str();
}

TEST(compare, names_what_is_gone_and_what_is_new) {
  const bench::comparison changes = compared(with_time("tbb", 1), with_time("covey", 1));
  ASSERT_EQ(changes.changes.size(), 2U);
  EXPECT_EQ(changes.changes[0].says, verdict::added);
  EXPECT_EQ(changes.changes[1].says, verdict::gone);
  EXPECT_EQ(changes.changes[1].name, "w/tbb, 2 threads");
}

TEST(compare, another_size_is_not_compared) {
  bench::session larger = with_time("covey", 9);
  for (bench::run_record& run : larger.runs) {
    run.result.problem = "w(more)";
  }
  sample::finish(larger);
  EXPECT_EQ(compared(with_time("covey", 1), larger).changes.at(0).says, verdict::resized);
}

TEST(compare, names_facts_that_differ_but_not_the_load) {
  bench::session old = sample::two_workloads();
  old.facts = {{"cpu", "another"}, {"load", "9.00"}};
  const bench::comparison changes = compared(old, sample::two_workloads());
  ASSERT_EQ(changes.other.size(), 1U);
  EXPECT_EQ(changes.other[0], "cpu: another → a & b");
}

TEST(compare, prints_the_regression) {
  std::ostringstream out;
  bench::print_comparison(out, compared(with_time("covey", 1), with_time("covey", 1.5)));
  EXPECT_NE(out.str().find("slower  w/covey, 2 threads: 1.005 s → 1.507 s, +50.0 %"),
            std::string::npos)
      << out.str();
  EXPECT_NE(out.str().find("covey is SLOWER"), std::string::npos);
}

TEST(compare, refuses_files_that_are_no_reports) {
  EXPECT_NE(complaint_about("").find("is not JSON"), std::string::npos);
  EXPECT_NE(complaint_about("[1]").find("is not"), std::string::npos);
  EXPECT_NE(complaint_about("{\"a\": 1}").find("not a report of covey-bench"), std::string::npos);
  EXPECT_NE(complaint_about(R"({"program": "covey-bench", "schema": 99})").find("schema 99"),
            std::string::npos);
  EXPECT_NE(complaint_about(R"({"program": "covey-bench", "schema": 1})").find("not a whole"),
            std::string::npos);
  EXPECT_EQ(complaint_about(bench::json_report(sample::two_workloads())), "none");
}

}  // namespace
