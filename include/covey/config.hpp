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

// Marks what the compiled part of the library offers to other binaries: nothing when it is a part of this one
// (COVEY_STATIC comes with the CMake target of the static library, and with pkg-config).
#if defined(COVEY_STATIC)
#  define COVEY_API
#else
#  define COVEY_API [[gnu::visibility("default")]]
#endif
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

// 1: what is written for one compiler or processor (detail/fast/) is replaced by plain standard C++, as it is where
// ThreadSanitizer has to see each access. Programs and libraries of both kinds go together.
#if !defined(COVEY_PORTABLE)
#  define COVEY_PORTABLE COVEY_TSAN
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

#if defined(_GLIBCXX_DEBUG)
#  define COVEY_DEBUG_CONTAINERS 1
#else
#  define COVEY_DEBUG_CONTAINERS 0
#endif

// What a program must have in common with the library that it links: asked for by name, so that the linker says what is
// wrong where a difference would crash. Each name is defined by the libraries that it fits (runtime/base/config.cpp). Compilers,
// optimisation, NDEBUG and -fPIC may differ (detail/abi/layouts.hpp).
#define COVEY_PASTE(begin, major, minor) begin##major##_##minor
#define COVEY_PASTE_VALUES(begin, major, minor) COVEY_PASTE(begin, major, minor)
#define COVEY_ABI_VERSION \
  COVEY_PASTE_VALUES(headers_need_the_library_of_covey_, COVEY_VERSION_MAJOR, COVEY_VERSION_MINOR)
#if COVEY_TSAN
#  define COVEY_ABI_THREADS program_with_thread_sanitizer_needs_a_covey_built_with_it
#else
#  define COVEY_ABI_THREADS program_without_thread_sanitizer_needs_a_covey_built_without_it
#endif
#if COVEY_DEBUG_CONTAINERS
#  define COVEY_ABI_CONTAINERS program_with_GLIBCXX_DEBUG_needs_a_covey_built_with_it
#else
#  define COVEY_ABI_CONTAINERS program_without_GLIBCXX_DEBUG_needs_a_covey_built_without_it
#endif
#if defined(COVEY_STATIC)
#  define COVEY_ABI_KIND program_with_COVEY_STATIC_needs_the_static_library
#endif

namespace covey::detail {

COVEY_API extern const char COVEY_ABI_VERSION;
COVEY_API extern const char COVEY_ABI_THREADS;
COVEY_API extern const char COVEY_ABI_CONTAINERS;
#if defined(COVEY_ABI_KIND)
COVEY_API extern const char COVEY_ABI_KIND;
#endif

// In every object, which may differ from the others; kept where linkers drop what nobody uses.
#if __has_attribute(retain)
[[gnu::retain]]
#endif
// NOLINTNEXTLINE(cppcoreguidelines-interfaces-global-init): addresses, no values
[[gnu::used]] static const char* const asked_for[] = {
    &COVEY_ABI_VERSION,
    &COVEY_ABI_THREADS,
    &COVEY_ABI_CONTAINERS,
#if defined(COVEY_ABI_KIND)
    &COVEY_ABI_KIND,
#endif
};

}  // namespace covey::detail
