// SPDX-License-Identifier: Apache-2.0
// A session made by hand, for the tests of what is made of one.
#pragma once

#include "harness/session.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace sample {

inline bench::run_record run(const std::string& workload,
                             const std::string& contender,
                             std::uint64_t round,
                             double seconds) {
  bench::run_record record;
  record.workload = workload;
  record.contender = contender;
  record.threads = 2;
  record.round = round;
  record.result = {
      .problem = workload + "(<&>)", .seconds = seconds, .items = 1'000, .found = 1, .expected = 1};
  record.controls = {0.005, 0.005};
  return record;
}

/// Seven rounds, the last with 1 % more than the first.
inline void add(bench::session& to,
                const std::string& workload,
                const std::string& contender,
                double seconds) {
  for (std::uint64_t round = 0; round < 7; ++round) {
    to.runs.push_back(
        run(workload, contender, round, seconds * (1 + static_cast<double>(round) / 600)));
  }
}

inline void finish(bench::session& all) {
  all.control_seconds = bench::judge_controls(all.runs, all.noise);
  all.sections = bench::summarise_all(all.runs);
}

/// covey is ahead of tbb in "won" and behind it in "lost".
inline bench::session two_workloads() {
  bench::session all;
  all.date = "2026-01-01T00:00:00Z";
  all.command = "covey-bench --filter \"<b>\"";
  all.facts = {{"cpu", "a & b"}, {"load", "0.10"}};
  all.skipped = {"nobody: <not found>"};
  add(all, "lost", "covey", 2);
  add(all, "lost", "serial", 3);
  add(all, "lost", "tbb", 1);
  add(all, "won", "covey", 1);
  add(all, "won", "serial", 2);
  add(all, "won", "tbb", 4);
  finish(all);
  bench::cost counted;
  counted.workload = "won";
  counted.contender = "covey";
  counted.instructions = 50;
  all.costs = {counted};
  return all;
}

}  // namespace sample
