// SPDX-License-Identifier: Apache-2.0
// Switches OpenMP's cancellation on, which its runtimes allow only before they are loaded.
#pragma once

#include <cstdlib>
#include <fstream>
#include <omp.h>
#include <stdexcept>
#include <string>
#include <unistd.h>
#include <vector>

namespace bench {

/// Returns when cancellation is on. If it is not, this program starts again in this process, with the same arguments
/// and open descriptors and with OMP_CANCELLATION set, as a user of cancellation has to set it.
inline void switch_on_cancellation() {
  if (omp_get_cancellation() != 0) {
    return;
  }
  if (std::getenv("OMP_CANCELLATION") != nullptr) {
    throw std::runtime_error("this OpenMP does not cancel, or OMP_CANCELLATION forbids it");
  }
  setenv("OMP_CANCELLATION", "true", 1);
  std::ifstream file("/proc/self/cmdline", std::ios::binary);
  std::vector<std::string> words;
  for (std::string word; std::getline(file, word, '\0');) {
    words.push_back(word);
  }
  std::vector<char*> arguments;
  for (std::string& word : words) {
    arguments.push_back(word.data());
  }
  arguments.push_back(nullptr);
  execv("/proc/self/exe", arguments.data());
  throw std::runtime_error("cannot start again with OMP_CANCELLATION set");
}

}  // namespace bench
