// SPDX-License-Identifier: Apache-2.0
// The words that a thread keeps for itself: the worker that it owns, what it runs right now, how many children it ran.
#pragma once

#include <covey/config.hpp>

#include <atomic>
#include <cstdint>

namespace covey::detail {

struct worker;
struct context_base;

// What code can run in, as seen by nurseries opened there: the body of a scope, an unnamed child of it that was run
// inline, or a child with a task_context. The tag lies in the low bits of the pointer.
using context = std::uintptr_t;
inline constexpr context in_body = 0;
inline constexpr context in_child = 1;
inline constexpr context in_task = 2;
inline constexpr context context_tag = 3;

// What a thread keeps for itself. In the thread and not in its worker: every nursery reads and writes these words, and a
// processor that has to find the worker first mistakes the order of those accesses.
//   written  by the thread alone.
//   read     by others through record::live (hints, and counts).
struct thread_words {
  worker* owned;                    // the worker that this thread owns at present
  std::atomic<context_base*> runs;  // what it runs right now (a context)
  std::atomic<std::uint64_t> ran;   // children that were run in that worker's name
};

// The worker of a thread that has none: an empty deque that answers every fast-path question with "no".
COVEY_API extern worker no_worker;

// The context of threads that run no covey code.
COVEY_API extern context_base no_context;

}  // namespace covey::detail
