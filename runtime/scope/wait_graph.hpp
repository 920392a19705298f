// SPDX-License-Identifier: Apache-2.0
// Who waits for what, so that a wait that could never end is refused instead of slept in.
#pragma once

#include "scope/context.hpp"

namespace covey::runtime {

// Says what a sleeping waiter waits for, as long as it lives.
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
