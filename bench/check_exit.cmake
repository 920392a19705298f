# SPDX-License-Identifier: Apache-2.0
# Runs COMMAND (a list) and fails unless it exits with WANTED and, if given, its output matches the regex PRINTS.
execute_process(COMMAND ${COMMAND} RESULT_VARIABLE code OUTPUT_VARIABLE output ERROR_VARIABLE output)
if(NOT code STREQUAL WANTED)
  message(FATAL_ERROR "exit code ${code} instead of ${WANTED}:\n${output}")
endif()
if(DEFINED PRINTS AND NOT output MATCHES "${PRINTS}")
  message(FATAL_ERROR "the output does not match '${PRINTS}':\n${output}")
endif()
