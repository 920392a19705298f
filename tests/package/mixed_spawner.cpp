// SPDX-License-Identifier: Apache-2.0
// One of the two objects: see mixed.hpp.
#include "mixed.hpp"

#include <atomic>
#include <thread>

covey::child_future<add> spawn_there(covey::nursery& kids, int a, int b) {
  return kids.spawn(add{a, b});
}

covey::child_future<fail> spawn_failing_there(covey::nursery& kids, int code) {
  return kids.spawn(fail{code});
}

covey::future<int> spawn_named_there(covey::nursery& kids, std::string_view name) {
  return kids.spawn(name, add{1, 1});
}

int take_there(covey::child_future<add>& sum) {
  return sum.get();
}

int sum_there(int n) {
  if (n == 0) {
    return 0;
  }
  covey::nursery kids;
  auto rest = kids.spawn([n] { return sum_there(n - 1); });
  auto more = kids.spawn(add{n, 0});
  const int here = more.get();
  return rest.get() + here;
}

std::vector<int> map_there(const std::vector<int>& items) {
  return covey::map(items, twice{});
}

bool waits_for_stop_there(const covey::stop_token& stop) {
  std::atomic<bool> called{false};
  const covey::stop_callback note(stop, [&called] { called.store(true); });
  while (!called.load()) {
    std::this_thread::yield();
  }
  return stop.stop_requested() && stop.why().text.view() == "enough";
}
