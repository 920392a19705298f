# cmake -D ROOT=<source dir> -P cmake/CheckWords.cmake
# Fails when a comment of a source, or a Markdown file, names a file that does not exist (detail/task/scope.hpp, deque.cpp,
# cmake/Sources.cmake, with as much of the path as it gives), and when a link of a Markdown file leads nowhere.
cmake_minimum_required(VERSION 3.25)
# Files of readers, and those of messages that are shown: x.cpp:7.
set(elsewhere "^(my_program|[a-z])[.][ch]pp$")

set(folders include runtime tests tools examples bench cmake)
set(known "")
foreach(folder IN LISTS folders)
  file(GLOB_RECURSE found RELATIVE ${ROOT}
    ${ROOT}/${folder}/*.[ch]pp ${ROOT}/${folder}/*.[ch]pp.in ${ROOT}/${folder}/*.cmake ${ROOT}/${folder}/*.cmake.in)
  list(APPEND known ${found})
endforeach()
set(sources ${known})
list(FILTER sources INCLUDE REGEX "[.][ch]pp$")
# What CMake makes of a pattern has its name without the end.
list(TRANSFORM known REPLACE "[.]in$" "")
list(JOIN known "\n/" known)
set(known "/${known}\n")

# A text whose lines and words CMake's lists do not take apart.
function(read_text file variable)
  file(READ ${ROOT}/${file} text)
  string(REPLACE "[" "{" text "${text}")
  string(REPLACE "]" "}" text "${text}")
  string(REPLACE ";" "," text "${text}")
  set(${variable} "${text}" PARENT_SCOPE)
endfunction()

function(check_names file text)
  string(REGEX MATCHALL "[A-Za-z0-9_./<>*-]*[A-Za-z0-9_][.](hpp|cpp|cmake)[A-Za-z0-9_]*" names "${text}")
  list(REMOVE_DUPLICATES names)
  foreach(name IN LISTS names)
    # <covey/nursery.hpp> is a header; a name with <something> or * in it is a pattern.
    string(REGEX REPLACE "^[<./]+" "" name "${name}")
    if(name MATCHES "[<>*]")
      continue()
    endif()
    string(FIND "${known}" "/${name}\n" place)
    if(name MATCHES "[.](hpp|cpp|cmake)$" AND place EQUAL -1 AND NOT name MATCHES "${elsewhere}")
      message(SEND_ERROR "${file}: no file is called ${name}")
    endif()
  endforeach()
endfunction()

foreach(file IN LISTS sources)
  read_text(${file} text)
  string(REGEX MATCHALL "//[^\n]*" comments "${text}")
  check_names(${file} "${comments}")
endforeach()

file(GLOB pages RELATIVE ${ROOT} ${ROOT}/*.md ${ROOT}/docs/*.md ${ROOT}/runtime/*.md ${ROOT}/bench/*.md)
foreach(file IN LISTS pages)
  read_text(${file} text)
  # A changelog names what has been.
  if(NOT file STREQUAL "CHANGELOG.md")
    check_names(${file} "${text}")
  endif()
  get_filename_component(folder ${file} DIRECTORY)
  # [text](target); {}(target) is a lambda.
  string(REGEX MATCHALL "[^{]}[(][A-Za-z0-9_./-]+(#[^ )\n]*)?[)]" links "${text}")
  foreach(link IN LISTS links)
    string(REGEX REPLACE "^.}[(]([^#)]+).*" "\\1" target "${link}")
    if(NOT EXISTS ${ROOT}/${folder}/${target})
      message(SEND_ERROR "${file}: the link to ${target} leads nowhere")
    endif()
  endforeach()
endforeach()
