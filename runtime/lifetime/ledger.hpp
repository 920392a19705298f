// SPDX-License-Identifier: Apache-2.0
// The ledger of debug builds: checks that every child has ended in one way, and every failure was delivered.
#pragma once

#include "scope/liveness.hpp"
#include "scope/scope_extra.hpp"

#include <cstdint>

namespace covey::runtime {

// Counts of children and failures: of one scope, or of all scopes that have ended.
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

// In debug builds of the library, as the checks for uses of ended nurseries.
inline constexpr bool keeps_books = checks_liveness;

// Adds the counts of a scope that ends, and stores the first scope whose counts do not balance. Scopes that end on the
// inline path (not in debug builds without a sanitizer) are not counted; they had no failure.
// @pre no other thread uses the scope any more; what it holds was not freed
void close_books(const detail::scope& s) noexcept;

// The sums of all scopes that have ended in this process. Exact when no scope ends meanwhile.
[[nodiscard]] account books_so_far() noexcept;

// Called at the exit of the process: calls abort(), with a text on stderr, if the counts of an ended scope did not balance.
// Open scopes are not checked, nor are scopes from before a fork.
void audit() noexcept;

}  // namespace covey::runtime
