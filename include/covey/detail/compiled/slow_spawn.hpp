// SPDX-License-Identifier: Apache-2.0
// The slow ways of a spawn: scopes that want attention, and spawns by others than the owner.
#pragma once

#include <covey/config.hpp>
#include <covey/detail/base/names.hpp>

#include <cstdint>

namespace covey::detail {

// What a scope that wants attention says to a new child: queue it, it is settled already, or not taken.
enum class admission : std::uint8_t { go_on, settled, refused };
COVEY_API admission admit(scope& s, frame* f, bool may_refuse);
// By another thread than the owner, or through a door. @returns false: the scope refused it (only with may_refuse)
COVEY_API bool spawn_elsewhere(scope& s, frame* f, bool may_refuse);
// The callable is null. @throws std::invalid_argument
COVEY_API void refuse_null();
// An ancestor's stop comes down to `s`.
COVEY_API void look_for_stop(scope& s) noexcept;

}  // namespace covey::detail
