# The target `docs`: the reference of the public headers, in docs/html of the build folder; only where doxygen is installed.
find_program(COVEY_DOXYGEN doxygen)
mark_as_advanced(COVEY_DOXYGEN)
if(NOT COVEY_DOXYGEN)
  message(STATUS "doxygen was not found: the target docs is left out")
  return()
endif()

set(covey_docs ${CMAKE_COMMAND} -E env COVEY_VERSION=${PROJECT_VERSION} COVEY_DOCS=${PROJECT_BINARY_DIR}/docs
  ${COVEY_DOXYGEN} docs/Doxyfile)
file(MAKE_DIRECTORY ${PROJECT_BINARY_DIR}/docs)
add_custom_target(docs COMMAND ${covey_docs} WORKING_DIRECTORY ${PROJECT_SOURCE_DIR} VERBATIM
  COMMENT "The reference, in ${PROJECT_BINARY_DIR}/docs/html")

# Comments that doxygen does not understand are errors.
if(COVEY_TESTS AND NOT COVEY_INSTRUMENTED)
  add_test(NAME lint.docs COMMAND ${covey_docs} WORKING_DIRECTORY ${PROJECT_SOURCE_DIR})
  set_tests_properties(lint.docs PROPERTIES LABELS lint TIMEOUT 120)
endif()
