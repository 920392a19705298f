# What is not tested where an emulator runs the tests (preset arm64), and why. Included by CMakeLists.txt.

set(covey_not_emulated
  # qemu-user cannot: a fork takes its locks as they are, and its threads do not come along.
  spec.fork
  # /proc/<pid>/task/<tid>/syscall tells what qemu does, not what the thread does that it runs.
  spec.unseen_sleep
  # They take a quarter of a minute and more each, and look at nothing that processors do in their own way.
  spec.composite_exception
  spec.composite_memory
  spec.exit
  spec.flat_memory
  spec.limit_seats
  spec.many_children
  spec.pulled_ranges
  spec.robustness_stack_O2  # the same without an optimiser is tested
  spec.stream
  spec.trace
  unit.trace)

list(JOIN covey_not_emulated " " text)
message(STATUS "not tested under the emulator (tests/emulated.cmake): ${text}")

# Death tests start their program once more, by execv().
list(JOIN CMAKE_CROSSCOMPILING_EMULATOR "\", \"" text)
add_library(covey_test_emulated STATIC support/emulated_exec.cpp)
target_compile_features(covey_test_emulated PRIVATE cxx_std_20)
target_compile_definitions(covey_test_emulated PRIVATE "COVEY_TEST_EMULATOR=\"${text}\"")
target_link_libraries(covey_test_emulated PRIVATE covey_warnings)
