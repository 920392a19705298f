// SPDX-License-Identifier: Apache-2.0
// How a thread changes from one worker to another: what it runs goes with the worker that it leaves.
#pragma once

#include "worker/record.hpp"

#include <covey/detail/task/scope.hpp>

namespace covey::runtime {

using detail::context;

// The calling thread owns `next` from now on (detail::no_worker: none). What it ran as its former worker stays in that
// one's `current`, and what `next` says there goes on.
void become(detail::worker& next) noexcept;

// The calling thread gives `r` up, for another one to own.
void forget(record& r) noexcept;

// All records that this thread owns, the latest first. Of the thread alone.
[[nodiscard]] record* records_of_this_thread() noexcept;

// Calls `visit` for every record that this thread owns and runs something in the name of: one in each pool, as a nursery
// may be opened in another pool than the one that its thread is in.
template <class Visit>
void for_each_record_at_work(Visit visit) noexcept {
  for (record* r = records_of_this_thread(); r != nullptr; r = r->next_of_thread) {
    const context runs =
        r == this_record() ? detail::this_context() : r->current.load(std::memory_order_relaxed);
    if (runs != detail::outside()) {
      visit(*r);
    }
  }
}

// For assertions: the calling thread holds no place of any pool.
[[nodiscard]] bool sleeps_without_place() noexcept;

// What a worker runs; for its own thread exact, for others a hint. Any thread.
[[nodiscard]] context context_seen(const detail::worker& w) noexcept;

// How many children were run in the name of a worker. Any thread.
[[nodiscard]] std::uint64_t runs_seen(const worker_card& card) noexcept;

// Sets what a worker runs, if that is `expected` still. @pre the calling thread owns the worker, now or further out.
void replace_context(detail::worker& w, context expected, context next) noexcept;

}  // namespace covey::runtime
