// SPDX-License-Identifier: Apache-2.0
// A race planted on purpose. ThreadSanitizer must report it in every run; a run without the report is blind.
#include <covey/covey.hpp>

#include <atomic>
#include <cstdio>
#include <string_view>
#include <thread>

namespace {

int planted_race = 0;
std::atomic<int> here{0};

// Both threads are inside at once, and nothing orders the two writes: relaxed operations make no happens-before.
void race() {
  here.fetch_add(1, std::memory_order_relaxed);
  while (here.load(std::memory_order_relaxed) < 2) {
    std::this_thread::yield();
  }
  ++planted_race;
}

// Is the sanitizer on at all?
void on_plain_threads() {
  std::thread other(race);
  race();
  other.join();
}

// Does it still see what happens inside children, behind the stack frames of the engine and of oneTBB?
void in_children() {
  covey::pool two{2};
  // The sanitizer remembers little of each thread: it may miss a single race, not all of them.
  for (int round = 0; round < 50; ++round) {
    here.store(0, std::memory_order_relaxed);
    covey::nursery kids{{.pool = &two}};
    kids.run("one", race);
    kids.run("other", race);
    kids.join();
  }
}

}  // namespace

int main(int argc, char** argv) {
  const std::string_view where = argc == 2 ? argv[1] : "";
  if (where == "threads") {
    on_plain_threads();
  } else if (where == "children") {
    in_children();
  } else {
    std::fputs("usage: stress_tsan_canary threads|children\n", stderr);
    return 2;
  }
  return 0;
}
