# cmake -D PROGRAM=<file> -D READER=<covey-trace> -D FOLDER=<dir> -P watched_is_traced.cmake
# Fails unless the program's trace can be read, tells of its tasks, and becomes a report.
cmake_minimum_required(VERSION 3.25)
set(trace ${FOLDER}/watched_trace.json)
set(page ${FOLDER}/watched_report.html)
file(REMOVE ${trace} ${page})
execute_process(COMMAND ${PROGRAM} ${trace} RESULT_VARIABLE status OUTPUT_VARIABLE printed ERROR_VARIABLE complaints)
if(NOT status EQUAL 0 OR NOT printed MATCHES "events, 0 lost")
  message(FATAL_ERROR "ended with ${status}\n${printed}${complaints}")
endif()
execute_process(COMMAND ${READER} ${trace} --text -o ${page}
  RESULT_VARIABLE status OUTPUT_VARIABLE printed ERROR_VARIABLE complaints)
if(NOT status EQUAL 0 OR NOT printed MATCHES "watched.cpp")
  message(FATAL_ERROR "covey-trace ended with ${status}\n${printed}${complaints}")
endif()
file(READ ${page} html)
if(NOT html MATCHES "page 3" OR NOT html MATCHES "<svg")
  message(FATAL_ERROR "the report does not show the pages")
endif()
