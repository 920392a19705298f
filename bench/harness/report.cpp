// SPDX-License-Identifier: Apache-2.0
// Plain text in columns.
#include "harness/report.hpp"

#include "harness/text.hpp"

#include <ostream>

namespace bench {
namespace {

std::string row_of(const summary& line) {
  if (line.runs == 0) {
    return "";
  }
  return format(" %11s %11s %11s",
                seconds_text(line.seconds.median).c_str(),
                seconds_text(line.least).c_str(),
                seconds_text(line.most).c_str()) +
         format(" %8s", line.to_covey ? ratio_text(line.to_covey->median).c_str() : "-") +
         (line.ns_per_item > 0 ? format(" %9.2f", line.ns_per_item) : format(" %9s", "-")) +
         format(" %9.1f %5zu", line.peak_mib, line.runs);
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
    out << format("%-9s ", name.c_str()) << value << "\n";
  }
  for (const std::string& line : all.skipped) {
    out << "skipped   " << line << "\n";
  }
  out << std::flush;
}

void print_section(std::ostream& out, const section& one) {
  out << "\n" << one.problem << ", " << threads_text(one.threads) << "\n";
  out << format("  %-14s %11s %11s %11s %8s %9s %9s %5s\n",
                "contender",
                "median",
                "min",
                "max",
                "/ covey",
                "ns/item",
                "peak MiB",
                "runs");
  for (const summary& line : one.lines) {
    out << format("  %-14s", line.contender.c_str()) << row_of(line) << metrics_of(line)
        << (line.trouble.empty() ? "" : "  FAILED: " + line.trouble) << "\n";
  }
  out << std::flush;
}

void print_costs(std::ostream& out, const session& all) {
  out << format("\n%-28s %12s %12s %12s %12s\n",
                "counted per item",
                "instructions",
                "atomics",
                "allocations",
                "steals");
  const auto number = [](const std::optional<double>& value) {
    return value ? format(" %12.2f", *value) : format(" %12s", "-");
  };
  for (const cost& one : all.costs) {
    out << format("%-28s", (one.workload + "/" + one.contender).c_str()) << number(one.instructions)
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
