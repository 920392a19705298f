# The tests of mandelbrot: one script for each promise, each in a folder of its own.
foreach(name IN ITEMS
    paints_the_same_with_any_threads resumes refuses_wrong_states refuses_wrong_arguments
    tells_of_unwritable_output shows_progress)
  add_test(NAME examples.mandelbrot.${name}
    COMMAND ${COVEY_SH} ${CMAKE_CURRENT_SOURCE_DIR}/tests/mandelbrot_${name}.sh
      $<TARGET_FILE:covey_example_mandelbrot> ${CMAKE_CURRENT_BINARY_DIR}/mandelbrot_tests/${name})
  set_tests_properties(examples.mandelbrot.${name} PROPERTIES SKIP_RETURN_CODE 77)
endforeach()
