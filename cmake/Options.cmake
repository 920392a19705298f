# What may be switched on and off, and the defaults of a build that says nothing.
option(COVEY_TESTS    "Build the tests (needs GoogleTest)"                                  ${PROJECT_IS_TOP_LEVEL})
option(COVEY_EXAMPLES "Build the examples (needs CLI11, nlohmann-json, fmt, utf8proc, xxHash, OpenSSL and libpng)" ${PROJECT_IS_TOP_LEVEL})
option(COVEY_BENCH    "Build the benchmarks (needs google-benchmark)"                       OFF)
option(COVEY_TOOLS    "Build covey-top and covey-trace (needs CLI11, nlohmann-json, fmt, utf8proc, libdw and libelf)" ${PROJECT_IS_TOP_LEVEL})
option(COVEY_INSTALL  "Generate install and export rules"                                   ${PROJECT_IS_TOP_LEVEL})
option(COVEY_WERROR   "Treat warnings as errors"                                            OFF)
option(COVEY_COVERAGE "Instrument for coverage"                                             OFF)
option(COVEY_PORTABLE "Plain standard C++ instead of what is written for one compiler or processor" OFF)
option(COVEY_CCACHE   "Compile by ccache where it is installed; only when covey is the top project" ON)
set(COVEY_SANITIZE "" CACHE STRING "Sanitizers to build with: address, undefined, thread (semicolon separated)")

# A scheduler without optimisation is no use to anybody; who wants it says CMAKE_BUILD_TYPE=Debug.
get_property(covey_multi_config GLOBAL PROPERTY GENERATOR_IS_MULTI_CONFIG)
if(PROJECT_IS_TOP_LEVEL AND NOT covey_multi_config AND NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "Debug, Release, RelWithDebInfo or MinSizeRel" FORCE)
endif()

# Our own builds use ccache where it is installed. A launcher that the user has set stays, also an empty one; and a
# project that covey is a part of decides for itself.
set(COVEY_CACHED FALSE)
if(PROJECT_IS_TOP_LEVEL AND COVEY_CCACHE AND NOT DEFINED CMAKE_CXX_COMPILER_LAUNCHER)
  find_program(COVEY_CCACHE_PROGRAM ccache)
  mark_as_advanced(COVEY_CCACHE_PROGRAM)
  if(COVEY_CCACHE_PROGRAM)
    set(COVEY_CACHED TRUE)
    # The sloppiness is what precompiled headers of the tests ask for. By the compiler's list of dependencies, so that what
    # is not in the cache is not preprocessed twice.
    set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${PROJECT_SOURCE_DIR}
      CCACHE_SLOPPINESS=pch_defines,time_macros CCACHE_DEPEND=1 ${COVEY_CCACHE_PROGRAM})
  endif()
endif()

# g++ tidies its memory up from 128 MB on, which is more than most sources take; the larger ones, most of them tests, are
# compiled faster without it. 256 MB, g++ 12, 2026-12-01: spec/nursery_test.cpp at -O2 15.1 s of CPU instead of 17.3, and
# 600 MB instead of 453; sources below 200 MB as before.
if(PROJECT_IS_TOP_LEVEL AND COVEY_TESTS)
  add_compile_options($<$<CXX_COMPILER_ID:GNU>:--param=ggc-min-heapsize=262144>)
endif()
