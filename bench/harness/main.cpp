// SPDX-License-Identifier: Apache-2.0
// covey-bench: runs the contenders in turn, one process each, and reports; the same program is the process that runs one.
#include "harness/child.hpp"
#include "harness/machine.hpp"
#include "harness/options.hpp"
#include "harness/report.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <exception>
#include <fcntl.h>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>
#include <string>
#include <system_error>
#include <unistd.h>
#include <utility>
#include <variant>

namespace bench {
namespace {

/// The process that measures. An answer that is wrong is the driver's to judge.
int run_one(const options& wanted) {
  const contender& entry = *wanted.run;
  const measurement result =
      entry.run({.threads = wanted.threads.front(), .size = wanted.size_for(entry)});
  const std::size_t peak = result.peak_kib == 0 ? peak_memory_kib() : result.peak_kib;
  const std::string line = encode(result, peak) + "\n";
  const ssize_t written = write(wanted.report_to, line.data(), line.size());
  if (written != static_cast<ssize_t>(line.size())) {
    std::cerr << "covey-bench: cannot report the result: " << std::generic_category().message(errno)
              << "\n";
    return something_failed;
  }
  return result.found == result.expected ? all_right : something_failed;
}

std::string trouble_of(const ended& process, const run_record& record, bool understood) {
  if (process.timed_out) {
    return "killed after --timeout";
  }
  if (process.signal != 0) {
    const char* const words = sigdescr_np(process.signal);
    return "ended by signal " + std::to_string(process.signal) +
           (words == nullptr ? "" : std::string(", ") + words);
  }
  if (!understood) {
    return "no result, exit code " + std::to_string(process.exit_code);
  }
  if (record.result.found != record.result.expected) {
    return "wrong answer: " + std::to_string(record.result.found) + ", expected " +
           std::to_string(record.result.expected);
  }
  return process.exit_code == 0 ? "" : "exit code " + std::to_string(process.exit_code);
}

run_record run_in_process(const options& wanted, const contender& entry, std::size_t threads) {
  const ended process = run_self({"--run",
                                  std::string(entry.workload),
                                  std::string(entry.name),
                                  std::to_string(threads),
                                  "--size",
                                  std::to_string(wanted.size_for(entry)),
                                  "--report-to",
                                  std::to_string(report_descriptor)},
                                 wanted.timeout);
  run_record record;
  record.workload = entry.workload;
  record.contender = entry.name;
  record.threads = threads;
  const bool understood = decode(process.report, record);
  record.trouble = trouble_of(process, record, understood);
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

/// All rounds of one workload with one number of threads. The order turns from round to round, so that nobody always
/// runs after the same neighbour; whoever failed or took longer than our patience is not run again.
std::vector<run_record> run_section(const options& wanted,
                                    std::vector<contender> field,
                                    std::size_t threads) {
  std::vector<run_record> section;
  for (std::uint64_t round = 0; round < wanted.repeat && !field.empty(); ++round) {
    std::vector<contender> next;
    for (const contender& entry : field) {
      run_record record = run_in_process(wanted, entry, threads);
      record.round = round;
      say(wanted, record);
      if (worth_another(wanted, record)) {
        next.push_back(entry);
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

void print_list(const std::vector<contender>& chosen) {
  for (const contender& entry : chosen) {
    std::cout << entry.workload << "/" << entry.name << "  size " << entry.sizes.full << ", quick "
              << entry.sizes.quick << ", allowed " << entry.sizes.rule << "\n";
  }
}

/// Each workload in the order of its name, with its contenders.
std::vector<std::vector<contender>> by_workload(const std::vector<contender>& chosen) {
  std::vector<std::vector<contender>> fields;
  for (const contender& entry : chosen) {
    if (fields.empty() || fields.back().front().workload != entry.workload) {
      fields.emplace_back();
    }
    fields.back().push_back(entry);
  }
  return fields;
}

int drive(const options& wanted) {
  std::ofstream json;
  if (!wanted.json.empty()) {
    json.open(wanted.json);
    if (!json) {
      std::cerr << "covey-bench: cannot write " << wanted.json << ": "
                << std::generic_category().message(errno) << "\n";
      return bad_usage;
    }
  }
  print_header(std::cout);
  std::vector<run_record> runs;
  for (const std::vector<contender>& field : by_workload(wanted.chosen)) {
    for (const std::size_t threads : wanted.threads) {
      const std::vector<run_record> section = run_section(wanted, field, threads);
      print_section(std::cout, section);
      runs.insert(runs.end(), section.begin(), section.end());
    }
  }
  const bool right = std::all_of(
      runs.begin(), runs.end(), [](const run_record& run) { return run.trouble.empty(); });
  if (!right) {
    std::cerr << "covey-bench: some runs failed\n";
  }
  if (!wanted.json.empty()) {
    json << to_json(runs).dump(2) << "\n";
    json.close();
    if (!json) {
      std::cerr << "covey-bench: writing " << wanted.json << " failed\n";
      return something_failed;
    }
  }
  return right ? all_right : something_failed;
}

int run(int count, const char* const* values) {
  const auto parsed = parse_options(count, values);
  if (const int* code = std::get_if<int>(&parsed)) {
    return *code;
  }
  const options& wanted = std::get<options>(parsed);
  if (wanted.list) {
    print_list(wanted.chosen);
    return all_right;
  }
  return wanted.run ? run_one(wanted) : drive(wanted);
}

}  // namespace
}  // namespace bench

int main(int count, char** values) {
  try {
    return bench::run(count, values);
  } catch (const std::exception& error) {
    std::cerr << "covey-bench: " << error.what() << "\n";
    return bench::something_failed;
  }
}
