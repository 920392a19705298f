# SPDX-License-Identifier: Apache-2.0
# Tests of the benchmarks: the answers are right and the driver tells when they are not. No test looks at a time.

# covey_bench_exits(NAME CODE REGEX COMMAND...): exit code and output of a command
function(covey_bench_exits name wanted prints)
  add_test(NAME bench.${name}
    COMMAND ${CMAKE_COMMAND} "-DCOMMAND=${ARGN}" "-DWANTED=${wanted}" "-DPRINTS=${prints}"
      -P ${CMAKE_CURRENT_SOURCE_DIR}/check_exit.cmake)
  set_tests_properties(bench.${name} PROPERTIES LABELS bench TIMEOUT 300)
endfunction()

set(driver $<TARGET_FILE:covey-bench>)
set(selftest $<TARGET_FILE:covey-bench-selftest>)

covey_bench_exits(quick_answers_are_right 0 "flat.100000." ${driver} --quick --repeat 1)
covey_bench_exits(more_threads_than_cores_are_right 0 "9 threads"
  ${driver} --quick --repeat 1 --threads 1,9 --filter covey)

covey_bench_exits(no_option_is_unknown 2 "--frobnicate.*--filter" ${driver} --frobnicate)
covey_bench_exits(no_rounds_is_bad_usage 2 "range 1 to|\\[1 - " ${driver} --repeat 0)
covey_bench_exits(minus_one_thread_is_bad_usage 2 "1024" ${driver} --threads=-1)
covey_bench_exits(no_threads_is_bad_usage 2 "1024" ${driver} --run fib covey 0)
covey_bench_exits(bad_size_is_bad_usage 2 "0 to 50" ${driver} --filter fib/ --size 51)
covey_bench_exits(bad_regex_is_bad_usage 2 "regular expression" ${driver} --filter "(")
covey_bench_exits(filter_without_match_is_bad_usage 2 "no contender" ${driver} --filter nobody)
covey_bench_exits(unknown_contender_is_bad_usage 2 "nobody" ${driver} --run fib nobody 1)
covey_bench_exits(unwritable_json_is_bad_usage 2 "cannot write"
  ${driver} --quick --json /nowhere/at/all.json)
covey_bench_exits(full_disk_fails_after_the_report 1 "serial.*writing .* failed"
  ${driver} --quick --repeat 1 --filter fib/serial --json /dev/full)

covey_bench_exits(right_answer_passes 0 "right" ${selftest} --filter right)
covey_bench_exits(wrong_answer_fails 1 "wrong answer: 3, expected 2" ${selftest} --filter wrong)
covey_bench_exits(crash_fails 1 "crash.*ended by signal" ${selftest} --filter crash)
covey_bench_exits(hang_is_killed 1 "hang.*killed after" ${selftest} --filter hang --timeout 1)
covey_bench_exits(failures_do_not_hide_the_others 1 "right.*1.000 s.*FAILED"
  ${selftest} --timeout 1)

if(TARGET covey-bench-micro)
  set(micro $<TARGET_FILE:covey-bench-micro>)
  covey_bench_exits(micro_runs 0 "empty_nursery"
    ${micro} --benchmark_filter=nursery|spawn|stop|wake --benchmark_min_time=0.01)
  covey_bench_exits(micro_knows_its_options 2 "frobnicate" ${micro} --frobnicate)
endif()
covey_bench_exits(count_instructions_wants_a_program 2 "usage"
  ${CMAKE_CURRENT_SOURCE_DIR}/count_instructions)
include(model/smoke_tests.cmake)
