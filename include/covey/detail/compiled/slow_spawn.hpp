// SPDX-License-Identifier: Apache-2.0
// The slow ways of a spawn: scopes that want attention, and spawns by others than the owner.
#pragma once

#include <covey/config.hpp>
#include <covey/detail/base/names.hpp>

#include <cstdint>

namespace covey::detail {

// What a scope with attention bits decides about a new child: queue it; it was run, queued or ended; it was not taken.
enum class admission : std::uint8_t { go_on, settled, refused };
COVEY_API admission admit(scope& s, frame* f, bool may_refuse);
// A spawn by a thread that does not own the scope. @returns false: the scope refused it (only with may_refuse)
COVEY_API bool spawn_elsewhere(scope& s, frame* f, bool may_refuse);
// The callable is null. @throws std::invalid_argument
COVEY_API void refuse_null();
// Sets the stop bit of `s` if an ancestor was stopped.
COVEY_API void check_for_stop(scope& s) noexcept;

}  // namespace covey::detail
