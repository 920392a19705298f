// SPDX-License-Identifier: Apache-2.0
// The graph of threads that wait at limits: finds cycles of nurseries before a thread sleeps.
#pragma once

#include "scope/context.hpp"

namespace covey::runtime {

// A wait of the calling thread at the limit of a scope.
class limit_wait {
 public:
  explicit limit_wait(const scope& at) noexcept : at_(at), from_(detail::this_context()) {}
  ~limit_wait();
  limit_wait(const limit_wait&) = delete;
  limit_wait& operator=(const limit_wait&) = delete;

  // Adds the wait to the graph, if the thread runs in a child of a scope with a limit; other threads may always wait.
  // @returns false, and adds nothing, if the wait might never end: all children with a seat there wait, perhaps by way of
  // others, for seats that the children on this thread's stack have.
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
