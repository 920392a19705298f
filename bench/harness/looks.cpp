// SPDX-License-Identifier: Apache-2.0
// Contenders of one runtime (tbb, tbb-loop) share a colour and differ in shape; a runtime has the same colour in every
// report.
#include "harness/charts.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>

namespace bench {
namespace {

constexpr std::array<std::string_view, 9> families{
    "covey", "tbb", "openmp", "stdpar", "async", "asio", "rayon", "errgroup", "serial"};

std::string family_of(const std::string& contender) {
  return contender.substr(0, contender.find('-'));
}

std::string class_of(const std::string& family) {
  const bool known = std::find(families.begin(), families.end(), family) != families.end();
  return "f-" + (known ? family : "other");
}

}  // namespace

looks::looks(const session& all) {
  std::map<std::string, std::size_t> members;
  std::map<std::string, bool> seen;
  for (const section& one : all.sections) {
    for (const summary& line : one.lines) {
      seen[line.contender] = true;
    }
  }
  for (const auto& [contender, is_there] : seen) {
    const std::string family = class_of(family_of(contender));
    known_[contender] = {.family = family, .shape = members[family]++};
  }
}

const svg::look& looks::of(const std::string& contender) const {
  return known_.at(contender);
}

}  // namespace bench
