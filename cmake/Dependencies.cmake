# Finds what the switched-on parts need, and names everything that is missing in one message.
set(covey_missing_things "")
set(covey_missing_packages "")

# covey_require(<name> <Debian package> <part that needs it> [arguments of find_package…])
macro(covey_require name debian_package part)
  find_package(${name} ${ARGN} QUIET)
  if(NOT ${name}_FOUND)
    string(APPEND covey_missing_things "\n  ${name}, needed by ${part} (Debian: ${debian_package})")
    string(APPEND covey_missing_packages " ${debian_package}")
  endif()
endmacro()

covey_require(TBB libtbb-dev "the library" 2021 CONFIG)
find_package(Threads REQUIRED)

if(COVEY_TESTS)
  covey_require(GTest libgtest-dev "the tests; -D COVEY_TESTS=OFF leaves them out")
  covey_require(nlohmann_json nlohmann-json3-dev "the tests; -D COVEY_TESTS=OFF leaves them out" 3.10 CONFIG)
endif()

if(COVEY_TOOLS)
  set(covey_part "the tools; -D COVEY_TOOLS=OFF leaves them out")
  covey_require(CLI11 libcli11-dev "${covey_part}" CONFIG)
  covey_require(nlohmann_json nlohmann-json3-dev "${covey_part}" 3.10 CONFIG)
endif()

if(COVEY_EXAMPLES OR COVEY_BENCH)
  set(covey_part "the examples and benchmarks; -D COVEY_EXAMPLES=OFF -D COVEY_BENCH=OFF leaves them out")
  covey_require(CLI11 libcli11-dev "${covey_part}" CONFIG)
  covey_require(nlohmann_json nlohmann-json3-dev "${covey_part}" 3.10 CONFIG)
endif()

if(COVEY_EXAMPLES)
  set(covey_part "the examples; -D COVEY_EXAMPLES=OFF leaves them out")
  covey_require(OpenSSL libssl-dev "${covey_part}" COMPONENTS Crypto)
  covey_require(PNG libpng-dev "${covey_part}")
  # xxHash ships no CMake package on Debian.
  find_path(COVEY_XXHASH_INCLUDE xxhash.h)
  find_library(COVEY_XXHASH_LIBRARY xxhash)
  mark_as_advanced(COVEY_XXHASH_INCLUDE COVEY_XXHASH_LIBRARY)
  if(COVEY_XXHASH_INCLUDE AND COVEY_XXHASH_LIBRARY)
    add_library(covey_xxhash INTERFACE IMPORTED)
    target_include_directories(covey_xxhash INTERFACE ${COVEY_XXHASH_INCLUDE})
    target_link_libraries(covey_xxhash INTERFACE ${COVEY_XXHASH_LIBRARY})
  else()
    string(APPEND covey_missing_things "\n  xxHash, needed by ${covey_part} (Debian: libxxhash-dev)")
    string(APPEND covey_missing_packages " libxxhash-dev")
  endif()
endif()

if(COVEY_BENCH)
  covey_require(benchmark libbenchmark-dev "the benchmarks; -D COVEY_BENCH=OFF leaves them out" CONFIG)
endif()

if(covey_missing_things)
  message(FATAL_ERROR "covey cannot be built here, because this is missing:${covey_missing_things}\n"
    "On Debian and Ubuntu:\n  apt-get install${covey_missing_packages}\n"
    "Installed elsewhere? Say where with -D CMAKE_PREFIX_PATH=<prefix>.")
endif()
