// SPDX-License-Identifier: Apache-2.0
// One process for each run, one after the other.
#include "harness/runner.hpp"

#include "harness/child.hpp"
#include "harness/control.hpp"

#include <algorithm>
#include <iostream>
#include <utility>

namespace bench {
namespace {

std::string trouble_in(const ended& process, const run_record& record, bool understood) {
  if (process.timed_out || process.signal != 0) {
    return trouble_of(process);
  }
  if (!understood) {
    return "no result, exit code " + std::to_string(process.exit_code);
  }
  if (record.result.found != record.result.expected) {
    return "wrong answer: " + std::to_string(record.result.found) + ", expected " +
           std::to_string(record.result.expected);
  }
  return trouble_of(process);
}

run_record run_in_process(const options& wanted, const contender& entry, std::size_t threads) {
  const double stolen = stolen_seconds();
  const ended process = bench::run({.arguments = {"--run",
                                                  std::string(entry.workload),
                                                  std::string(entry.name),
                                                  std::to_string(threads),
                                                  "--size",
                                                  std::to_string(wanted.size_for(entry)),
                                                  "--report-to",
                                                  std::to_string(report_descriptor)}},
                                   wanted.timeout);
  run_record record;
  record.workload = entry.workload;
  record.contender = entry.name;
  record.threads = threads;
  const bool understood = decode(process.report, record);
  record.trouble = trouble_in(process, record, understood);
  record.stolen_seconds = stolen_seconds() - stolen;
  record.cpu_seconds = process.cpu_seconds;
  record.voluntary_switches = process.voluntary_switches;
  record.involuntary_switches = process.involuntary_switches;
  return record;
}

/// With --verbose: one line for each run, as it ends.
void say(const options& wanted, const run_record& record) {
  if (wanted.verbose) {
    std::cerr << record.workload << "/" << record.contender << " round " << record.round + 1 << ": "
              << (record.trouble.empty() ? std::to_string(record.result.seconds) + " s"
                                         : record.trouble)
              << "\n";
  }
}

bool worth_another(const options& wanted, const run_record& record) {
  return record.trouble.empty() &&
         std::chrono::duration<double>(record.result.seconds) <= wanted.patience;
}

}  // namespace

std::vector<run_record> run_section(const options& wanted,
                                    std::vector<contender> field,
                                    std::size_t threads,
                                    progress& told) {
  std::vector<run_record> section;
  for (std::uint64_t round = 0; round < wanted.repeat && !field.empty(); ++round) {
    std::vector<contender> next;
    for (const contender& entry : field) {
      told.begin(std::string(entry.workload) + "/" + std::string(entry.name));
      run_record record = run_in_process(wanted, entry, threads);
      told.done();
      record.round = round;
      say(wanted, record);
      if (worth_another(wanted, record)) {
        next.push_back(entry);
      } else {
        told.drop(wanted.repeat - round - 1);
      }
      section.push_back(std::move(record));
    }
    if (!next.empty()) {
      std::rotate(next.begin(), next.begin() + 1, next.end());
    }
    field = std::move(next);
  }
  return section;
}

}  // namespace bench
