// SPDX-License-Identifier: Apache-2.0
// The runs that count; they are never timed, and the timed ones never count.
#include "harness/callgrind.hpp"
#include "harness/child.hpp"
#include "harness/runner.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <filesystem>
#include <system_error>

namespace bench {
namespace {

// The least that a run under callgrind gets, which takes 50 times as long as another.
constexpr std::chrono::seconds least_timeout{60};

std::vector<std::string> counting_run(const contender& entry,
                                      std::size_t threads,
                                      std::uint64_t size,
                                      const char* what) {
  return {"--run",
          std::string(entry.workload),
          std::string(entry.name),
          std::to_string(threads),
          "--size",
          std::to_string(size),
          "--count",
          what,
          "--report-to",
          std::to_string(report_descriptor)};
}

/// @returns the library that counts allocations; it lies beside this program. Empty: it was not built.
std::string counting_library() {
  std::error_code failed;
  const std::filesystem::path self = std::filesystem::read_symlink("/proc/self/exe", failed);
  const std::filesystem::path library = self.parent_path() / "covey-bench-allocations.so";
  return !failed && std::filesystem::exists(library, failed) ? library.string() : "";
}

void count_events(cost& result, const options& wanted, const contender& entry) {
  const ended process = bench::run(
      {.arguments = counting_run(entry, result.threads, wanted.size_for(entry), "events"),
       .preload = counting_library()},
      wanted.timeout);
  run_record record;
  if (process.timed_out || process.exit_code != 0 || !decode(process.report, record)) {
    result.trouble = "allocations: the counting run failed";
    return;
  }
  const measurement& found = record.result;
  const auto items =
      static_cast<double>(found.counted_items > 0 ? found.counted_items : found.items);
  for (const metric& one : found.metrics) {
    if (items > 0 && one.name == "allocations") {
      result.allocations = one.value / items;
    } else if (items > 0 && one.name == "steals") {
      result.steals = one.value / items;
    }
  }
}

void count_instructions(cost& result, const options& wanted, const contender& entry) {
  if (entry.sizes.counted[1] == 0 || valgrind_path().empty()) {
    return;
  }
  std::array<executed, 2> found;
  std::array<double, 2> items{};
  for (std::size_t i = 0; i < found.size(); ++i) {
    callgrind_run run =
        run_under_callgrind(counting_run(entry, 1, entry.sizes.counted[i], "instructions"),
                            std::max(wanted.timeout, least_timeout));
    run_record record;
    if (run.trouble.empty() && !decode(run.report, record)) {
      run.trouble = "no result";
    }
    if (!run.trouble.empty()) {
      result.trouble = "instructions: " + run.trouble;
      return;
    }
    found[i] = run.between_marks;
    items[i] = static_cast<double>(record.result.items);
  }
  if (items[1] <= items[0]) {
    return;
  }
  const auto per_item = [&](std::uint64_t small, std::uint64_t large) {
    return (static_cast<double>(large) - static_cast<double>(small)) / (items[1] - items[0]);
  };
  result.instructions = per_item(found[0].instructions, found[1].instructions);
  result.atomics = per_item(found[0].atomics, found[1].atomics);
}

}  // namespace

bool is_counted(const options& wanted, const contender& entry) {
  return wanted.counts && !is_program(entry.name) &&
         (!wanted.quick || wanted.count_only ||
          (entry.sizes.counted[1] != 0 && entry.name == "covey"));
}

cost count_costs(const options& wanted, const contender& entry, std::size_t threads) {
  cost result;
  result.workload = entry.workload;
  result.contender = entry.name;
  result.threads = threads;
  count_events(result, wanted, entry);
  count_instructions(result, wanted, entry);
  return result;
}

}  // namespace bench
