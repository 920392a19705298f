// SPDX-License-Identifier: Apache-2.0
// A process with a tree that holds still: says "ready" when all of its children block, and stays until its standard
// input ends. The arguments: the tracking level, the number of children beside the named ones, and the depth of a recursion in
// the deep child.

#include <covey/covey.hpp>

#include <atomic>
#include <cstdlib>
#include <string_view>
#include <unistd.h>

namespace {

/// Becomes readable for everybody when standard input of the process ends.
class still_point {
 public:
  still_point() {
    if (::pipe(ends_) != 0) {
      std::abort();
    }
  }
  void wait() {
    arrived_.fetch_add(1, std::memory_order_relaxed);
    arrived_.notify_all();
    covey::blocking([this] {
      char byte = 0;
      static_cast<void>(!::read(ends_[0], &byte, 1));
    });
  }
  void wait_for(int count) {
    for (int now = arrived_; now < count; now = arrived_) {
      arrived_.wait(now);
    }
  }
  void open() { ::close(ends_[1]); }

 private:
  int ends_[2]{};
  // written by children, read by main; only the number matters
  std::atomic<int> arrived_{0};
};

covey::tracking_level level_of(std::string_view name) {
  return name == "full"       ? covey::tracking_level::full
         : name == "counters" ? covey::tracking_level::counters
                              : covey::tracking_level::off;
}

// NOLINTNEXTLINE(misc-no-recursion): a deep stack is the point
[[gnu::noinline]] void wait_below(still_point& still, int depth) {
  if (depth == 0) {
    still.wait();
  } else {
    wait_below(still, depth - 1);
  }
  asm volatile("" ::: "memory");  // the call above stays one
}

}  // namespace

int main(int argc, char** argv) {
  covey::set_tracking(level_of(argc > 1 ? argv[1] : "full"));
  const int more = argc > 2 ? std::atoi(argv[2]) : 0;   // NOLINT(cert-err34-c): a test says it
  const int depth = argc > 3 ? std::atoi(argv[3]) : 0;  // NOLINT(cert-err34-c): a test says it
  still_point still;
  covey::pool pool{2};
  covey::nursery outer{{.name = "outer nursery", .pool = &pool}};
  outer.run("first child", [&] {
    covey::this_task::set_progress(3, 10);
    still.wait();
  });
  outer.run("second child", [&] {
    covey::nursery inner{{.name = "inner nursery"}};
    inner.run("deep child", [&] { wait_below(still, depth); });
  });
  for (int i = 0; i < more; ++i) {
    outer.run([&] { still.wait(); });
  }
  still.wait_for(2 + more);
  static_cast<void>(!::write(STDOUT_FILENO, "ready\n", 6));
  char byte = 0;
  while (::read(STDIN_FILENO, &byte, 1) == 1) {
  }
  still.open();
}
