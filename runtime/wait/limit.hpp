// SPDX-License-Identifier: Apache-2.0
// Finding a seat for a new child of a nursery with a limit (protocol: runtime/README.md, "Limits").
#pragma once

#include "scope/context.hpp"

#include <cstdint>

namespace covey::runtime {

// What becomes of a new child of a scope with a limit.
enum class seating : std::uint8_t {
  seated,  // it has a seat: the spawn goes on
  in_turn,  // the spawner is a child and lends its own seat: run the new child at once, then call return_seat()
  waiting,  // the spawner must not wait: pass the new child to await_seat()
  stopped,  // the scope was stopped meanwhile
  refused   // full (only with may_refuse)
};

// Finds a seat for a new child of `s`; at the limit it may run children of `s`, or sleep.
[[nodiscard]] seating find_seat(scope& s, bool may_refuse) noexcept;

// After in_turn, on the same thread: gives the seat back to the spawner.
void return_seat(scope& s) noexcept;

// Whether every child of `s` has ended and has made its last access to the scope.
[[nodiscard]] bool all_back(const scope& s) noexcept;

}  // namespace covey::runtime
