// SPDX-License-Identifier: Apache-2.0
// Counts the forks that lie between this process and the one that loaded covey.
#include "fork.hpp"

#include <atomic>
#include <pthread.h>

namespace covey::runtime {
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

std::uint32_t fork_generation() noexcept {
  return forks.load(std::memory_order_relaxed);
}

}  // namespace covey::runtime
