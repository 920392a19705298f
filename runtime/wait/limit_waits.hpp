// SPDX-License-Identifier: Apache-2.0
// Who waits at the limit of which nursery, so that nurseries that wait for each other are found before they do.
#pragma once

#include "scope/context.hpp"

namespace covey::runtime {

// While it exists, the calling thread waits at the limit of a scope.
class limit_wait {
 public:
  explicit limit_wait(const scope& at) noexcept : at_(at), from_(detail::this_context()) {}
  ~limit_wait();
  limit_wait(const limit_wait&) = delete;
  limit_wait& operator=(const limit_wait&) = delete;

  // Enters the wait. @returns false: it might never end, because all children that have a seat there wait, perhaps by way
  // of others, for a seat that this thread's own children have; then nothing was entered.
  // A thread that runs in no child of a scope with a limit always may.
  [[nodiscard]] bool enter() noexcept;
  // After enter(): this thread runs in a child of a scope with a limit.
  [[nodiscard]] bool holds_seats() const noexcept { return listed_; }

 private:
  friend struct limit_graph;
  const scope& at_;
  const context from_;
  bool listed_ = false;
  limit_wait* next_ = nullptr;  // guarded by the lock of the graph
  bool seen_ = false;           // likewise: it waits at a scope that this search has looked at
};

}  // namespace covey::runtime
