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

# covey_require_plain(<name> <Debian package> <part that needs it> <header>): a library that ships no CMake package there;
# it is linked as covey_<name>.
macro(covey_require_plain name debian_package part header)
  find_path(COVEY_${name}_INCLUDE ${header})
  find_library(COVEY_${name}_LIBRARY ${name})
  mark_as_advanced(COVEY_${name}_INCLUDE COVEY_${name}_LIBRARY)
  if(NOT COVEY_${name}_INCLUDE OR NOT COVEY_${name}_LIBRARY)
    string(APPEND covey_missing_things "\n  ${name}, needed by ${part} (Debian: ${debian_package})")
    string(APPEND covey_missing_packages " ${debian_package}")
  elseif(NOT TARGET covey_${name})
    add_library(covey_${name} INTERFACE IMPORTED)
    target_include_directories(covey_${name} INTERFACE ${COVEY_${name}_INCLUDE})
    target_link_libraries(covey_${name} INTERFACE ${COVEY_${name}_LIBRARY})
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
  covey_require_plain(dw libdw-dev "${covey_part}" elfutils/libdwfl.h)
  covey_require_plain(elf libelf-dev "${covey_part}" gelf.h)
endif()

if(COVEY_TOOLS OR COVEY_EXAMPLES OR COVEY_BENCH)
  set(covey_part "tools, examples and benchmarks; -D COVEY_TOOLS=OFF -D COVEY_EXAMPLES=OFF -D COVEY_BENCH=OFF leaves them out")
  covey_require(fmt libfmt-dev "${covey_part}" 9 CONFIG)
  covey_require_plain(utf8proc libutf8proc-dev "${covey_part}" utf8proc.h)
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
  covey_require_plain(xxhash libxxhash-dev "${covey_part}" xxhash.h)
endif()

if(COVEY_BENCH)
  covey_require(benchmark libbenchmark-dev "the benchmarks; -D COVEY_BENCH=OFF leaves them out" CONFIG)
endif()

if(covey_missing_things)
  message(FATAL_ERROR "covey cannot be built here, because this is missing:${covey_missing_things}\n"
    "On Debian and Ubuntu:\n  apt-get install${covey_missing_packages}\n"
    "Installed elsewhere? Say where with -D CMAKE_PREFIX_PATH=<prefix>.")
endif()
