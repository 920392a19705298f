// SPDX-License-Identifier: Apache-2.0
// Plain text in columns.
#include "harness/report.hpp"

#include "harness/text.hpp"
#include "support/text.hpp"

#include <fmt/format.h>
#include <ostream>

namespace bench {
namespace {

std::string row_of(const summary& line) {
  if (line.runs == 0) {
    return "";
  }
  return fmt::format(" {:>11} {:>11} {:>11} {:>8} {:>9} {:9.1f} {:5}",
                     seconds_text(line.seconds.median),
                     seconds_text(line.least),
                     seconds_text(line.most),
                     line.to_covey ? ratio_text(line.to_covey->median) : "-",
                     line.ns_per_item > 0 ? fmt::format("{:.2f}", line.ns_per_item) : "-",
                     line.peak_mib,
                     line.runs);
}

std::string metrics_of(const summary& line) {
  std::string text;
  for (const auto& [name, value] : line.metrics) {
    text += "  " + metric_label(name) + " " + metric_text(name, value);
  }
  return text;
}

}  // namespace

void print_header(std::ostream& out, const session& all) {
  for (const auto& [name, value] : all.facts) {
    out << fmt::format("{:<9} {}\n", name, value);
  }
  for (const std::string& line : all.skipped) {
    out << "skipped   " << line << "\n";
  }
  out << std::flush;
}

void print_section(std::ostream& out, const section& one) {
  out << "\n" << one.problem << ", " << support::counted(one.threads, "thread") << "\n";
  out << fmt::format("  {:<14} {:>11} {:>11} {:>11} {:>8} {:>9} {:>9} {:>5}\n",
                     "contender",
                     "median",
                     "min",
                     "max",
                     "/ covey",
                     "ns/item",
                     "peak MiB",
                     "runs");
  for (const summary& line : one.lines) {
    out << fmt::format("  {:<14}", line.contender) << row_of(line) << metrics_of(line)
        << (line.trouble.empty() ? "" : "  FAILED: " + line.trouble) << "\n";
  }
  out << std::flush;
}

void print_costs(std::ostream& out, const session& all) {
  out << fmt::format("\n{:<28} {:>12} {:>12} {:>12} {:>12}\n",
                     "counted per item",
                     "instructions",
                     "atomics",
                     "allocations",
                     "steals");
  const auto number = [](const std::optional<double>& value) {
    return fmt::format(" {:>12}", value ? fmt::format("{:.2f}", *value) : "-");
  };
  for (const cost& one : all.costs) {
    out << fmt::format("{:<28}", one.workload + "/" + one.contender) << number(one.instructions)
        << number(one.atomics) << number(one.allocations) << number(one.steals)
        << (one.trouble.empty() ? "" : "  " + one.trouble) << "\n";
  }
  out << std::flush;
}

void print_warnings(std::ostream& out, const session& all) {
  out << "\n";
  for (const std::string& sentence : all.warnings()) {
    out << sentence << "\n";
  }
  out << std::flush;
}

}  // namespace bench
