// SPDX-License-Identifier: Apache-2.0
// covey-bench: runs the contenders in turn, one process each, and reports; the same program is the process that runs one.
#include "harness/control.hpp"
#include "harness/driver.hpp"
#include "harness/machine.hpp"
#include "harness/marks.hpp"
#include "harness/options.hpp"
#include "harness/record.hpp"

#include <cerrno>
#include <exception>
#include <iostream>
#include <system_error>
#include <unistd.h>
#include <variant>

namespace bench {
namespace {

/// The process that measures. An answer that is wrong is the driver's to judge.
int run_one(const options& wanted) {
  const contender& entry = *wanted.run;
  set_counting(wanted.count);
  run_record record;
  const bool timed = wanted.count == counting::nothing;
  if (timed) {
    record.controls.push_back(time_control());
  }
  record.result = entry.run({.threads = wanted.threads.front(), .size = wanted.size_for(entry)});
  if (timed) {
    record.controls.push_back(time_control());
  }
  record.peak_kib = record.result.peak_kib == 0 ? peak_memory_kib() : record.result.peak_kib;
  if (const auto allocations = allocations_between_marks()) {
    record.result.metrics.push_back(
        {.name = "allocations", .value = static_cast<double>(*allocations)});
  }
  const std::string line = encode(record) + "\n";
  const ssize_t written = write(wanted.report_to, line.data(), line.size());
  if (written != static_cast<ssize_t>(line.size())) {
    std::cerr << "covey-bench: cannot report the result: " << std::generic_category().message(errno)
              << "\n";
    return something_failed;
  }
  return record.result.found == record.result.expected ? all_right : something_failed;
}

void print_list(const options& wanted) {
  for (const contender& entry : wanted.chosen) {
    std::cout << entry.workload << "/" << entry.name << "  size " << entry.sizes.full << ", quick "
              << entry.sizes.quick << ", allowed " << entry.sizes.rule << "\n";
  }
}

int run(int count, const char* const* values) {
  const auto parsed = parse_options(count, values);
  if (const int* code = std::get_if<int>(&parsed)) {
    return *code;
  }
  const options& wanted = std::get<options>(parsed);
  if (wanted.list) {
    print_list(wanted);
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
