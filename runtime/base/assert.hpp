// SPDX-License-Identifier: Apache-2.0
// Checks of the engine's own invariants, in every build of the library but optimised ones with NDEBUG.
#pragma once

#include <covey/config.hpp>

namespace covey::runtime {

// The layout and the inline code of users are the same in both kinds of build: only compiled code looks at these.
#if defined(NDEBUG)
inline constexpr bool checks_liveness = false;
#else
inline constexpr bool checks_liveness = true;
#endif

// Whether every nursery ends in compiled code, which marks its scope as ended. The outermost context then carries the bit
// attention::slow_end, which scopes inherit. Not under sanitizers: they find uses of ended nurseries themselves, and they
// are to check the fast path.
#if defined(NDEBUG) || COVEY_TSAN || COVEY_ASAN
inline constexpr bool slows_every_end = false;
#else
inline constexpr bool slows_every_end = true;
#endif

}  // namespace covey::runtime

#if defined(NDEBUG)

// Not evaluated, but compiled: what only checks use is used.
#  define COVEY_ASSERT(condition) static_cast<void>(sizeof((condition) ? 1 : 0))

#else

#  include <cstdio>
#  include <cstdlib>

namespace covey::runtime {

// Names the broken invariant and ends the process.
[[noreturn]] inline void assertion_failed(const char* condition,
                                          const char* file,
                                          int line) noexcept {
  std::fprintf(
      stderr, "covey: internal error: '%s' does not hold at %s:%d\n", condition, file, line);
  std::abort();
}

}  // namespace covey::runtime

#  define COVEY_ASSERT(condition)       \
    ((condition) ? static_cast<void>(0) \
                 : ::covey::runtime::assertion_failed(#condition, __FILE__, __LINE__))

#endif
