// SPDX-License-Identifier: Apache-2.0
// Foreign threads: those that no pool started.
#pragma once

#include "worker/record.hpp"

namespace covey::runtime {

// The crew of pool::default_pool(). @throws pool_error after exit began.
[[nodiscard]] crew& default_crew();
// Gives the record and the permit of a foreign thread back.
void leave_pool(record& me) noexcept;

}  // namespace covey::runtime
