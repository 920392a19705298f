// SPDX-License-Identifier: Apache-2.0
// The other object, with main(): see mixed.hpp. Exits with the number of the first thing that went wrong.
#include "mixed.hpp"

#include <cstdio>
#include <string_view>

namespace {

int sum_here(int n) {
  if (n == 0) {
    return 0;
  }
  covey::nursery kids;
  auto rest = kids.spawn([n] { return n % 2 == 0 ? sum_here(n - 1) : sum_there(n - 1); });
  auto more = kids.spawn(add{n, 0});
  const int here = more.get();
  return rest.get() + here;
}

// Children of the other object are taken here, and those of this one there.
bool takes_children_of_the_other() {
  covey::nursery kids;
  auto theirs = spawn_there(kids, 1, 2);
  auto ours = kids.spawn(add{3, 4});
  auto moved = spawn_there(kids, 5, 6);
  auto again = std::move(moved);
  std::vector<covey::future<int>> many;
  for (int i = 0; i < 100; ++i) {
    many.push_back(i % 2 == 0 ? spawn_there(kids, i, 0) : kids.spawn(add{i, 0}));
  }
  int sum = 0;
  for (auto& one : many) {
    sum += one.get();
  }
  return again.get() == 11 && take_there(ours) == 7 && theirs.get() == 3 && sum == 4950 &&
         spawn_named_there(kids, "named").get() == 2;
}

bool knows_failures_of_the_other() {
  try {
    covey::nursery kids{{.name = "mixed", .policy = covey::policy::supervise}};
    auto first = spawn_failing_there(kids, 1);
    auto second = kids.spawn(fail{2});
    try {
      static_cast<void>(first.get());
      return false;
    } catch (const std::runtime_error& error) {
      if (std::string_view(error.what()) != "failed with 1") {
        return false;
      }
    }
    kids.run("boom", fail{3});
    kids.join();
    return false;
  } catch (const covey::composite_exception& failures) {
    const std::string_view report = failures.what();
    std::puts(failures.what());
    return failures.size() == 2 && report.find("mixed_taker.cpp:") != std::string_view::npos &&
           report.find("failed with 3") != std::string_view::npos;
  }
}

bool names_the_file_of_the_other() {
  try {
    covey::nursery kids;
    static_cast<void>(spawn_failing_there(kids, 4));
    kids.join();
    return false;
  } catch (const covey::composite_exception& failures) {
    return std::string_view(failures.what()).find("mixed_spawner.cpp:13") != std::string_view::npos;
  }
}

bool stops_the_other() {
  covey::nursery kids;
  auto there = kids.spawn([](covey::stop_token stop) { return waits_for_stop_there(stop); });
  while (there.state() != covey::task_state::running) {
  }
  kids.stop("enough");
  return there.get();
}

}  // namespace

int main() {
  const std::vector<int> items{1, 2, 3};
  const std::vector<int> doubled{2, 4, 6};
  const bool fine[] = {takes_children_of_the_other(),
                       knows_failures_of_the_other(),
                       names_the_file_of_the_other(),
                       stops_the_other(),
                       sum_here(200) == 20100,
                       map_there(items) == doubled && covey::map(items, twice{}) == doubled};
  int number = 0;
  for (const bool each : fine) {
    ++number;
    if (!each) {
      std::fprintf(stderr, "number %d went wrong\n", number);
      return number;
    }
  }
  return 0;
}
