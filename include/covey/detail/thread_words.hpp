// SPDX-License-Identifier: Apache-2.0
// The two words that a thread keeps for itself: the worker that it owns, and what it runs right now.
#pragma once

#include <covey/config.hpp>
#include <covey/detail/owner_words.hpp>

#include <atomic>
#include <cstdint>

// A thread-local variable by an address that no register has to hold. Compilers keep the offset in a register that
// calls preserve, and a function that is called once per child saves and restores it: this was a sixth of fib.
#if COVEY_COMPARES_MEMORY && defined(__LP64__)
#  define COVEY_READS_OWN_WORDS 1
#else
#  define COVEY_READS_OWN_WORDS 0
#endif

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

// The worker that this thread owns at present.
COVEY_API extern constinit thread_local worker* this_worker_pointer
    [[gnu::tls_model("initial-exec")]] asm("covey_this_worker");
// What this thread runs right now, in its worker's name (a context). In the thread and not in the worker: every nursery
// reads and writes it, and a processor that has to find the worker first mistakes the order of those accesses.
//   written  by the thread alone.
//   read     by others through record::live, to see whether a foreign thread left covey (a hint).
COVEY_API extern constinit thread_local std::atomic<context_base*> this_context_pointer
    [[gnu::tls_model("initial-exec")]] asm("covey_this_context");

[[nodiscard]] COVEY_INLINE worker* this_worker() noexcept {
#if COVEY_READS_OWN_WORDS
  worker* me;
  asm volatile("movq covey_this_worker@gottpoff(%%rip), %[me]\n\tmovq %%fs:(%[me]), %[me]"
               : [me] "=r"(me));
  return me;
#else
  return this_worker_pointer;
#endif
}

[[nodiscard]] COVEY_INLINE context this_context() noexcept {
#if COVEY_READS_OWN_WORDS
  context now;
  asm volatile("movq covey_this_context@gottpoff(%%rip), %[now]\n\tmovq %%fs:(%[now]), %[now]"
               : [now] "=r"(now));
  return now;
#else
  return reinterpret_cast<context>(this_context_pointer.load(std::memory_order_relaxed));
#endif
}

[[nodiscard]] COVEY_INLINE bool runs_in_context(context wanted) noexcept {
#if COVEY_READS_OWN_WORDS
  bool yes;
  std::uintptr_t offset;
  asm volatile(
      "movq covey_this_context@gottpoff(%%rip), %[offset]\n\tcmpq %[wanted], %%fs:(%[offset])"
      : "=@cce"(yes), [offset] "=&r"(offset)
      : [wanted] "r"(wanted));
  return yes;
#else
  return this_context() == wanted;
#endif
}

COVEY_INLINE void enter_context(context next) noexcept {
#if COVEY_READS_OWN_WORDS
  std::uintptr_t offset;
  asm volatile(
      "movq covey_this_context@gottpoff(%%rip), %[offset]\n\tmovq %[next], %%fs:(%[offset])"
      : [offset] "=&r"(offset)
      : [next] "r"(next));
#else
  this_context_pointer.store(reinterpret_cast<context_base*>(next), std::memory_order_relaxed);
#endif
}

}  // namespace covey::detail
