// SPDX-License-Identifier: Apache-2.0
// Medians, intervals, ratios and the judgement on controls, for samples whose answers are known.
#include "harness/statistics.hpp"

#include "sample_session.hpp"

#include <cmath>
#include <gtest/gtest.h>
#include <numeric>
#include <vector>

namespace {

std::vector<double> one_to(std::size_t count) {
  std::vector<double> values(count);
  std::iota(values.begin(), values.end(), 1.0);
  return values;
}

TEST(statistics, the_median_of_an_even_number_is_between_the_middle_two) {
  EXPECT_DOUBLE_EQ(bench::median_of({4, 1, 3, 2}), 2.5);
  EXPECT_DOUBLE_EQ(bench::median_of({9, 1, 5}), 5);
}

TEST(statistics, one_value_has_no_confidence) {
  const bench::estimate one = bench::estimate_of({3});
  EXPECT_DOUBLE_EQ(one.median, 3);
  EXPECT_DOUBLE_EQ(one.low, 3);
  EXPECT_DOUBLE_EQ(one.high, 3);
  EXPECT_DOUBLE_EQ(one.confidence, 0);
}

TEST(statistics, five_values_span_everything_and_do_not_reach_95_percent) {
  const bench::estimate five = bench::estimate_of(one_to(5));
  EXPECT_DOUBLE_EQ(five.low, 1);
  EXPECT_DOUBLE_EQ(five.high, 5);
  EXPECT_NEAR(five.confidence, 1 - 2.0 / 32, 1e-12);
}

TEST(statistics, six_values_reach_95_percent) {
  EXPECT_NEAR(bench::estimate_of(one_to(6)).confidence, 1 - 2.0 / 64, 1e-12);
}

// The table of order-statistic intervals: for 20 values the 6th and the 15th, with 95.86 %.
TEST(statistics, twenty_values_are_cut_off_as_the_tables_say) {
  const bench::estimate twenty = bench::estimate_of(one_to(20));
  EXPECT_DOUBLE_EQ(twenty.low, 6);
  EXPECT_DOUBLE_EQ(twenty.high, 15);
  EXPECT_NEAR(twenty.confidence, 0.9586, 1e-4);
}

TEST(statistics, intervals_are_apart_only_if_both_are_sure) {
  const bench::estimate low = bench::estimate_of(one_to(7));
  std::vector<double> far = one_to(7);
  for (double& value : far) {
    value += 100;
  }
  EXPECT_TRUE(bench::apart(low, bench::estimate_of(far)));
  EXPECT_FALSE(bench::apart(low, low));
  EXPECT_FALSE(bench::apart(low, bench::estimate_of({100})));
}

TEST(statistics, the_geometric_mean_of_a_ratio_and_its_inverse_is_one) {
  EXPECT_NEAR(bench::geometric_mean({4, 0.25}), 1, 1e-12);
}

TEST(summary, ratios_are_taken_within_a_round) {
  bench::session all;
  for (std::uint64_t round = 0; round < 3; ++round) {
    const double mood = static_cast<double>(round + 1);
    all.runs.push_back(sample::run("w", "covey", round, mood));
    all.runs.push_back(sample::run("w", "serial", round, mood * 3));
    all.runs.push_back(sample::run("w", "tbb", round, mood * 2));
  }
  sample::finish(all);
  const bench::summary* const rival = all.sections.at(0).find("tbb");
  ASSERT_NE(rival, nullptr);
  EXPECT_DOUBLE_EQ(rival->to_covey->low, 2);
  EXPECT_DOUBLE_EQ(rival->to_covey->high, 2);
  EXPECT_DOUBLE_EQ(rival->speedup->median, 1.5);
  EXPECT_DOUBLE_EQ(rival->ns_per_item, 4e6);
  EXPECT_DOUBLE_EQ(rival->overhead_ns.value(), 2 * 4e6 - 6e6);
}

TEST(summary, a_wrong_run_counts_for_nothing_but_its_trouble) {
  bench::session all;
  all.runs.push_back(sample::run("w", "tbb", 0, 1));
  all.runs.push_back(sample::run("w", "tbb", 1, 99));
  all.runs.back().trouble = "wrong answer";
  sample::finish(all);
  const bench::summary& line = all.sections.at(0).lines.at(0);
  EXPECT_EQ(line.runs, 1U);
  EXPECT_DOUBLE_EQ(line.most, 1);
  EXPECT_EQ(line.trouble, "wrong answer");
}

TEST(summary, a_control_far_from_the_median_marks_its_run) {
  bench::session all;
  sample::add(all, "w", "tbb", 1);
  all.runs[3].controls = {0.005, 0.0052};
  all.runs[4].controls = {0.005, 0.0054};
  sample::finish(all);
  EXPECT_FALSE(all.runs[3].disturbed);
  EXPECT_TRUE(all.runs[4].disturbed);
  EXPECT_EQ(all.disturbed_runs(), 1U);
  EXPECT_FALSE(all.sections.at(0).noisy());
}

TEST(summary, a_section_with_many_disturbed_runs_is_noisy_and_said_to_be) {
  bench::session all;
  sample::add(all, "w", "tbb", 1);
  all.runs[0].controls = {0.006, 0.006};
  all.runs[1].controls = {0.006, 0.006};
  sample::finish(all);
  EXPECT_TRUE(all.sections.at(0).noisy());
  EXPECT_NE(all.warnings().at(1).find("Noisy"), std::string::npos);
}

TEST(summary, says_where_covey_is_behind) {
  const bench::session all = sample::two_workloads();
  const std::vector<bench::standing> where = bench::standings(all);
  ASSERT_EQ(where.size(), 2U);
  EXPECT_EQ(where[0].says, bench::standing::verdict::behind);
  EXPECT_EQ(where[1].says, bench::standing::verdict::ahead);
  EXPECT_NEAR(bench::geometric_means(all).at(0).mean, std::sqrt(0.5 * 4), 1e-9);
}

}  // namespace
