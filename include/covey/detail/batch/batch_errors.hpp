// SPDX-License-Identifier: Apache-2.0
// What batches throw.
#pragma once

#include <covey/config.hpp>
#include <covey/detail/batch/spread.hpp>

#include <cstdint>

namespace covey::detail {

[[noreturn]] COVEY_API void throw_shrunk(std::uint64_t from, std::uint64_t to);
[[noreturn]] COVEY_API void throw_partial(const char* instead);
// The batch was joined without a throw, but a stop left items undone.
[[noreturn]] COVEY_API void throw_unfinished(const spread& w);

}  // namespace covey::detail
