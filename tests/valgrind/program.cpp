// SPDX-License-Identifier: Apache-2.0
// What a program does with covey, for valgrind: no error, no leak beyond what cmake/valgrind.supp names.
#include <covey/covey.hpp>

#include <chrono>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

using namespace std::chrono_literals;

int fib(int n) {
  if (n < 2) {
    return n;
  }
  covey::nursery kids;
  auto left = kids.spawn([n] { return fib(n - 1); });
  const int right = fib(n - 2);
  return left.get() + right;
}

bool sleeps_and_joins() {
  covey::nursery kids{{.name = "timed", .timeout = 1h}};
  for (int i = 0; i < 50; ++i) {
    kids.run("child " + std::to_string(i), [i] {
      if (i % 7 == 0) {
        covey::this_task::sleep_for(1ms);
      }
    });
  }
  kids.join();
  return kids.outcome().done == 50;
}

bool fails() {
  try {
    covey::nursery kids;
    kids.run([] { throw std::runtime_error("planted"); });
    kids.join();
  } catch (const covey::composite_exception& failed) {
    return failed.size() == 1;
  }
  return false;
}

bool uses_a_pool_of_its_own() {
  covey::pool pool{3};
  covey::nursery_box box{{.pool = &pool}};
  auto value = box.spawn([] { return 1; });
  const std::vector<int> doubled =
      covey::map(std::vector<int>(1000, 1), [](int i) { return 2 * i; }, {.pool = &pool});
  return value.get() == 1 && doubled.back() == 2;
}

}  // namespace

int main() {
  return fib(10) == 55 && sleeps_and_joins() && fails() && uses_a_pool_of_its_own() ? 0 : 1;
}
