// SPDX-License-Identifier: Apache-2.0
// The checks of the options that all batches have.
#pragma once

#include <covey/batch.hpp>
#include <covey/config.hpp>
#include <covey/nursery.hpp>

namespace covey::detail {

// @throws std::invalid_argument naming the valid range, before anything is allocated
[[nodiscard]] COVEY_API nursery_options checked_options(const batch_options& options);

}  // namespace covey::detail
