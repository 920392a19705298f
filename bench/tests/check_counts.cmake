# SPDX-License-Identifier: Apache-2.0
# Runs the contender of the self-test that is countable and looks at what was counted: exactly what it does.
file(REMOVE_RECURSE ${FOLDER})
execute_process(COMMAND ${PROGRAM} --filter counting/ --repeat 1 --threads 1 --report ${FOLDER}
  RESULT_VARIABLE code OUTPUT_VARIABLE output ERROR_VARIABLE output)
if(NOT code EQUAL 0)
  message(FATAL_ERROR "exit code ${code}:\n${output}")
endif()
file(READ ${FOLDER}/report.json report)

# expect(FIELD VALUE)
function(expect field wanted)
  string(JSON found GET "${report}" costs 0 ${field})
  if(NOT found EQUAL wanted)
    message(FATAL_ERROR "${field}: ${found} instead of ${wanted}")
  endif()
endfunction()

expect(allocations_per_item 1)
if(output MATCHES "(valgrind is not installed)")
  message("skipped: ${CMAKE_MATCH_1}")
  return()
endif()
expect(atomics_per_item 2)
string(JSON instructions GET "${report}" costs 0 instructions_per_item)
if(instructions LESS 10 OR instructions GREATER 1000)
  message(FATAL_ERROR "${instructions} instructions for a malloc, a free and a few more")
endif()
