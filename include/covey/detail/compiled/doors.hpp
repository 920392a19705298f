// SPDX-License-Identifier: Apache-2.0
// Doors into a nursery for foreign threads.
#pragma once

#include <covey/config.hpp>
#include <covey/detail/base/names.hpp>

namespace covey::detail {

COVEY_API void open_door(scope& s);
COVEY_API void close_door(scope& s) noexcept;
[[noreturn]] COVEY_API void throw_closed_door();

}  // namespace covey::detail
