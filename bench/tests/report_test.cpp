// SPDX-License-Identifier: Apache-2.0
// The three forms of a report: well-formed, complete, and without a word that the data could turn into markup.
#include "harness/axis.hpp"
#include "harness/html_report.hpp"
#include "harness/json_report.hpp"
#include "harness/markdown_report.hpp"
#include "harness/record.hpp"
#include "harness/text.hpp"
#include "sample_session.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace {

/// @returns what is wrong with the nesting of the tags; empty: nothing. Enough of XML for pages of our own.
std::string fault_in(const std::string& page) {
  std::vector<std::string> open;
  for (std::size_t at = page.find('<'); at != std::string::npos; at = page.find('<', at + 1)) {
    const std::size_t end = page.find('>', at);
    if (end == std::string::npos) {
      return "a tag that does not end";
    }
    const std::string tag = page.substr(at + 1, end - at - 1);
    const std::size_t start = tag.starts_with('/') ? 1 : 0;
    const std::string name = tag.substr(start, tag.find_first_of(" /", start) - start);
    if (tag.starts_with('!') || tag.ends_with('/')) {
      continue;
    }
    if (start == 0) {
      open.push_back(name);
    } else if (open.empty() || open.back() != name) {
      return "</" + name + "> closes " + (open.empty() ? "nothing" : open.back());
    } else {
      open.pop_back();
    }
  }
  return open.empty() ? "" : open.back() + " stays open";
}

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST(html_report, is_well_formed) {
  EXPECT_EQ(fault_in(bench::html_report(sample::two_workloads())), "");
  EXPECT_EQ(fault_in(bench::html_report(bench::session{})), "");
}

TEST(html_report, the_checker_of_these_tests_finds_faults) {
  EXPECT_NE(fault_in("<p><b></p></b>"), "");
  EXPECT_NE(fault_in("<p>"), "");
}

TEST(html_report, needs_nothing_from_elsewhere) {
  const std::string page = bench::html_report(sample::two_workloads());
  EXPECT_FALSE(has(page, "<script"));
  EXPECT_FALSE(has(page, "src="));
  EXPECT_FALSE(has(page, "<link"));
  EXPECT_FALSE(has(page, "url("));
}

TEST(html_report, escapes_what_it_quotes) {
  const std::string page = bench::html_report(sample::two_workloads());
  EXPECT_FALSE(has(page, "<b>"));
  EXPECT_TRUE(has(page, "nobody: &lt;not found&gt;"));
  EXPECT_TRUE(has(page, "won(&lt;&amp;&gt;)"));
}

TEST(html_report, every_picture_has_a_title_and_a_description) {
  const std::string page = bench::html_report(sample::two_workloads());
  std::size_t pictures = 0;
  for (std::size_t at = page.find("role=\"img\""); at != std::string::npos;
       at = page.find("role=\"img\"", at + 1)) {
    ++pictures;
    EXPECT_TRUE(page.substr(page.find('>', at) + 1).starts_with("<title>"));
  }
  EXPECT_EQ(pictures, 3U);  // the overview and a chart for each workload
}

TEST(html_report, says_where_covey_loses_before_where_it_wins) {
  const std::string page = bench::html_report(sample::two_workloads());
  const std::size_t loses = page.find("Slower than its fastest rival: lost (tbb 0.50)");
  const std::size_t wins = page.find("Faster: won (tbb 4.00)");
  ASSERT_NE(loses, std::string::npos);
  ASSERT_NE(wins, std::string::npos);
  EXPECT_LT(loses, wins);
}

TEST(markdown_report, prints_metrics_that_are_times_in_the_unit_that_fits) {
  bench::session all = sample::two_workloads();
  for (bench::run_record& run : all.runs) {
    run.result.metrics = {{.name = "growth_kib", .value = 12}, {.name = "p99_us", .value = 0.071}};
  }
  sample::finish(all);
  const std::string text = bench::markdown_report(all);
  EXPECT_TRUE(has(text, "| growth_kib | p99 |"));
  EXPECT_TRUE(has(text, "| 12.0 | 71.0 ns |"));
}

TEST(markdown_report, has_a_table_for_each_workload) {
  const std::string text = bench::markdown_report(sample::two_workloads());
  EXPECT_TRUE(has(text, "## lost\n"));
  EXPECT_TRUE(has(text, "| **covey** | **2** | **1.005 s [1.000, 1.010]** |"));
  EXPECT_TRUE(has(text, "Counted per item"));
}

TEST(json_report, has_what_its_schema_promises) {
  const auto report = nlohmann::json::parse(bench::json_report(sample::two_workloads()));
  EXPECT_EQ(report.at("schema"), 1);
  EXPECT_EQ(report.at("results").size(), 6U);
  EXPECT_EQ(report.at("runs").size(), 42U);
  const nlohmann::json& line = report.at("results").at(0);
  EXPECT_EQ(line.at("workload"), "lost");
  EXPECT_EQ(line.at("seconds").at("count"), 7);
  EXPECT_TRUE(line.at("metrics").is_object());
  EXPECT_EQ(report.at("costs").at(0).at("instructions_per_item"), 50);
  EXPECT_TRUE(report.at("costs").at(0).at("steals_per_item").is_null());
}

TEST(record, survives_the_pipe) {
  bench::run_record sent = sample::run("w", "tbb", 0, 1.5);
  sent.result.metrics = {{.name = "p99_us", .value = 3.25}};
  sent.result.counted_items = 11;
  sent.peak_kib = 7;
  bench::run_record got;
  ASSERT_TRUE(bench::decode(bench::encode(sent), got));
  EXPECT_EQ(got.result.problem, sent.result.problem);
  EXPECT_DOUBLE_EQ(got.result.seconds, 1.5);
  EXPECT_EQ(got.peak_kib, 7U);
  EXPECT_EQ(got.result.counted_items, 11U);
  EXPECT_EQ(got.controls, sent.controls);
  ASSERT_EQ(got.result.metrics.size(), 1U);
  EXPECT_DOUBLE_EQ(got.result.metrics[0].value, 3.25);
}

TEST(record, refuses_lines_that_lack_something) {
  bench::run_record got;
  EXPECT_FALSE(bench::decode("", got));
  EXPECT_FALSE(bench::decode("{}", got));
  EXPECT_FALSE(bench::decode(R"({"problem": 3})", got));
}

TEST(axis, even_ticks_start_at_zero_and_reach_the_largest_value) {
  const bench::axis scale = bench::axis::even(7.3);
  EXPECT_EQ(scale.ticks(), (std::vector<double>{0, 2, 4, 6, 8}));
  EXPECT_DOUBLE_EQ(scale.place(4), 0.5);
}

TEST(axis, logarithmic_ticks_enclose_the_range) {
  const bench::axis scale = bench::axis::logarithmic(0.3, 40);
  EXPECT_LE(scale.ticks().front(), 0.3);
  EXPECT_GE(scale.ticks().back(), 40);
  EXPECT_DOUBLE_EQ(scale.place(scale.ticks().front()), 0);
  EXPECT_DOUBLE_EQ(scale.place(scale.ticks().back()), 1);
}

TEST(text, numbers_keep_the_digits_that_matter) {
  EXPECT_EQ(bench::seconds_text(1.23456), "1.235 s");
  EXPECT_EQ(bench::seconds_text(1.5e-7), "150.0 ns");
  EXPECT_EQ(bench::seconds_text(120), "2.0 min");
  EXPECT_EQ(bench::axis_text(0), "0");
  EXPECT_EQ(bench::axis_text(0.015), "15 ms");
  EXPECT_EQ(bench::axis_text(12.34), "12.3 s");
  EXPECT_EQ(bench::axis_text(7200), "2h00m");
  EXPECT_EQ(bench::axis_text(1e300).substr(0, 7), "104166d");
  EXPECT_EQ(bench::short_number(0.0123), "0.012");
  EXPECT_EQ(bench::short_number(1234.5), "1234");
  EXPECT_EQ(bench::ratio_text(123.4), "123");
}

}  // namespace
