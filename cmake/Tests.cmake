# How the programs of the tests become tests of ctest.
include(GoogleTest)

option(COVEY_TESTS_APART "Every TEST of a program is a test of ctest, in a process of its own" OFF)

# covey_tests_of(<program> <name> LABEL <label> [TIMEOUT <seconds>] [PROCESSORS <number>])
# The whole GoogleTest program is one test, <name>: the beginning and the end of a process take longer than most TESTs do.
# With COVEY_TESTS_APART every TEST becomes <name>.<suite>.<test>: slower, and nothing of one is left when the next begins.
# @param TIMEOUT of the longest TEST
function(covey_tests_of program name)
  cmake_parse_arguments(PARSE_ARGV 2 arg "" "LABEL;TIMEOUT;PROCESSORS" "")
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 60)
  endif()
  if(NOT arg_PROCESSORS)
    set(arg_PROCESSORS 1)
  endif()
  if(COVEY_TESTS_APART)
    gtest_discover_tests(${program} TEST_PREFIX ${name}. DISCOVERY_TIMEOUT 60
      PROPERTIES LABELS ${arg_LABEL} TIMEOUT ${arg_TIMEOUT} PROCESSORS ${arg_PROCESSORS})
  else()
    math(EXPR timeout "10 * ${arg_TIMEOUT}")
    add_test(NAME ${name} COMMAND ${program})
    set_tests_properties(${name} PROPERTIES
      LABELS ${arg_LABEL} TIMEOUT ${timeout} PROCESSORS ${arg_PROCESSORS})
  endif()
endfunction()
