// SPDX-License-Identifier: Apache-2.0
// Counts the threads of this process, to see that a pool leaves none behind.
#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>

namespace covey_test {

/// @returns the threads of this process but for covey's timekeeper, which serves all pools until the process ends.
inline std::size_t threads_alive() {
  std::size_t alive = 0;
  for (const auto& task : std::filesystem::directory_iterator("/proc/self/task")) {
    std::ifstream file(task.path() / "comm");
    std::string name;
    std::getline(file, name);
    alive += name == "covey-timer" ? 0U : 1U;
  }
  return alive;
}

/// oneTBB keeps the threads it once made until the process ends: at most one fewer than the machine has.
inline std::size_t threads_onetbb_may_keep() {
  const std::size_t cores = std::thread::hardware_concurrency();
  return cores > 1 ? cores - 1 : 0;
}

/// @returns whether at most `n` threads live within ten seconds; a joined thread leaves /proc a little later.
inline bool threads_fall_to(std::size_t n) {
  const auto last = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (threads_alive() > n) {
    if (std::chrono::steady_clock::now() > last) {
      return false;
    }
    std::this_thread::yield();
  }
  return true;
}

}  // namespace covey_test
