// SPDX-License-Identifier: Apache-2.0
// The words that a thread keeps for itself: the worker that it owns, what it runs right now, how many children it ran.
#pragma once

#include <covey/config.hpp>
#include <covey/detail/fast/owner_words.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>

// An executable that links the static library (COVEY_STATIC) knows at link time how far these words lie from the thread's
// pointer: one instruction reads one. Code that may go into a shared object (-fPIC) looks for the distance first.
#if defined(COVEY_STATIC) && (defined(__PIE__) || !defined(__PIC__))
#  define COVEY_NEAR_WORDS 1
#  define COVEY_WORDS_MODEL "local-exec"
#else
#  define COVEY_NEAR_WORDS 0
#  define COVEY_WORDS_MODEL "initial-exec"
#endif
// How own_words finds them. The three have different names: objects of one program may use different ones, and inline
// functions that take an own_words must not be taken for each other.
#if !COVEY_COMPARES_MEMORY || !defined(__LP64__)
#  define COVEY_WORDS_KIND plain_words
#elif COVEY_NEAR_WORDS
#  define COVEY_WORDS_KIND near_words
#  define COVEY_WORD_AT "%%fs:%c[at]+covey_this_thread@tpoff"
#  define COVEY_WORDS_OFFSET "i"(0)
#else
#  define COVEY_WORDS_KIND far_words
#  define COVEY_WORD_AT "%%fs:%c[at](%[offset])"
#  define COVEY_WORDS_OFFSET "r"(offset_)
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

// The worker of a thread that has none: an empty deque that answers every fast-path question with "no".
COVEY_API extern worker no_worker;

// The context of threads that run no covey code.
COVEY_API extern context_base no_context;

inline namespace COVEY_WORDS_KIND {

// The words of the calling thread: found here, used at once, and found anew after a call.
class own_words {
 public:
#if defined(COVEY_WORD_AT)
#  if COVEY_NEAR_WORDS
  // As compilers know it: only compiled functions change it.
  [[nodiscard]] COVEY_INLINE worker* owned() const noexcept {
    return this_thread_words.owned;
  }
  [[nodiscard]] COVEY_INLINE bool owns(const worker* who) const noexcept {
    return owned() == who;
  }
#  else
  // By an offset that no register has to hold: compilers would keep it in one that calls preserve, and a function that
  // is called once per child would save and restore it. That was a sixth of fib.
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-member-init): the assembly sets it
  COVEY_INLINE own_words() noexcept {
    asm volatile("movq covey_this_thread@gottpoff(%%rip), %[offset]" : [offset] "=r"(offset_));
  }
  [[nodiscard]] COVEY_INLINE worker* owned() const noexcept {
    worker* me;
    asm volatile("movq " COVEY_WORD_AT ", %[me]"
                 : [me] "=r"(me)
                 : [offset] COVEY_WORDS_OFFSET, [at] "i"(offsetof(thread_words, owned)));
    return me;
  }
  [[nodiscard]] COVEY_INLINE bool owns(const worker* who) const noexcept {
    bool yes;
    asm volatile(
        "cmpq %[who], " COVEY_WORD_AT
        : "=@cce"(yes)
        : [who] "r"(who), [offset] COVEY_WORDS_OFFSET, [at] "i"(offsetof(thread_words, owned)));
    return yes;
  }
#  endif
  [[nodiscard]] COVEY_INLINE context now() const noexcept {
    context now;
    asm volatile("movq " COVEY_WORD_AT ", %[now]"
                 : [now] "=r"(now)
                 : [offset] COVEY_WORDS_OFFSET, [at] "i"(offsetof(thread_words, runs)));
    return now;
  }
  [[nodiscard]] COVEY_INLINE bool runs_in(context wanted) const noexcept {
    bool yes;
    asm volatile(
        "cmpq %[wanted], " COVEY_WORD_AT
        : "=@cce"(yes)
        :
        [wanted] "r"(wanted), [offset] COVEY_WORDS_OFFSET, [at] "i"(offsetof(thread_words, runs)));
    return yes;
  }
  COVEY_INLINE void enter(context next) const noexcept {
    asm volatile(
        "movq %[next], " COVEY_WORD_AT
        :
        : [next] "r"(next), [offset] COVEY_WORDS_OFFSET, [at] "i"(offsetof(thread_words, runs)));
  }
  COVEY_INLINE void count_run() const noexcept {
    asm volatile("incq " COVEY_WORD_AT
                 :
                 : [offset] COVEY_WORDS_OFFSET, [at] "i"(offsetof(thread_words, ran))
                 : "cc");
  }

#  if !COVEY_NEAR_WORDS
 private:
  std::uintptr_t offset_;  // from the thread's pointer
#  endif
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
    this_thread_words.runs.store(reinterpret_cast<context_base*>(next), std::memory_order_relaxed);
  }
  COVEY_INLINE void count_run() const noexcept {
    raise<false>(this_thread_words.ran);
  }
#endif
};

}  // namespace COVEY_WORDS_KIND

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
