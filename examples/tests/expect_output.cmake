# cmake -D PROGRAM=<file> -D EXPECTED=<file> -P expect_output.cmake
# Fails unless the program ends with status 0, has nothing to say on standard error, and prints what is expected.
cmake_minimum_required(VERSION 3.25)
execute_process(COMMAND ${PROGRAM} RESULT_VARIABLE status OUTPUT_VARIABLE printed ERROR_VARIABLE complaints)
file(READ ${EXPECTED} expected)
if(NOT status EQUAL 0)
  message(FATAL_ERROR "ended with ${status}\n${printed}${complaints}")
endif()
if(NOT complaints STREQUAL "")
  message(FATAL_ERROR "said on standard error:\n${complaints}")
endif()
if(NOT printed STREQUAL expected)
  message(FATAL_ERROR "printed\n${printed}\ninstead of\n${expected}")
endif()
