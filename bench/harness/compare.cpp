// SPDX-License-Identifier: Apache-2.0
// Pairs the lines of two reports and judges each pair.
#include "harness/compare.hpp"

#include "harness/text.hpp"
#include "support/text.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <ostream>
#include <utility>

namespace bench {
namespace {

using verdict = change::verdict;

std::string name_of(const baseline::line& line) {
  return line.workload + "/" + line.contender + ", " + support::counted(line.threads, "thread");
}

const baseline::line* find(const baseline& in, const baseline::line& like) {
  const auto at = std::find_if(in.lines.begin(), in.lines.end(), [&](const baseline::line& line) {
    return line.workload == like.workload && line.contender == like.contender &&
           line.threads == like.threads;
  });
  return at == in.lines.end() ? nullptr : &*at;
}

/// @returns what the control work takes now, divided by what it took then.
double mood_between(const baseline::line& old, const baseline::line& fresh) {
  return old.control_seconds > 0 && fresh.control_seconds > 0
             ? fresh.control_seconds / old.control_seconds
             : 1;
}

estimate scaled(estimate value, double factor) {
  value.median *= factor;
  value.low *= factor;
  value.high *= factor;
  return value;
}

verdict judge(const estimate& before, const estimate& after, double threshold) {
  if (std::min(before.confidence, after.confidence) < least_confidence || before.median <= 0) {
    return verdict::unsure;
  }
  const double ratio = after.median / before.median;
  if (!apart(before, after) || std::abs(ratio - 1) <= threshold) {
    return verdict::same;
  }
  return ratio > 1 ? verdict::slower : verdict::faster;
}

change change_of(const baseline::line& fresh, const baseline::line* old, double threshold) {
  change result{.name = name_of(fresh), .covey = fresh.contender.starts_with("covey")};
  result.after = fresh.seconds.median;
  if (old == nullptr) {
    result.says = verdict::added;
  } else if (old->problem != fresh.problem) {
    result.says = verdict::resized;
  } else {
    const estimate before = scaled(old->seconds, mood_between(*old, fresh));
    result.before = before.median;
    result.says = judge(before, fresh.seconds, threshold);
  }
  return result;
}

/// Load, temperature and the like are left to the control work; these facts make other programs of the same sources.
std::vector<std::string> differing_facts(const baseline& old, const baseline& fresh) {
  std::vector<std::string> all;
  for (const auto& [name, value] : fresh.machine) {
    const auto before = old.machine.find(name);
    if (name != "load" && before != old.machine.end() && before->second != value) {
      std::string fact = name;
      fact.append(": ").append(before->second).append(" → ").append(value);
      all.push_back(std::move(fact));
    }
  }
  return all;
}

std::size_t count(const comparison& changes, verdict wanted) {
  return static_cast<std::size_t>(
      std::count_if(changes.changes.begin(), changes.changes.end(), [&](const change& one) {
        return one.says == wanted;
      }));
}

void print_changed(std::ostream& out, const comparison& changes, verdict wanted, const char* word) {
  for (const change& one : changes.changes) {
    if (one.says == wanted) {
      out << fmt::format("  {:<8}{}: {} → {}, {:+.1f} %\n",
                         word,
                         one.name,
                         seconds_text(one.before),
                         seconds_text(one.after),
                         (one.after / one.before - 1) * 100);
    }
  }
}

void print_names(std::ostream& out, const comparison& changes, verdict wanted, const char* words) {
  constexpr std::size_t most = 12;
  const std::size_t all = count(changes, wanted);
  if (all == 0) {
    return;
  }
  out << words;
  std::size_t said = 0;
  for (const change& one : changes.changes) {
    if (one.says == wanted && said < most) {
      out << (said == 0 ? ": " : "; ") << one.name;
      ++said;
    }
  }
  if (all > said) {
    out << "; and " << all - said << " more";
  }
  out << "\n";
}

}  // namespace

bool comparison::covey_is_slower() const {
  return std::any_of(changes.begin(), changes.end(), [](const change& one) {
    return one.covey && one.says == verdict::slower;
  });
}

comparison compare(const baseline& old, const baseline& fresh, double threshold) {
  comparison result;
  result.date = old.date;
  result.other = differing_facts(old, fresh);
  std::vector<double> moods;
  for (const baseline::line& line : fresh.lines) {
    const baseline::line* const before = find(old, line);
    result.changes.push_back(change_of(line, before, threshold));
    if (before != nullptr) {
      moods.push_back(mood_between(*before, line));
    }
  }
  for (const baseline::line& line : old.lines) {
    if (find(fresh, line) == nullptr) {
      result.changes.push_back({.name = name_of(line), .says = verdict::gone});
    }
  }
  result.mood = moods.empty() ? 1 : median_of(std::move(moods));
  return result;
}

void print_comparison(std::ostream& out, const comparison& changes) {
  out << "\nCompared with the report of " << changes.date << ":\n";
  for (const std::string& fact : changes.other) {
    out << "  another " << fact << "\n";
  }
  if (std::abs(changes.mood - 1) > 0.02) {
    out << fmt::format(
        "  The machine as a whole takes {:+.1f} % time; that is taken out of the changes.\n",
        (changes.mood - 1) * 100);
  }
  print_changed(out, changes, verdict::slower, "slower");
  print_changed(out, changes, verdict::faster, "faster");
  out << "  " << count(changes, verdict::slower) << " slower, " << count(changes, verdict::faster)
      << " faster, " << count(changes, verdict::same) << " the same within the noise\n";
  print_names(out, changes, verdict::unsure, "  too few rounds to tell");
  print_names(out, changes, verdict::resized, "  another size than before");
  print_names(out, changes, verdict::gone, "  only in the older report");
  print_names(out, changes, verdict::added, "  only in the newer report");
  const bool judged =
      std::any_of(changes.changes.begin(), changes.changes.end(), [](const change& one) {
        return one.covey && one.says <= verdict::same;
      });
  out << (changes.covey_is_slower() ? "covey is SLOWER than it was\n"
          : judged                  ? "covey is not slower than it was\n"
                                    : "nothing can be said of covey\n")
      << std::flush;
}

}  // namespace bench
