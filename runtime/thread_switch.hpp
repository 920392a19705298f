// SPDX-License-Identifier: Apache-2.0
// How a thread changes from one worker to another: what it runs goes with the worker that it leaves.
#pragma once

#include "record.hpp"

namespace covey::runtime {

using detail::context;

// The calling thread owns `next` from now on (detail::no_worker: none). What it ran as its former worker stays in that
// one's `current`, and what `next` says there goes on.
void become(detail::worker& next) noexcept;

// What a worker runs; for its own thread exact, for others a hint. Any thread.
[[nodiscard]] context context_seen(const detail::worker& w) noexcept;

// How many children were run in the name of a worker. Any thread.
[[nodiscard]] std::uint64_t runs_seen(const worker_card& card) noexcept;

// Sets what a worker runs, if that is `expected` still. @pre the calling thread owns the worker, now or further out.
void replace_context(detail::worker& w, context expected, context next) noexcept;

}  // namespace covey::runtime
