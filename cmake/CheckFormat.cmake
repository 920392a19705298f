# cmake -D ROOT=<source dir> -D CLANG_FORMAT=<program> [-D FIX=ON] -P cmake/CheckFormat.cmake
# Fails when a file is not as .clang-format wants it; with FIX it formats instead.
cmake_minimum_required(VERSION 3.25)
file(GLOB_RECURSE files
  ${ROOT}/include/*.hpp ${ROOT}/runtime/*.[ch]pp ${ROOT}/tests/*.[ch]pp ${ROOT}/bench/*.[ch]pp
  ${ROOT}/examples/*.[ch]pp ${ROOT}/tools/*.[ch]pp)
if(FIX)
  execute_process(COMMAND ${CLANG_FORMAT} -i ${files} WORKING_DIRECTORY ${ROOT} COMMAND_ERROR_IS_FATAL ANY)
  return()
endif()

execute_process(COMMAND ${CLANG_FORMAT} --dry-run -Werror ${files}
  WORKING_DIRECTORY ${ROOT} RESULT_VARIABLE result ERROR_VARIABLE complaints)
if(NOT result EQUAL 0)
  # One line for each place; the excerpts would fill screens.
  string(REGEX MATCHALL "[^\n]+: error: code should be clang-formatted" places "${complaints}")
  list(TRANSFORM places REPLACE ":[0-9]+: error.*" "")
  list(TRANSFORM places REPLACE "^${ROOT}/" "")
  list(REMOVE_DUPLICATES places)
  list(LENGTH places count)
  list(SUBLIST places 0 20 places)
  list(JOIN places "\n  " places)
  if(count EQUAL 0)
    set(places "${complaints}")
  endif()
  message("${count} lines are not as .clang-format wants them, among them:\n  ${places}\nMend them with\n"
    "  cmake -D ROOT=. -D CLANG_FORMAT=${CLANG_FORMAT} -D FIX=ON -P cmake/CheckFormat.cmake")
  message(FATAL_ERROR "not formatted")
endif()
