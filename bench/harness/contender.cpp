// SPDX-License-Identifier: Apache-2.0
// The list of contenders, filled before main() by the files that register themselves.
#include "harness/contender.hpp"

#include <algorithm>
#include <tuple>

namespace bench {
namespace {

std::vector<contender>& registry() {
  static std::vector<contender> all;
  return all;
}

}  // namespace

void add_contender(const contender& entry) {
  registry().push_back(entry);
}

std::vector<contender> contenders() {
  std::vector<contender> all = registry();
  std::sort(all.begin(), all.end(), [](const contender& a, const contender& b) {
    return std::tie(a.workload, a.name) < std::tie(b.workload, b.name);
  });
  return all;
}

}  // namespace bench
