// SPDX-License-Identifier: Apache-2.0
// What a pool calls of a batch: thefts, and the tick.
#pragma once

#include "pool/spread_list.hpp"

namespace covey::runtime {

// For spread_list::enroll(): how shares are stolen, and what the tick does about them.
extern const spread_calls calls_of_batches;

}  // namespace covey::runtime
