# cmake -D ROOT=<source dir> -P cmake/CheckWords.cmake
# Fails when a comment of a source, or a Markdown file,
#   names a file that does not exist (detail/task/scope.hpp, deque.cpp, cmake/Sources.cmake, with as much of the path as it gives),
#   or a function that does not exist: for `name()` the code of the tree has no identifier `name`;
# when an identifier in include/ or runtime/ contains a word that cmake/words.txt refuses;
# and when a link of a Markdown file leads nowhere.
cmake_minimum_required(VERSION 3.25)
# Files of readers, and those of messages that are shown: x.cpp:7.
set(elsewhere "^(my_program|[a-z])[.][ch]pp$")

# Functions of other libraries and languages that comments mention and no code of the tree calls.
set(functions_elsewhere pthread_getcpuclockid quick_exit)
# A comment in runtime/text/printable.cpp still has it.
list(APPEND functions_elsewhere append_hex)

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
    string(FIND "${known}" "/${name}\n" position)
    if(name MATCHES "[.](hpp|cpp|cmake)$" AND position EQUAL -1 AND NOT name MATCHES "${elsewhere}")
      message(SEND_ERROR "${file}: no file is called ${name}")
    endif()
  endforeach()
endfunction()

# Notes the functions that a text names, to be looked up when all code was read.
function(note_functions file text)
  string(REGEX MATCHALL "[A-Za-z_][A-Za-z0-9_]*[(][)]" names "${text}")
  list(REMOVE_DUPLICATES names)
  foreach(name IN LISTS names)
    string(REPLACE "()" "" name "${name}")
    # A name with a capital is of another language.
    if(NOT name MATCHES "[A-Z]")
      set_property(GLOBAL APPEND PROPERTY functions "${name}")
      set_property(GLOBAL APPEND PROPERTY files_with_${name} "${file}")
    endif()
  endforeach()
endfunction()

set(identifiers "")
set(engine_identifiers "")
foreach(file IN LISTS sources)
  read_text(${file} text)
  string(REGEX MATCHALL "//[^\n]*" comments "${text}")
  check_names(${file} "${comments}")
  note_functions(${file} "${comments}")
  string(REGEX REPLACE "//[^\n]*" "" code "${text}")
  string(REGEX MATCHALL "[A-Za-z_][A-Za-z0-9_]*" words "${code}")
  list(REMOVE_DUPLICATES words)
  list(APPEND identifiers ${words})
  if(file MATCHES "^(include|runtime)/")
    string(REGEX REPLACE "\"[^\"\n]*\"" "" code "${code}")
    string(REGEX MATCHALL "[A-Za-z_][A-Za-z0-9_]*" words "${code}")
    list(REMOVE_DUPLICATES words)
    list(APPEND engine_identifiers ${words})
  endif()
endforeach()
list(REMOVE_DUPLICATES identifiers)
list(REMOVE_DUPLICATES engine_identifiers)

file(GLOB pages RELATIVE ${ROOT} ${ROOT}/*.md ${ROOT}/docs/*.md ${ROOT}/runtime/*.md ${ROOT}/bench/*.md)
foreach(file IN LISTS pages)
  read_text(${file} text)
  # A changelog names what has been.
  if(NOT file STREQUAL "CHANGELOG.md")
    check_names(${file} "${text}")
    note_functions(${file} "${text}")
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

foreach(name IN LISTS identifiers functions_elsewhere)
  set(exists_${name} TRUE)
endforeach()
get_property(functions GLOBAL PROPERTY functions)
list(REMOVE_DUPLICATES functions)
foreach(name IN LISTS functions)
  if(NOT exists_${name})
    get_property(files GLOBAL PROPERTY files_with_${name})
    message(SEND_ERROR "${files}: no function is called ${name}()")
  endif()
endforeach()

# <word>...: <what to say>[; except <identifier>...]
file(STRINGS ${ROOT}/cmake/words.txt rules REGEX "^[^#]")
foreach(rule IN LISTS rules)
  if(NOT rule MATCHES "^([a-z ]+): ([^;]*)(; except ([A-Za-z0-9_.* ]+))?$")
    message(SEND_ERROR "cmake/words.txt: this is no rule: ${rule}")
    continue()
  endif()
  set(say "${CMAKE_MATCH_2}")
  string(REPLACE " " "|" exceptions "${CMAKE_MATCH_4}")
  string(REPLACE " " "|" refused "${CMAKE_MATCH_1}")
  set(found ${engine_identifiers})
  list(FILTER found INCLUDE REGEX "(^|_)(${refused})(_|$)")
  if(exceptions)
    list(FILTER found EXCLUDE REGEX "^(${exceptions})$")
  endif()
  if(found)
    message(SEND_ERROR "identifiers of include/ and runtime/ with a word that cmake/words.txt refuses (say ${say}): ${found}")
  endif()
endforeach()
