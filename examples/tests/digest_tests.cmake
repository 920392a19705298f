# The tests of digest: one script for each promise, each in a folder of its own.

# covey_digest_test(<name> [arguments…]): runs tests/digest_<name>.sh
function(covey_digest_test name)
  set(folder ${CMAKE_CURRENT_BINARY_DIR}/digest_tests/${name})
  add_test(NAME examples.digest.${name}
    COMMAND ${COVEY_SH} ${CMAKE_CURRENT_SOURCE_DIR}/tests/digest_${name}.sh
      $<TARGET_FILE:covey_example_digest> ${folder} ${ARGN})
  set_tests_properties(examples.digest.${name} PROPERTIES SKIP_RETURN_CODE 77)
endfunction()

covey_digest_test(equals_sha256sum)
covey_digest_test(reports_every_failure)
covey_digest_test(computes_xxh3)
covey_digest_test(obeys_the_timeout)
covey_digest_test(refuses_wrong_arguments)
covey_digest_test(compares_with_serial)
covey_digest_test(tells_of_unwritable_output)
covey_digest_test(shows_progress)

add_test(NAME examples.digest.writes_complete_json
  COMMAND ${CMAKE_COMMAND}
    -D DIGEST=$<TARGET_FILE:covey_example_digest> -D FOLDER=${CMAKE_CURRENT_BINARY_DIR}/digest_tests/json
    -P ${CMAKE_CURRENT_SOURCE_DIR}/tests/digest_writes_complete_json.cmake)

add_executable(covey_example_interrupt tests/interrupt_digest.cpp)
target_link_libraries(covey_example_interrupt PRIVATE
  covey_warnings covey_instrumentation nlohmann_json::nlohmann_json)
target_compile_features(covey_example_interrupt PRIVATE cxx_std_20)
foreach(signal IN ITEMS INT TERM)
  add_test(NAME examples.digest.stops_on_SIG${signal}
    COMMAND covey_example_interrupt $<TARGET_FILE:covey_example_digest>
      ${CMAKE_CURRENT_BINARY_DIR}/digest_tests/interrupt_${signal} ${signal})
endforeach()
