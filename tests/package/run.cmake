# cmake -D CONSUMER=<find_package|add_subdirectory|pkg_config> -D PREFIX=… -D WORK=… -P run.cmake
# Builds main.cpp in the way that CONSUMER names, and runs it; but for pkg_config, stacks.cpp as well. Projects of CMake
# are built with all sources of a target in one.
cmake_minimum_required(VERSION 3.25)
function(run)
  execute_process(COMMAND ${ARGV} COMMAND_ERROR_IS_FATAL ANY)
endfunction()

set(here ${CMAKE_CURRENT_LIST_DIR})
file(REMOVE_RECURSE ${WORK})
file(MAKE_DIRECTORY ${WORK})

if(CONSUMER STREQUAL "pkg_config")
  find_program(pkg_config NAMES pkg-config pkgconf REQUIRED)
  set(ENV{PKG_CONFIG_PATH} ${PREFIX}/${LIBDIR}/pkgconfig)
  execute_process(COMMAND ${pkg_config} --cflags --libs covey
    OUTPUT_VARIABLE flags OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
  separate_arguments(flags UNIX_COMMAND "${flags}")
  run(${CXX} -std=c++20 ${here}/main.cpp ${flags} -o ${WORK}/consumer)
  run(${CMAKE_COMMAND} -E env LD_LIBRARY_PATH=${PREFIX}/${LIBDIR} ${WORK}/consumer)
  return()
endif()

# A launcher is a list, which does not pass through a macro or function as one argument.
set(ENV{CMAKE_CXX_COMPILER_LAUNCHER} "${LAUNCHER}")
run(${CMAKE_COMMAND} -G ${GENERATOR} -S ${here}/${CONSUMER} -B ${WORK}/build
  -D CMAKE_CXX_COMPILER=${CXX} -D CMAKE_PREFIX_PATH=${PREFIX}
  -D COVEY_ROOT=${ROOT} -D CMAKE_UNITY_BUILD=ON --no-warn-unused-cli)
run(${CMAKE_COMMAND} --build ${WORK}/build)
run(${WORK}/build/consumer)
run(${WORK}/build/stacks_consumer)
