// SPDX-License-Identifier: Apache-2.0
// What a session amounts to as a whole.
#include "harness/session.hpp"

#include "harness/text.hpp"
#include "support/text.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <map>

namespace bench {
namespace {

/// By their names as long as these are a help.
std::string noisy_sections(const std::vector<section>& sections) {
  constexpr std::size_t most_names = 8;
  std::string names;
  std::size_t count = 0;
  for (const section& one : sections) {
    if (one.noisy()) {
      names += (names.empty() ? "" : ", ") + one.workload + " (" +
               support::counted(one.threads, "thread") + ")";
      ++count;
    }
  }
  if (count <= most_names) {
    return names;
  }
  return fmt::format("{} of {} sections; each says so itself", count, sections.size());
}

standing::verdict verdict_on(const estimate& ratio) {
  if (ratio.confidence < least_confidence) {
    return standing::verdict::unknown;
  }
  if (ratio.low > 1) {
    return standing::verdict::ahead;
  }
  return ratio.high < 1 ? standing::verdict::behind : standing::verdict::level;
}

}  // namespace

std::size_t session::disturbed_runs() const {
  return static_cast<std::size_t>(
      std::count_if(runs.begin(), runs.end(), [](const run_record& run) { return run.disturbed; }));
}

double session::stolen_seconds() const {
  double sum = 0;
  for (const run_record& run : runs) {
    sum += run.stolen_seconds;
  }
  return sum;
}

std::vector<std::string> session::warnings() const {
  std::vector<std::string> all;
  all.push_back(fmt::format(
      "{} of {} runs were disturbed: the control work beside them took more than {:.3g} % more or "
      "less than its median, {}.",
      disturbed_runs(),
      runs.size(),
      noise * 100,
      seconds_text(control_seconds)));
  if (const std::string noisy = noisy_sections(sections); !noisy.empty()) {
    all.push_back("Noisy, more than a quarter of the runs disturbed: " + noisy + ".");
  }
  if (const double stolen = stolen_seconds(); stolen >= 0.01) {
    all.push_back("The host took " + seconds_text(stolen) +
                  " of processor time away during the runs.");
  }
  const bool few = std::any_of(sections.begin(), sections.end(), [](const section& one) {
    return std::any_of(one.lines.begin(), one.lines.end(), [](const summary& line) {
      return line.runs > 0 && line.seconds.confidence < wanted_confidence;
    });
  });
  if (few) {
    all.emplace_back(
        "Some intervals rest on fewer than six rounds: they span all runs and reach less than "
        "95 %.");
  }
  if (quick) {
    all.emplace_back("Small sizes (--quick): a smoke test, the times mean little.");
  }
  return all;
}

std::vector<const section*> session::widest() const {
  std::vector<const section*> all;
  for (const section& one : sections) {
    const auto same = std::find_if(all.begin(), all.end(), [&](const section* other) {
      return other->workload == one.workload;
    });
    if (same == all.end()) {
      all.push_back(&one);
    } else if ((*same)->threads < one.threads) {
      *same = &one;
    }
  }
  return all;
}

std::vector<const section*> session::of(const std::string& workload) const {
  std::vector<const section*> all;
  for (const section& one : sections) {
    if (one.workload == workload) {
      all.push_back(&one);
    }
  }
  std::sort(all.begin(), all.end(), [](const section* a, const section* b) {
    return a->threads < b->threads;
  });
  return all;
}

std::vector<const cost*> session::costs_of(const std::string& workload) const {
  std::vector<const cost*> all;
  for (const cost& one : costs) {
    if (one.workload == workload) {
      all.push_back(&one);
    }
  }
  return all;
}

bool is_rival(const std::string& contender) {
  return contender != "serial" && !contender.starts_with("covey");
}

std::vector<standing> standings(const session& all) {
  std::vector<standing> result;
  for (const section* at : all.widest()) {
    const auto fastest = std::find_if(at->lines.begin(), at->lines.end(), [](const summary& line) {
      return is_rival(line.contender) && line.to_covey;
    });
    if (fastest != at->lines.end()) {
      result.push_back({.at = at, .rival = &*fastest, .says = verdict_on(*fastest->to_covey)});
    }
  }
  return result;
}

std::vector<overall> geometric_means(const session& all) {
  std::map<std::string, std::vector<double>> ratios;
  for (const section* at : all.widest()) {
    for (const summary& line : at->lines) {
      if (is_rival(line.contender) && line.to_covey && line.to_covey->median > 0) {
        ratios[line.contender].push_back(line.to_covey->median);
      }
    }
  }
  std::vector<overall> means;
  means.reserve(ratios.size());
  for (const auto& [name, values] : ratios) {
    means.push_back(
        {.contender = name, .mean = geometric_mean(values), .workloads = values.size()});
  }
  return means;
}

}  // namespace bench
