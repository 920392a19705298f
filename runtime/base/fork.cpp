// SPDX-License-Identifier: Apache-2.0
// Counts the forks that lie between this process and the one that loaded covey.
#include "base/fork.hpp"

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <pthread.h>
#include <thread>
#include <unistd.h>

namespace covey {
namespace {

// Forks on the way from the process that loaded covey to this one.
//   written  by the fork handler, in the child, while that has a single thread.
//   read     by fork_generation(), by any thread.
//   order    relaxed: whoever could race with the writer does not exist in the child.
constinit std::atomic<std::uint32_t> forks{0};

void count_fork() noexcept {
  forks.fetch_add(1, std::memory_order_relaxed);
}

// Registered when covey is loaded. Should the system have no memory for it, forked children are not told apart.
[[maybe_unused]] const int counts_forks = ::pthread_atfork(nullptr, nullptr, count_fork);

}  // namespace

namespace detail {

std::uint32_t fork_generation() noexcept {
  return forks.load(std::memory_order_relaxed);
}

}  // namespace detail

namespace runtime {

void end_stray_process(const char* what) noexcept {
  std::fprintf(stderr,
               "covey: %s forked, and returned in the forked process %d, which has none of the "
               "threads that went on from there; end such a process with _exit() or exec\n",
               what,
               static_cast<int>(::getpid()));
  ::_exit(EXIT_FAILURE);
}

}  // namespace runtime
}  // namespace covey
