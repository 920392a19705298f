// SPDX-License-Identifier: Apache-2.0
// The list of contenders, filled before main() by the files that register themselves.
#include "harness/contender.hpp"

#include <algorithm>
#include <set>
#include <tuple>

namespace bench {
namespace {

std::vector<contender>& registry() {
  static std::vector<contender> all;
  return all;
}

std::set<std::string_view>& programs() {
  static std::set<std::string_view> all;
  return all;
}

}  // namespace

void add_contender(const contender& entry) {
  registry().push_back(entry);
}

bool is_program(std::string_view name) {
  return programs().contains(name);
}

program_registration::program_registration(std::string_view name) {
  programs().insert(name);
}

std::vector<contender> contenders() {
  std::vector<contender> all = registry();
  std::sort(all.begin(), all.end(), [](const contender& a, const contender& b) {
    return std::tie(a.workload, a.name) < std::tie(b.workload, b.name);
  });
  return all;
}

}  // namespace bench
