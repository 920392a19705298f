// SPDX-License-Identifier: Apache-2.0
// Work, span and critical path of traces made by hand, whose answers are known; and what reading tolerates.
#include "analysis.hpp"
#include "report.hpp"
#include "saturating.hpp"
#include "summary.hpp"
#include "trace_reading.hpp"
#include "words.hpp"

#include <gtest/gtest.h>
#include <numeric>
#include <string>

namespace {

using trace_tool::analyse;
using trace_tool::analysis;
using trace_tool::pause_kind;
using trace_tool::trace_data;

// A main thread (track 0) and two workers (1 and 2).
trace_data three_tracks() {
  trace_data data;
  data.texts = {"site", "name"};
  data.tracks = {{1, 0, "main", 0}, {2, 4, "worker 1", 0}, {3, 8, "worker 2", 0}};
  return data;
}

trace_tool::task task_of(std::uint64_t id,
                         std::uint64_t nursery,
                         std::int64_t begin,
                         std::int64_t end,
                         std::size_t track) {
  trace_tool::task one;
  one.id = id;
  one.nursery = nursery;
  one.begin = begin;
  one.end = end;
  one.track = track;
  one.name = 1;
  return one;
}

std::int64_t path_work(const analysis& of) {
  return std::accumulate(of.critical_path.begin(),
                         of.critical_path.end(),
                         std::int64_t{0},
                         [](std::int64_t sum, const auto& part) { return sum + part.work; });
}

TEST(analysis, of_two_children_beside_a_body_takes_the_longer_one) {
  // The body: 10 before the first spawn, 10 to the second one, 30 more; then a join from 150 to 400, and 5 after it.
  trace_data data = three_tracks();
  data.nurseries = {{100, 0, 100, 405, 0, 1, 0}};
  data.spawns = {{1, 110, 0}, {2, 120, 0}};
  data.tasks = {task_of(1, 100, 130, 230, 1), task_of(2, 100, 140, 400, 2)};
  data.pauses = {{pause_kind::join, 100, 150, 400, 0}};
  const analysis of = analyse(data);
  EXPECT_EQ(of.work, 10 + 10 + 30 + 5 + 100 + 260);
  EXPECT_EQ(of.span, 10 + 10 + 260 + 5);
  EXPECT_EQ(path_work(of), of.span);
  ASSERT_EQ(of.critical_path.size(), 3U);
  EXPECT_EQ(of.critical_path[0].task, trace_tool::no_task);
  EXPECT_EQ(of.critical_path[1].task, 1U);
  EXPECT_EQ(of.critical_path[2].task, trace_tool::no_task);
  EXPECT_EQ(of.tracks[0].busy, 55);
  EXPECT_EQ(of.tracks[0].waiting, 250);
}

TEST(analysis, of_one_worker_finds_the_same_span_as_of_many) {
  // Everything runs inside of the join of the only thread: two children of 100, the second one with two of 40.
  trace_data data = three_tracks();
  data.nurseries = {{100, 0, 0, 320, 0, 1, 0}, {101, 2, 130, 300, 0, 1, 0}};
  data.spawns = {{1, 0, 0}, {2, 0, 0}, {3, 140, 0}, {4, 140, 0}};
  data.tasks = {task_of(1, 100, 10, 110, 0),
                task_of(2, 100, 120, 310, 0),
                task_of(3, 101, 150, 190, 0),
                task_of(4, 101, 200, 240, 0)};
  data.pauses = {{pause_kind::join, 100, 0, 320, 0}, {pause_kind::join, 101, 140, 260, 0}};
  const analysis of = analyse(data);
  EXPECT_EQ(of.own[0], 100);
  EXPECT_EQ(of.own[1], 190 - 120);
  EXPECT_EQ(of.work, 100 + 70 + 40 + 40);
  // 20 before the spawn in the second child, 40 of one of its children, 50 after its join; or 100 of the first child.
  EXPECT_EQ(of.span, 20 + 40 + 50);
  EXPECT_EQ(path_work(of), of.span);
}

TEST(analysis, follows_a_chain_of_waits_for_results) {
  // Child 1 runs 50; child 2 begins at once, runs 10, waits for child 1, and runs 20 more.
  trace_data data = three_tracks();
  data.nurseries = {{100, 0, 0, 90, 0, 1, 0}};
  data.spawns = {{1, 0, 0}, {2, 0, 0}};
  data.tasks = {task_of(1, 100, 10, 60, 1), task_of(2, 100, 10, 85, 2)};
  data.pauses = {{pause_kind::join, 100, 0, 90, 0}, {pause_kind::wait, 1, 20, 65, 2}};
  const analysis of = analyse(data);
  EXPECT_EQ(of.work, 50 + 10 + 20);
  EXPECT_EQ(of.span, 50 + 20);
}

TEST(analysis, of_a_deep_chain_has_no_parallelism) {
  trace_data data = three_tracks();
  constexpr std::int64_t depth = 1000;
  for (std::int64_t i = 0; i < depth; ++i) {
    const auto id = static_cast<std::uint64_t>(i);
    // Each runs 1, spawns the next one on the other worker, joins it, and runs 1 more.
    data.nurseries.push_back({5000 + id, id, 2 * i, 8000 - 2 * i, i % 2 == 0 ? 1U : 2U, 1, 0});
    data.spawns.push_back({id + 1, 2 * i + 1, i % 2 == 0 ? 1U : 2U});
  }
  for (std::int64_t i = 0; i < depth; ++i) {
    const auto id = static_cast<std::uint64_t>(i);
    const std::size_t track = i % 2 == 0 ? 1 : 2;
    data.tasks.push_back(task_of(id, i == 0 ? 4999 : 5000 + id - 1, 2 * i, 8000 - 2 * i, track));
    data.pauses.push_back({pause_kind::join, 5000 + id, 2 * i + 1, 8000 - 2 * i - 1, track});
  }
  const analysis of = analyse(data);
  EXPECT_EQ(of.work, 2 * depth);
  EXPECT_EQ(of.span, 2 * depth);
}

TEST(analysis, counts_items_as_work_of_their_batch_and_not_of_who_carried_them) {
  // The caller works on two slices of 100, a thief's child on one of 90.
  const trace_data data = trace_tool::read_trace(R"({"otherData":{"covey":1},"traceEvents":[
{"ph":"b","cat":"nursery","id":5,"tid":1,"ts":0.010,"name":"thumbs","args":{"site":"a.cpp:1"}},
{"ph":"X","cat":"items","tid":1,"ts":0.020,"dur":0.100,"name":"40 items","args":{"nursery":5,"items":40,"site":"a.cpp:1"}},
{"ph":"X","cat":"items","tid":1,"ts":0.120,"dur":0.100,"name":"1 item","args":{"nursery":5,"items":1,"site":"a.cpp:1"}},
{"ph":"X","cat":"items","tid":2,"ts":0.105,"dur":0.090,"name":"9 items","args":{"nursery":5,"items":9,"site":"a.cpp:1"}},
{"ph":"X","cat":"task","tid":2,"ts":0.100,"dur":0.100,"name":"share","args":{"id":7,"nursery":5,"site":"a.cpp:1"}},
{"ph":"X","cat":"wait","tid":1,"ts":0.220,"dur":0.020,"name":"join","args":{"id":5}},
{"ph":"e","cat":"nursery","id":5,"tid":1,"ts":0.250,"name":"thumbs"}
]}
)");
  const analysis of = analyse(data);
  EXPECT_EQ(of.work, 10 + 200 + 10 + 100);
  EXPECT_EQ(of.span, 100 + 10);  // items may begin when the batch does
  const auto sums = trace_tool::summarise(data, of);
  EXPECT_EQ(sums.tasks, 0U);
  EXPECT_EQ(sums.items, 50U);
  ASSERT_EQ(sums.sites.size(), 1U);
  EXPECT_EQ(sums.sites[0].count, 50U);
  ASSERT_EQ(sums.longest.size(), 1U);
  EXPECT_EQ(data.texts[data.tasks[sums.longest[0].task].name], "1 item");
  EXPECT_EQ(of.critical_path.size(), 2U);
}

TEST(analysis, shares_the_time_out_over_the_curve) {
  trace_data data = three_tracks();
  data.tasks = {task_of(1, 0, 0, 1000, 1), task_of(2, 0, 500, 1000, 2)};
  const analysis of = analyse(data, 4);
  ASSERT_EQ(of.busy_curve.size(), 4U);
  EXPECT_NEAR(of.busy_curve[0], 1, 1e-9);
  EXPECT_NEAR(of.busy_curve[1], 1, 1e-9);
  EXPECT_NEAR(of.busy_curve[2], 2, 1e-9);
  EXPECT_NEAR(of.busy_curve[3], 2, 1e-9);
}

TEST(analysis, of_nothing_is_nothing) {
  const trace_data data;
  const analysis of = analyse(data);
  EXPECT_EQ(of.work, 0);
  EXPECT_EQ(of.span, 0);
  EXPECT_EQ(trace_tool::summarise(data, of).wall, 0);
}

TEST(analysis, survives_slices_that_took_no_time_and_arrows_to_nowhere) {
  trace_data data = three_tracks();
  data.spawns = {{1, 10, 0}, {77, 10, 0}};
  data.tasks = {task_of(1, 9, 10, 10, 1), task_of(2, 9, 10, 10, 1)};
  data.pauses = {{pause_kind::wait, 77, 10, 10, 1}, {pause_kind::sleep, 0, 10, 10, 1}};
  const analysis of = analyse(data);
  EXPECT_LE(of.span, of.work);
}

TEST(summary, ranks_places_and_tasks) {
  trace_data data = three_tracks();
  for (std::uint64_t i = 1; i <= 100; ++i) {
    const auto at = static_cast<std::int64_t>(i) * 1000;
    data.tasks.push_back(task_of(i, 9, at, at + static_cast<std::int64_t>(i), 1));
  }
  data.tasks[0].queued = 77;
  const auto sums = trace_tool::summarise(data, analyse(data), 3);
  ASSERT_EQ(sums.sites.size(), 1U);
  EXPECT_EQ(sums.sites[0].count, 100U);
  EXPECT_EQ(sums.sites[0].total, 5050);
  EXPECT_EQ(sums.sites[0].p50, 51);
  EXPECT_EQ(sums.sites[0].p99, 99);
  EXPECT_EQ(sums.sites[0].most, 100);
  ASSERT_EQ(sums.longest.size(), 3U);
  EXPECT_EQ(sums.longest[0].task, 99U);
  EXPECT_EQ(sums.queued[0].task, 0U);
}

// No time that a file tells makes a sum overflow, which UndefinedBehaviorSanitizer would see.
TEST(reading, of_extreme_times_saturates) {
  std::string text = R"({"otherData":{"covey":1},"traceEvents":[
)";
  const auto add = [&text](const std::string& event) { text += event + ",\n"; };
  for (const std::string at : {"9.2e18", "-9e300", "9e300", "9007199254740993", "0"}) {
    for (int i = 1; i < 9; ++i) {
      const std::string track = R"(,"pid":1,"tid":)" + std::to_string(i);
      add(R"({"ph":"X","cat":"task","name":"a","ts":)" + at + R"(,"dur":1e300,"args":{"id":)" +
          std::to_string(i) + R"(,"queued_us":1e300}})");
      add(R"({"ph":"X","cat":"idle","name":"sleep","ts":0,"dur":)" + at + R"(,"tid":99})");
      add(R"({"ph":"b","cat":"nursery","name":"n","id":1,"ts":)" + at + track + "}");
      add(R"({"ph":"e","cat":"nursery","name":"n","id":1,"ts":9e300)" + track + "}");
      add(R"({"ph":"X","cat":"task","name":"b","ts":0,"dur":9e300)" + track + "}");
    }
  }
  text += R"({"ph":"M"}
]}
)";
  const trace_data data = trace_tool::read_trace(text);
  const analysis of = analyse(data);
  EXPECT_EQ(of.work, trace_tool::longest_time);
  EXPECT_LE(of.span, of.work);
  const trace_tool::summary sums = trace_tool::summarise(data, of);
  EXPECT_GE(sums.idle, 0);
  EXPECT_GE(sums.busy, 0);
  EXPECT_FALSE(trace_tool::html_report({"x", data, of, sums}).empty());
  EXPECT_FALSE(trace_tool::text_report({"x", data, of, sums}).empty());
}

constexpr const char* small = R"({"otherData":{"covey":1},"traceEvents":[
{"ph":"M","pid":1,"tid":7,"ts":0.000,"name":"thread_name","args":{"name":"worker 0"}},
{"ph":"X","pid":1,"tid":7,"ts":1.500,"name":"a","dur":2.250,"cat":"task","args":{"id":3,"nursery":2}}
]}
)";

TEST(reading, takes_a_file_of_lines_and_the_same_as_a_tree) {
  for (const std::string& text : {std::string(small), ' ' + std::string(small)}) {
    const trace_data data = trace_tool::read_trace(text);
    EXPECT_FALSE(data.cut);
    ASSERT_EQ(data.tasks.size(), 1U);
    EXPECT_EQ(data.tasks[0].begin, 1500);
    EXPECT_EQ(data.tasks[0].end, 3750);
    EXPECT_EQ(data.tracks[data.tasks[0].track].title, "worker 0");
  }
}

TEST(reading, takes_every_cut_file_and_repairs_it) {
  const std::string whole = small;
  for (std::size_t size = whole.find('\n') + 1; size < whole.size() - 1; ++size) {
    const std::string cut = whole.substr(0, size);
    EXPECT_NO_THROW(static_cast<void>(trace_tool::read_trace(cut))) << cut;
    const trace_data mended = trace_tool::read_trace(' ' + trace_tool::repaired(cut));
    EXPECT_LE(mended.tasks.size(), 1U);
  }
}

}  // namespace
