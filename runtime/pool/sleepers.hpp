// SPDX-License-Identifier: Apache-2.0
// The worker loops of one pool that sleep, last in first out.
#pragma once

#include "base/futex.hpp"

#include <covey/detail/base/fork_mutex.hpp>

#include <atomic>
#include <cstdint>
#include <mutex>

namespace covey::runtime {

struct sleeper {
  // 0: asleep; 1: woken, with a permit, and counted among the searchers.
  //   written  0 by the sleeper before it is listed; 1 by wake_last(), under the lock of the list.
  //   read     by the sleeper (acquire), and by the kernel before it sleeps.
  std::atomic<std::uint32_t> word{0};
  sleeper* next = nullptr;  // guarded by the lock of the list
};

class sleeper_list {
 public:
  void add(sleeper& self) noexcept {
    const std::scoped_lock guard(lock_);
    self.next = first_;
    first_ = &self;
  }

  // @returns false: it was woken, and is not in the list any more.
  [[nodiscard]] bool remove(sleeper& self) noexcept {
    const std::scoped_lock guard(lock_);
    for (sleeper** at = &first_; *at != nullptr; at = &(*at)->next) {
      if (*at == &self) {
        *at = self.next;
        return true;
      }
    }
    return false;
  }

  // @returns false when there is none.
  bool wake_last() noexcept {
    const std::scoped_lock guard(lock_);
    sleeper* const last = first_;
    if (last == nullptr) {
      return false;
    }
    first_ = last->next;
    // Under the lock: a sleeper whose time has run out calls remove() before it destroys the word.
    last->word.store(1, std::memory_order_release);
    futex_wake(last->word, 1);
    return true;
  }

 private:
  detail::fork_mutex lock_;
  sleeper* first_ = nullptr;  // guarded by lock_
};

}  // namespace covey::runtime
