// SPDX-License-Identifier: Apache-2.0
// What the compiler must offer, and the few macros of the library.
#pragma once

#if !defined(__cpp_exceptions)
#  error \
      "covey needs C++ exceptions: failures of children travel as exceptions (remove -fno-exceptions)"
#endif
#if !defined(__cpp_rtti)
#  error "covey needs RTTI: failures are sorted by type (remove -fno-rtti)"
#endif
#if __cplusplus < 202002L
#  error "covey needs C++20 (-std=c++20 or newer)"
#endif
#if !defined(__linux__) || !defined(__GNUC__)
#  error "covey needs Linux and GCC or Clang; other systems are not supported yet"
#endif

#define COVEY_VERSION_MAJOR 0
#define COVEY_VERSION_MINOR 1
#define COVEY_VERSION_PATCH 0

// Marks what the compiled part of the library offers to other binaries.
#define COVEY_API [[gnu::visibility("default")]]
// Rare code: compiled out of line, away from the fast path.
#define COVEY_COLD [[gnu::noinline, gnu::cold]]
// The fast path: inlined also where the optimiser's size estimate says no. Without an optimiser that would only make
// larger programs, which take longer to compile and are harder to step through.
#if defined(__OPTIMIZE__)
#  define COVEY_INLINE_LAMBDA __attribute__((always_inline))
#else
#  define COVEY_INLINE_LAMBDA
#endif
#define COVEY_INLINE COVEY_INLINE_LAMBDA inline

#if defined(__SANITIZE_THREAD__)
#  define COVEY_TSAN 1
#elif defined(__has_feature)
#  if __has_feature(thread_sanitizer)
#    define COVEY_TSAN 1
#  endif
#endif
#if !defined(COVEY_TSAN)
#  define COVEY_TSAN 0
#endif

#if defined(__SANITIZE_ADDRESS__)
#  define COVEY_ASAN 1
#elif defined(__has_feature)
#  if __has_feature(address_sanitizer)
#    define COVEY_ASAN 1
#  endif
#endif
#if !defined(COVEY_ASAN)
#  define COVEY_ASAN 0
#endif
