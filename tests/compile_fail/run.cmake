# cmake -D CXX=<compiler> -D INCLUDE=<folder> -D SOURCE=<file> -P run.cmake
# Passes when SOURCE is refused by the compiler with the complaint that its first line announces.
cmake_minimum_required(VERSION 3.25)
file(STRINGS ${SOURCE} announced LIMIT_COUNT 1)
if(NOT announced MATCHES "^// error: (.+)$")
  message(FATAL_ERROR "${SOURCE}: the first line must be '// error: <regex>'")
endif()
set(expected "${CMAKE_MATCH_1}")
execute_process(COMMAND ${CXX} -std=c++20 -fsyntax-only -I${INCLUDE} ${SOURCE}
  RESULT_VARIABLE result OUTPUT_VARIABLE output ERROR_VARIABLE output)
if(result EQUAL 0)
  message(FATAL_ERROR "${SOURCE} compiles, but must not")
endif()
if(NOT output MATCHES "${expected}")
  message(FATAL_ERROR "${SOURCE} is refused, but not with '${expected}':\n${output}")
endif()
