// SPDX-License-Identifier: Apache-2.0
// A plug-in that uses covey (robustness row 26). Built twice: beside a shared covey, and with covey inside.
#include <covey/covey.hpp>

#include <atomic>
#include <chrono>
#include <stdexcept>
#include <thread>
#include <vector>

namespace {

using namespace std::chrono_literals;

// Children in the pool of the enclosing nursery or in the default pool; some wait, so that others are stolen.
int sum(int n) {
  covey::nursery kids;
  std::vector<covey::future<int>> parts;
  for (int i = 1; i <= n; ++i) {
    parts.push_back(kids.spawn([i] {
      if (i % 100 == 0) {
        covey::this_task::sleep_for(1ms);
      }
      return i;
    }));
  }
  int all = 0;
  for (auto& part : parts) {
    all += part.get();
  }
  return all;
}

bool fails_and_times_out() {
  covey::pool own{2};
  try {
    covey::nursery kids{{.name = "in the plug-in", .pool = &own}};
    kids.run("fails", [] { throw std::runtime_error("planted"); });
    kids.join();
    return false;
  } catch (const covey::composite_exception& all) {
    if (all.size() != 1) {
      return false;
    }
  }
  try {
    covey::nursery kids{{.timeout = 5ms, .pool = &own}};
    kids.run([] { covey::this_task::sleep_for(24h); });
    kids.join();
    return false;
  } catch (const covey::timeout_error&) {
    return true;
  }
}

}  // namespace

// Adds 1 … n with children, lets others fail and run late. @returns the sum; -1 if something went wrong.
extern "C" [[gnu::visibility("default")]] int covey_plugin_use(int n) {
  try {
    return fails_and_times_out() ? sum(n) : -1;
  } catch (...) {
    return -1;
  }
}

// Spawns n children from this thread and waits, without helping, until others have run them all: their memory is then on
// its way back to the spawner. @returns how many ran.
extern "C" [[gnu::visibility("default")]] int covey_plugin_leave_to_others(covey::pool& pool,
                                                                           int n) {
  std::atomic<int> ran{0};
  covey::nursery kids{{.pool = &pool}};
  for (int i = 0; i < n; ++i) {
    kids.run([&ran] { ran.fetch_add(1); });
  }
  while (ran.load() != n) {
    std::this_thread::yield();
  }
  kids.join();
  return ran.load();
}
