// SPDX-License-Identifier: Apache-2.0
// How a thread changes from one worker to another. Each worker keeps the context that the thread ran as that worker.
#pragma once

#include "worker/record.hpp"

#include <covey/detail/task/scope.hpp>

namespace covey::runtime {

using detail::context;

// Makes the calling thread the owner of `next` (detail::no_worker: of none). Its context and count are saved in the worker
// that it had, and loaded from `next`.
void become(detail::worker& next) noexcept;

// Removes `r` from the records of the calling thread: another thread may own it.
void forget(record& r) noexcept;

// The list of the records that the calling thread owns, the latest first.
[[nodiscard]] record* records_of_this_thread() noexcept;

// Calls `visit` for every record of the calling thread that is in a context: at most one in each pool, as a nursery may be
// opened in another pool than the one that its thread is in.
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

// For assertions: the calling thread holds no permit of any pool.
[[nodiscard]] bool sleeps_without_permit() noexcept;

// What a worker runs; for its own thread exact, for others a hint. Any thread.
[[nodiscard]] context context_seen(const detail::worker& w) noexcept;

// How many children were run as that worker. Any thread.
[[nodiscard]] std::uint64_t runs_seen(const worker_card& card) noexcept;

// Sets the context of a worker if it is `expected`. @pre the calling thread owns the worker, now or further out.
void replace_context(detail::worker& w, context expected, context next) noexcept;

}  // namespace covey::runtime
