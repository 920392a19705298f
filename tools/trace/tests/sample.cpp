// SPDX-License-Identifier: Apache-2.0
// A small program to trace: nested nurseries, a straggler, a failure that stops its siblings, odd names.
#include <covey/covey.hpp>

#include <atomic>
#include <chrono>
#include <stdexcept>
#include <string>

namespace {

using std::chrono::microseconds;

// Keeps a worker busy for that time, however slow the machine is.
void compute(microseconds time) {
  const auto end = std::chrono::steady_clock::now() + time;
  while (std::chrono::steady_clock::now() < end) {
  }
}

void paint(covey::pool& pool) {
  covey::nursery tiles{{.name = "frame", .pool = &pool}};
  for (int i = 0; i < 24; ++i) {
    tiles.run("tile " + std::to_string(i), [i] { compute(microseconds(i == 17 ? 9000 : 600)); });
  }
  tiles.join();
}

void sort_of_sort(covey::pool& pool, int depth) {
  compute(microseconds(150));
  if (depth == 0) {
    return;
  }
  covey::nursery halves{{.pool = &pool}};
  halves.run([&pool, depth] { sort_of_sort(pool, depth - 1); });
  halves.run([&pool, depth] { sort_of_sort(pool, depth - 1); });
  halves.join();
}

void fail(covey::pool& pool) {
  covey::nursery kids{{.name = "stops \"itself\" <&>\n", .pool = &pool}};
  std::atomic<int> patient{0};
  for (int i = 0; i < 2; ++i) {
    kids.run("patient", [&patient] {
      ++patient;
      while (!covey::this_task::stop_requested()) {
        compute(microseconds(100));
      }
      covey::this_task::checkpoint();
    });
  }
  kids.run("wrong", [&patient] {
    while (patient < 2) {
      compute(microseconds(100));
    }
    throw std::runtime_error("as planned");
  });
  try {
    kids.join();
  } catch (const covey::composite_exception&) {
  }
}

}  // namespace

int main() {
  covey::pool pool{4};
  paint(pool);
  sort_of_sort(pool, 5);
  fail(pool);
}
