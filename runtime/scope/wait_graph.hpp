// SPDX-License-Identifier: Apache-2.0
// The graph of waits: finds waits that would never end, before the thread sleeps.
#pragma once

#include "scope/context.hpp"

namespace covey::runtime {

// While it lives, the calling thread is listed as waiting for a child or a scope.
class waiting_for {
 public:
  // @throws structure_error when `f` cannot finish before this thread goes on.
  waiting_for(record& me, const frame* f);
  waiting_for(record& me, const scope& s) noexcept;
  ~waiting_for();
  waiting_for(const waiting_for&) = delete;
  waiting_for& operator=(const waiting_for&) = delete;

 private:
  record& me_;
  const frame* before_;
  const scope* scope_before_;
};

}  // namespace covey::runtime
