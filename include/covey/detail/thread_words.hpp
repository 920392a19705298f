// SPDX-License-Identifier: Apache-2.0
// The words that a thread keeps for itself: the worker that it owns, what it runs right now, how many children it ran.
#pragma once

#include <covey/config.hpp>
#include <covey/detail/owner_words.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>

// An executable that links the static library (COVEY_STATIC comes with the CMake target and with pkg-config) knows at
// link time how far these words lie from the thread's pointer: one instruction reads one. Where it takes them from a
// shared library with covey inside instead, its linker refuses that; then COVEY_FAR_WORDS helps.
#if defined(COVEY_STATIC) && !defined(COVEY_FAR_WORDS) && (defined(__PIE__) || !defined(__PIC__))
#  define COVEY_WORDS_MODEL "local-exec"
#else
#  define COVEY_WORDS_MODEL "initial-exec"
#  if COVEY_COMPARES_MEMORY && defined(__LP64__)
#    define COVEY_LOOKS_FOR_WORDS 1
#  endif
#endif
#if !defined(COVEY_LOOKS_FOR_WORDS)
#  define COVEY_LOOKS_FOR_WORDS 0
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

// What a thread keeps for itself. In the thread and not in its worker: every nursery reads and writes these words, and a
// processor that has to find the worker first mistakes the order of those accesses.
//   written  by the thread alone.
//   read     by others through record::live (hints, and counts).
struct thread_words {
  worker* owned;                    // the worker that this thread owns at present
  std::atomic<context_base*> runs;  // what it runs right now (a context)
  std::atomic<std::uint64_t> ran;   // children that were run in that worker's name
};
COVEY_API extern constinit thread_local thread_words this_thread_words
    [[gnu::tls_model(COVEY_WORDS_MODEL)]] asm("covey_this_thread");

// The words of the calling thread: found here, used at once, and found anew after a call.
class own_words {
 public:
#if COVEY_LOOKS_FOR_WORDS
  // By an offset that no register has to hold: compilers would keep it in one that calls preserve, and a function that
  // is called once per child would save and restore it. That was a sixth of fib.
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-member-init): the assembly sets it
  COVEY_INLINE own_words() noexcept {
    asm volatile("movq covey_this_thread@gottpoff(%%rip), %[offset]" : [offset] "=r"(offset_));
  }
  [[nodiscard]] COVEY_INLINE worker* owned() const noexcept {
    worker* me;
    asm volatile("movq %%fs:%c[at](%[offset]), %[me]"
                 : [me] "=r"(me)
                 : [offset] "r"(offset_), [at] "i"(offsetof(thread_words, owned)));
    return me;
  }
  [[nodiscard]] COVEY_INLINE bool owns(const worker* who) const noexcept {
    bool yes;
    asm volatile("cmpq %[who], %%fs:%c[at](%[offset])"
                 : "=@cce"(yes)
                 : [who] "r"(who), [offset] "r"(offset_), [at] "i"(offsetof(thread_words, owned)));
    return yes;
  }
  [[nodiscard]] COVEY_INLINE context now() const noexcept {
    context now;
    asm volatile("movq %%fs:%c[at](%[offset]), %[now]"
                 : [now] "=r"(now)
                 : [offset] "r"(offset_), [at] "i"(offsetof(thread_words, runs)));
    return now;
  }
  [[nodiscard]] COVEY_INLINE bool runs_in(context wanted) const noexcept {
    bool yes;
    asm volatile(
        "cmpq %[wanted], %%fs:%c[at](%[offset])"
        : "=@cce"(yes)
        : [wanted] "r"(wanted), [offset] "r"(offset_), [at] "i"(offsetof(thread_words, runs)));
    return yes;
  }
  COVEY_INLINE void enter(context next) const noexcept {
    asm volatile("movq %[next], %%fs:%c[at](%[offset])"
                 :
                 : [next] "r"(next), [offset] "r"(offset_), [at] "i"(offsetof(thread_words, runs)));
  }
  COVEY_INLINE void count_run() const noexcept {
    asm volatile("incq %%fs:%c[at](%[offset])"
                 :
                 : [offset] "r"(offset_), [at] "i"(offsetof(thread_words, ran))
                 : "cc");
  }

 private:
  std::uintptr_t offset_;  // from the thread's pointer
#else
  [[nodiscard]] COVEY_INLINE worker* owned() const noexcept {
    return this_thread_words.owned;
  }
  [[nodiscard]] COVEY_INLINE bool owns(const worker* who) const noexcept {
    return owned() == who;
  }
  [[nodiscard]] COVEY_INLINE context now() const noexcept {
    return reinterpret_cast<context>(known(this_thread_words.runs));
  }
  [[nodiscard]] COVEY_INLINE bool runs_in(context wanted) const noexcept {
    return now() == wanted;
  }
  COVEY_INLINE void enter(context next) const noexcept {
    put(this_thread_words.runs, reinterpret_cast<context_base*>(next));
  }
  COVEY_INLINE void count_run() const noexcept {
    raise<false>(this_thread_words.ran);
  }
#endif
};

[[nodiscard]] COVEY_INLINE worker* this_worker() noexcept {
  return own_words().owned();
}
[[nodiscard]] COVEY_INLINE context this_context() noexcept {
  return own_words().now();
}
[[nodiscard]] COVEY_INLINE bool runs_in_context(context wanted) noexcept {
  return own_words().runs_in(wanted);
}
COVEY_INLINE void enter_context(context next) noexcept {
  own_words().enter(next);
}

}  // namespace covey::detail
