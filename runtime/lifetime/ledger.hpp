// SPDX-License-Identifier: Apache-2.0
// The books of debug builds: every child that was spawned has ended, every failure was delivered.
#pragma once

#include "scope/liveness.hpp"
#include "scope/scope_extra.hpp"

#include <cstdint>

namespace covey::runtime {

// What happened in a scope, or in all scopes that have ended.
struct account {
  std::uint64_t spawned = 0;
  std::uint64_t done = 0;
  std::uint64_t failed = 0;
  std::uint64_t stopped = 0;
  std::uint64_t never_started = 0;
  std::uint64_t failures = 0;   // of children, of items of a batch, and of the body
  std::uint64_t delivered = 0;  // by get(), in what a join threw, or to the sink
  std::uint64_t dropped = 0;    // counted, but not kept: beyond max_failures, or no memory
};

[[nodiscard]] constexpr bool balances(const account& books) noexcept {
  return books.spawned == books.done + books.failed + books.stopped + books.never_started &&
         books.failures == books.delivered + books.dropped;
}

// Books are kept where uses of ended nurseries are looked for, too: in debug builds of the library.
inline constexpr bool keeps_books = checks_liveness;

// Closes the books of a scope that ends, and remembers the first one that does not balance. Scopes that end on the
// inline path (which debug builds without a sanitizer do not have) had no failure, and are not counted.
// @pre nobody else uses the scope any more; what it holds is still there
void close_books(const detail::scope& s) noexcept;

// The sums of all scopes that have ended in this process. Exact when no scope ends meanwhile.
[[nodiscard]] account books_so_far() noexcept;

// What the exit of the process does: ends it by abort(), with a text on stderr, if the books of some scope did not
// balance. A scope that is still open has no part in it, and neither has one from before a fork.
void audit() noexcept;

}  // namespace covey::runtime
