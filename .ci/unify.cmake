# SPDX-License-Identifier: Apache-2.0
# Writes sources that include several others, and their compile_commands.json, so that clang-tidy reads common headers once.
#   cmake -D ROOT=<repository> -D COMMANDS=<compile_commands.json> -D SOURCES=<file> -D BATCH=<number> -D OUT=<folder>
#     -P .ci/unify.cmake
# SOURCES lists paths below ROOT, one a line; each has to be in COMMANDS. Up to BATCH of one target, with
# the same flags, become one OUT/UnifiedSource-<n>.cpp.
cmake_minimum_required(VERSION 3.25)

file(STRINGS "${COMMANDS}" lines REGEX "^ *\"command\": ")
foreach(line IN LISTS lines)
  if(NOT line MATCHES "^ *\"command\": \"(.*) -o ([^ ]+[.]dir)/[^ ]+ -c ([^ \"]+)\",?$")
    message(FATAL_ERROR "unify: not understood: ${line}")
  endif()
  set(flags "${CMAKE_MATCH_1}")
  set(target "${CMAKE_MATCH_2}")
  file(RELATIVE_PATH source "${ROOT}" "${CMAKE_MATCH_3}")
  # A source of several targets is read once.
  if(NOT DEFINED flags_of_${source})
    set(flags_of_${source} "${flags}")
    set(target_of_${source} "${target}")
  endif()
endforeach()
file(STRINGS "${SOURCES}" wanted)
list(SORT wanted)
list(REMOVE_DUPLICATES wanted)
set(groups)
foreach(source IN LISTS wanted)
  if(NOT DEFINED flags_of_${source})
    message(FATAL_ERROR "unify: ${COMMANDS} does not say how ${source} is compiled")
  endif()
  string(MD5 group "${target_of_${source}} ${flags_of_${source}}")
  if(NOT group IN_LIST groups)
    list(APPEND groups ${group})
    set(flags_of_group_${group} "${flags_of_${source}}")
  endif()
  list(APPEND members_of_${group} "${source}")
endforeach()

file(REMOVE_RECURSE "${OUT}")
set(database)
set(number 0)
foreach(group IN LISTS groups)
  # Batches of one size: the last one is no small rest.
  list(LENGTH members_of_${group} count)
  math(EXPR batches "(${count} + ${BATCH} - 1) / ${BATCH}")
  math(EXPR size "(${count} + ${batches} - 1) / ${batches}")
  while(members_of_${group})
    list(SUBLIST members_of_${group} 0 ${size} some)
    list(REMOVE_ITEM members_of_${group} ${some})
    math(EXPR number "${number} + 1")
    # The analyzer follows paths in an included source only if the one that includes it is called so.
    set(path "${OUT}/UnifiedSource-${number}.cpp")
    set(text)
    foreach(source IN LISTS some)
      string(APPEND text "#include \"${ROOT}/${source}\"  // NOLINT(bugprone-suspicious-include)\n")
    endforeach()
    file(WRITE "${path}" "${text}")
    list(APPEND database
      "{\"directory\": \"${OUT}\", \"file\": \"${path}\",\n \"command\": \"${flags_of_group_${group}} -c ${path}\"}")
  endwhile()
endforeach()
list(JOIN database ",\n" database)
file(WRITE "${OUT}/compile_commands.json" "[\n${database}\n]\n")
