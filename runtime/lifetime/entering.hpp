// SPDX-License-Identifier: Apache-2.0
// The pool of threads that no pool started.
#pragma once

#include "worker/record.hpp"

namespace covey::runtime {

// The crew of pool::default_pool(). @throws pool_error after exit began.
[[nodiscard]] crew& default_crew();
// A foreign thread gives its record and its place back.
void leave_pool(record& me) noexcept;

}  // namespace covey::runtime
