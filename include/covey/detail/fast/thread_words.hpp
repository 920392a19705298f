// SPDX-License-Identifier: Apache-2.0
// How a thread finds the words that it keeps for itself.
#pragma once

#include <covey/config.hpp>
#include <covey/detail/base/thread_words.hpp>
#include <covey/detail/fast/raise.hpp>

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
// How own_words finds them. The kinds have different names: objects of one program may use different ones, and inline
// functions that take an own_words must not be taken for each other.
// Gain: without the assembly g++ keeps the distance, or the words, in registers that calls preserve, and a function that is
// called once per child saves and restores them. fib(36) takes 1.15 times as long in an executable, and 1.05 times in a shared
// object; clang 19 needs no assembly (1 thread, AMD EPYC, 2026-12).
#if COVEY_PORTABLE || !defined(__x86_64__) || !defined(__LP64__) || defined(__clang__)
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

COVEY_API extern constinit thread_local thread_words this_thread_words
    [[gnu::tls_model(COVEY_WORDS_MODEL)]] asm("covey_this_thread");

inline namespace COVEY_WORDS_KIND {

// The words of the calling thread: found here, used at once, and found anew after a call.
class own_words {
 public:
#if defined(COVEY_WORD_AT)
#  if !COVEY_NEAR_WORDS
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-member-init): the assembly sets it
  COVEY_INLINE own_words() noexcept {
    asm volatile("movq covey_this_thread@gottpoff(%%rip), %[offset]" : [offset] "=r"(offset_));
  }
#  endif
  [[nodiscard]] COVEY_INLINE worker* owned() const noexcept {
    return read<worker*, offsetof(thread_words, owned)>();
  }
  [[nodiscard]] COVEY_INLINE context now() const noexcept {
    return read<context, offsetof(thread_words, runs)>();
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

 private:
  template <class T, std::size_t At>
  [[nodiscard]] COVEY_INLINE T read() const noexcept {
    T value;
    asm volatile("movq " COVEY_WORD_AT ", %[value]"
                 : [value] "=r"(value)
                 : [offset] COVEY_WORDS_OFFSET, [at] "i"(At));
    return value;
  }
#  if !COVEY_NEAR_WORDS
  std::uintptr_t offset_;  // from the thread's pointer
#  endif
#else
  [[nodiscard]] COVEY_INLINE worker* owned() const noexcept {
    return this_thread_words.owned;
  }
  [[nodiscard]] COVEY_INLINE context now() const noexcept {
    return reinterpret_cast<context>(this_thread_words.runs.load(std::memory_order_relaxed));
  }
  COVEY_INLINE void enter(context next) const noexcept {
    this_thread_words.runs.store(reinterpret_cast<context_base*>(next), std::memory_order_relaxed);
  }
  COVEY_INLINE void count_run() const noexcept {
    raise(this_thread_words.ran, std::memory_order_relaxed);
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
  return own_words().now() == wanted;
}
COVEY_INLINE void enter_context(context next) noexcept {
  own_words().enter(next);
}

}  // namespace covey::detail
