# cmake -D ROOT=<source dir> -P cmake/CheckRooms.cmake
# Fails when a file of include/ or runtime/ is not in Sources.cmake, when one of them or of tools/ is larger than its
# budget, and when a file does not begin with the licence and a sentence about itself.
cmake_minimum_required(VERSION 3.25)
include(${ROOT}/cmake/Sources.cmake)

file(GLOB_RECURSE library RELATIVE ${ROOT} ${ROOT}/include/*.hpp ${ROOT}/runtime/*.hpp ${ROOT}/runtime/*.cpp)
file(GLOB_RECURSE tools RELATIVE ${ROOT} ${ROOT}/tools/*.hpp ${ROOT}/tools/*.cpp)
foreach(file IN LISTS library tools)
  if(NOT file IN_LIST COVEY_HEADERS AND NOT file IN_LIST COVEY_RUNTIME AND NOT file IN_LIST tools)
    message(SEND_ERROR "${file}: not listed in cmake/Sources.cmake")
  endif()
  if(file MATCHES "^include/")
    set(budget 250)
  else()
    set(budget 300)
  endif()
  file(READ ${ROOT}/${file} text)
  string(REGEX REPLACE "[^\n]" "" newlines "${text}")
  string(LENGTH "${newlines}" count)
  if(count GREATER budget)
    message(SEND_ERROR "${file}: ${count} lines, the budget is ${budget}: split it by role")
  endif()
endforeach()

file(GLOB_RECURSE sources RELATIVE ${ROOT}
  ${ROOT}/include/*.hpp ${ROOT}/runtime/*.[ch]pp ${ROOT}/tests/*.[ch]pp ${ROOT}/bench/*.[ch]pp
  ${ROOT}/examples/*.[ch]pp ${ROOT}/tools/*.[ch]pp)
list(FILTER sources EXCLUDE REGEX "^tests/compile_fail/")
foreach(file IN LISTS sources)
  file(READ ${ROOT}/${file} head LIMIT 400)
  if(NOT head MATCHES "^// SPDX-License-Identifier: Apache-2.0\n// [^\n]")
    message(SEND_ERROR "${file}: must begin with '// SPDX-License-Identifier: Apache-2.0' and a sentence about itself")
  endif()
endforeach()
