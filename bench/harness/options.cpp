// SPDX-License-Identifier: Apache-2.0
// Reads the command line with CLI11; whatever is wrong with it ends in the usage text and exit code 2.
#include "harness/options.hpp"

#include "harness/machine.hpp"
#include "support/argument_checks.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <iostream>
#include <limits>
#include <map>
#include <regex>

namespace bench {
namespace {

constexpr std::int64_t most_threads = 1'024;

/// What CLI11 fills in: signed, so that "-1" is out of range and not 2^64 - 1.
struct raw_options {
  std::string filter = ".";
  std::vector<std::int64_t> threads;
  std::int64_t repeat = 0;
  std::int64_t size = -1;
  std::int64_t timeout = 900;
  std::int64_t patience = 10;
  double noise = 5;
  double threshold = 5;
  bool no_counts = false;
  std::vector<std::string> run;
};

constexpr std::uint64_t rounds = 5;
constexpr std::uint64_t rounds_for_reports = 6;  // the least for an interval of 95 %

[[noreturn]] void complain(const std::string& message) {
  throw CLI::ValidationError(message);
}

std::string full_name(const contender& entry) {
  return std::string(entry.workload) + "/" + std::string(entry.name);
}

std::string command_of(int count, const char* const* values) {
  std::string text = "covey-bench";
  for (int i = 1; i < count; ++i) {
    text += std::string(" ") + values[i];
  }
  return text;
}

std::vector<contender> matching(const std::string& filter) {
  std::regex pattern;
  try {
    pattern.assign(filter);
  } catch (const std::regex_error&) {
    complain("--filter: not a regular expression: " + filter);
  }
  std::vector<contender> chosen;
  for (const contender& entry : contenders()) {
    if (std::regex_search(full_name(entry), pattern)) {
      chosen.push_back(entry);
    }
  }
  if (chosen.empty()) {
    complain("--filter: no contender matches '" + filter + "' (see --list)");
  }
  return chosen;
}

contender find_contender(const std::string& workload, const std::string& name) {
  for (const contender& entry : contenders()) {
    if (entry.workload == workload && entry.name == name) {
      return entry;
    }
  }
  complain("--run: no contender " + workload + "/" + name + " (see --list)");
}

void check_size(const contender& entry, std::uint64_t size) {
  if (!entry.sizes.allowed(size)) {
    complain("--size: " + std::string(entry.workload) + " takes " + std::string(entry.sizes.rule));
  }
}

void describe_runs(CLI::App& app, options& result, raw_options& raw) {
  app.add_option("--filter", raw.filter, "only contenders whose workload/name matches this regex");
  app.add_option("--threads",
                 raw.threads,
                 "numbers of threads, such as 1,2 (default: all cores; for reports 1, 2, 4 … too)")
      ->delimiter(',')
      ->check(CLI::Range(std::int64_t{1}, most_threads));
  app.add_option("--repeat",
                 raw.repeat,
                 "rounds; every contender runs once in each (default: 5, for reports 6, quick 1)")
      ->check(CLI::Range(1, 10'000));
  app.add_flag("--quick", result.quick, "small sizes: a smoke test, not a measurement");
  app.add_option("--size", raw.size, "size of the workloads, in their own measure")
      ->check(CLI::Range(std::int64_t{0}, std::numeric_limits<std::int64_t>::max()));
  app.add_option("--timeout", raw.timeout, "seconds after which a run is killed")
      ->capture_default_str()
      ->check(CLI::Range(1, 86'400));
  app.add_option("--patience", raw.patience, "no further round for one that took so many seconds")
      ->capture_default_str()
      ->check(CLI::Range(1, 86'400));
  auto* const none = app.add_flag("--no-counts", raw.no_counts, "reports without counting runs");
  app.add_flag("--count-only",
               result.count_only,
               "no timed runs: what an item costs in instructions, atomics, allocations, steals")
      ->excludes(none);
  app.add_option("--run", raw.run, "one run in this process, printed as JSON")
      ->type_name("WORKLOAD CONTENDER THREADS")
      ->expected(3);
  app.add_option("--report-to", result.report_to, "file descriptor for --run")->group("");
  app.add_option("--count", result.count, "what --run counts")
      ->transform(CLI::CheckedTransformer(std::map<std::string, counting>{
          {"events", counting::events}, {"instructions", counting::instructions}}))
      ->group("");
}

void describe_output(CLI::App& app, options& result, raw_options& raw) {
  app.add_option("--report", result.report, "write report.html, report.md, report.json there")
      ->type_name("FOLDER")
      ->check(CLI::Validator(support::file_name, ""))
      ->excludes("--count-only");
  app.add_option("--json", result.json, "also write every run to this file")
      ->check(CLI::Validator(support::file_name, ""));
  app.add_option(
         "--compare", result.compare, "what has changed since that report.json; covey slower: 1")
      ->type_name("OLD.json")
      ->excludes("--count-only");
  app.add_option("--with", result.with, "compare with this one and run nothing")
      ->type_name("NEW.json")
      ->needs("--compare");
  app.add_option("--threshold", raw.threshold, "percent; --compare ignores smaller changes")
      ->capture_default_str()
      ->check(CLI::Validator(support::in_range(0.0, 1000.0, "a percentage from 0 to 1000"), ""));
  app.add_option(
         "--noise", raw.noise, "percent by which the control work of an undisturbed run may differ")
      ->capture_default_str()
      ->check(CLI::Validator(support::in_range(0.1, 1000.0, "a percentage from 0.1 to 1000"), ""));
  app.add_flag("--list", result.list, "print the contenders and their sizes, run none");
  app.add_flag("--verbose", result.verbose, "print every run on stderr as it ends");
  app.add_flag("--quiet", result.quiet, "no progress");
}

/// 1, 2, 4 … and the number of cores.
std::vector<std::size_t> powers_up_to(std::size_t cores) {
  std::vector<std::size_t> all;
  for (std::size_t threads = 1; threads < cores; threads *= 2) {
    all.push_back(threads);
  }
  all.push_back(cores);
  return all;
}

void choose_defaults(options& result, const raw_options& raw) {
  const bool reports = !result.report.empty();
  result.counts = result.count_only || (reports && !raw.no_counts);
  if (result.threads.empty()) {
    result.threads = reports && !result.quick ? powers_up_to(usable_cores())
                                              : std::vector<std::size_t>{usable_cores()};
  }
  if (raw.repeat > 0) {
    result.repeat = static_cast<std::uint64_t>(raw.repeat);
  } else if (result.quick) {
    result.repeat = 1;
  } else {
    result.repeat = reports ? rounds_for_reports : rounds;
  }
}

void convert(options& result, const raw_options& raw) {
  result.chosen = matching(raw.filter);
  result.timeout = std::chrono::seconds(raw.timeout);
  result.patience = std::chrono::seconds(raw.patience);
  result.noise = raw.noise / 100;
  result.threshold = raw.threshold / 100;
  for (const std::int64_t threads : raw.threads) {
    result.threads.push_back(static_cast<std::size_t>(threads));
  }
  choose_defaults(result, raw);
  if (!raw.run.empty()) {
    result.run = find_contender(raw.run[0], raw.run[1]);
    std::int64_t threads = 0;
    if (!CLI::detail::lexical_cast(raw.run[2], threads) || threads < 1 || threads > most_threads) {
      complain("--run: threads must be 1 to " + std::to_string(most_threads));
    }
    result.threads = {static_cast<std::size_t>(threads)};
    result.chosen = {*result.run};
  }
  if (raw.size >= 0) {
    result.size = static_cast<std::uint64_t>(raw.size);
    for (const contender& entry : result.chosen) {
      check_size(entry, *result.size);
    }
  }
}

}  // namespace

std::variant<options, int> parse_options(int count, const char* const* values) {
  CLI::App app(
      "Runs each contender of each workload in a process of its own, in turn, and compares them.",
      "covey-bench");
  options result;
  raw_options raw;
  result.command = command_of(count, values);
  describe_runs(app, result, raw);
  describe_output(app, result, raw);
  try {
    app.parse(count, values);
    convert(result, raw);
  } catch (const CLI::CallForHelp&) {
    std::cout << app.help();
    return all_right;
  } catch (const CLI::Error& error) {
    std::cerr << "covey-bench: " << error.what() << "\n\n" << app.help();
    return bad_usage;
  }
  return result;
}

}  // namespace bench
