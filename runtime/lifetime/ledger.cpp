// SPDX-License-Identifier: Apache-2.0
// Adds the counts of ended scopes, and ends the process when they do not balance.
#include "lifetime/ledger.hpp"

#include "scope/migration.hpp"

#include <array>
#include <atomic>
#include <cinttypes>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <pthread.h>
#include <string>

namespace covey::runtime {

using detail::scope;

namespace {

constexpr std::size_t columns = sizeof(account) / sizeof(std::uint64_t);
using column = std::uint64_t account::*;
constexpr std::array<column, columns> all_columns = {&account::spawned,
                                                     &account::done,
                                                     &account::failed,
                                                     &account::stopped,
                                                     &account::never_started,
                                                     &account::failures,
                                                     &account::delivered,
                                                     &account::dropped};

// Sums over the ended scopes.
//   written  += by the thread that ends a scope, once a scope; zero by a forked process, at its beginning.
//   read     by books_so_far().
//   order    relaxed: whoever wants exact sums has joined the writers before.
constinit std::array<std::atomic<std::uint64_t>, columns> sums{};

// The text about the first scope whose counts do not balance.
//   written  once, by the thread that sets `fault_taken` (exchange), before it sets `fault_known` (release).
//   read     by audit(), after `fault_known` (acquire).
constinit std::atomic<bool> fault_taken{false};
constinit std::atomic<bool> fault_known{false};
constinit std::array<char, 768> fault_text{};

[[nodiscard]] std::uint64_t delivered_of(const scope_extra& x) noexcept {
  if (x.conclusion != nullptr && !x.handed_out) {
    return 0;  // they are in a conclusion that was never thrown
  }
  std::uint64_t count = 0;
  for (const detail::kept_failure* kept = x.first; kept != nullptr; kept = kept->next) {
    count += static_cast<std::uint64_t>(kept->delivered.load(std::memory_order_acquire));
  }
  return count;
}

// `spawned` was counted by the spawns, the other sums by the ends.
[[nodiscard]] account books_of(const scope& s) noexcept {
  account books;
  books.spawned = s.spawned.load(std::memory_order_acquire);
  std::uint64_t ended = s.finished.load(std::memory_order_acquire) + count_finished_elsewhere(s);
  if (scope_extra* const x = extra_if_any(s)) {
    const std::scoped_lock guard(x->lock);
    const std::uint64_t remote = x->remote_spawned.load(std::memory_order_relaxed);
    const std::uint64_t refused = x->refused.load(std::memory_order_relaxed);
    const std::uint64_t out = s.attention.load(std::memory_order_acquire) >> 32U;
    books.spawned += remote + refused;
    ended += remote - out + refused;
    books.failures = x->failed.load(std::memory_order_relaxed) + x->body_failures;
    books.failed = x->failed.load(std::memory_order_relaxed) - x->item_failures;
    books.stopped = x->stopped.load(std::memory_order_relaxed);
    books.never_started = x->never_started.load(std::memory_order_relaxed);
    books.delivered = delivered_of(*x);
    books.dropped = x->not_kept;
  }
  // With more failures than ends the difference wraps; 0 then makes the counts unbalanced.
  books.done = ended - books.failed - books.stopped - books.never_started;
  if (books.done > ended) {
    books.done = 0;
  }
  return books;
}

void store_fault(const scope& s, const account& books) noexcept {
  if (fault_taken.exchange(true, std::memory_order_relaxed)) {
    return;
  }
  const scope_extra* const x = extra_if_any(s);
  const std::string name =
      x != nullptr && !x->name.empty() ? " " + quoted(x->name.view()) : std::string();
  std::snprintf(fault_text.data(),
                fault_text.size(),
                "covey: the books of the nursery%s, opened at %s:%u, do not balance:\n"
                "  %" PRIu64 " children spawned, but %" PRIu64 " done, %" PRIu64 " failed, %" PRIu64
                " stopped, %" PRIu64 " never started (%+" PRId64
                ")\n"
                "  %" PRIu64 " failures, but %" PRIu64 " delivered, %" PRIu64
                " counted and dropped (%+" PRId64 ")\n",
                name.c_str(),
                s.opened_at.file(),
                static_cast<unsigned>(s.opened_at.line()),
                books.spawned,
                books.done,
                books.failed,
                books.stopped,
                books.never_started,
                static_cast<std::int64_t>(books.done + books.failed + books.stopped +
                                          books.never_started - books.spawned),
                books.failures,
                books.delivered,
                books.dropped,
                static_cast<std::int64_t>(books.delivered + books.dropped - books.failures));
  fault_known.store(true, std::memory_order_release);
}

void forget_all() noexcept {
  for (std::atomic<std::uint64_t>& sum : sums) {
    sum.store(0, std::memory_order_relaxed);
  }
  fault_taken.store(false, std::memory_order_relaxed);
  fault_known.store(false, std::memory_order_relaxed);
}

// Registered when covey is loaded, so that the audit runs after the end of the default pool. A forked process begins with
// zero: other threads may have been adding their counts.
[[maybe_unused]] const bool audits_at_exit = [] {
  if (keeps_books) {
    return ::pthread_atfork(nullptr, nullptr, &forget_all) == 0 && std::atexit(&audit) == 0;
  }
  return false;
}();

}  // namespace

// Not `if constexpr`: without books clang would call the functions above unused. They vanish all the same.
void close_books(const scope& s) noexcept {
  if (keeps_books) {
    const account books = books_of(s);
    for (std::size_t i = 0; i < columns; ++i) {
      if (const std::uint64_t more = books.*all_columns[i]) {
        sums[i].fetch_add(more, std::memory_order_relaxed);
      }
    }
    if (!balances(books)) {
      store_fault(s, books);
    }
  }
}

account books_so_far() noexcept {
  account all;
  for (std::size_t i = 0; i < columns; ++i) {
    all.*all_columns[i] = sums[i].load(std::memory_order_relaxed);
  }
  return all;
}

void audit() noexcept {
  if (fault_known.load(std::memory_order_acquire)) {
    std::fputs(fault_text.data(), stderr);
    std::abort();
  }
}

}  // namespace covey::runtime
