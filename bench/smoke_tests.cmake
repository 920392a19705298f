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

# What a runtime of another language answers; CMake leaves out what is not installed.
if(COVEY_BENCH_RAYON)
  covey_bench_exits(rayon_answers_are_right 0 "fib.*rayon.*uts.*rayon"
    ${driver} --quick --repeat 1 --threads 1,3 --filter /rayon)
endif()
if(COVEY_BENCH_ERRGROUP)
  covey_bench_exits(errgroup_answers_are_right 0 "fib.*errgroup.*uts.*errgroup"
    ${driver} --quick --repeat 1 --threads 1,3 --filter /errgroup)
endif()
# Sizes at the edges, where there is nothing to share.
foreach(smallest IN ITEMS nested:0 pingpong:1 sort:1 sort:2 sort:2049 uts:1)
  string(REPLACE ":" ";" smallest ${smallest})
  list(GET smallest 0 workload)
  list(GET smallest 1 size)
  covey_bench_exits(${workload}_of_${size}_is_right 0 "${workload}.${size}."
    ${driver} --repeat 1 --filter ^${workload}/ --size ${size})
endforeach()

# Each contender by itself, so that a missing one is seen: the driver runs whatever was built.
foreach(contender serial covey tbb openmp async asio)
  if(TARGET covey_bench_${contender})
    covey_bench_exits(latencies_of_${contender}_are_right 0 "fail_1.10 ms.*${contender} .*fail_100.10 ms"
      ${driver} --quick --repeat 1 --threads 2
      --filter "^(wait|wake|stop|fail|idle|tiny|memory|oversub).*/${contender}$")
  endif()
endforeach()
foreach(contender async asio)
  if(TARGET covey_bench_${contender})
    covey_bench_exits(batches_of_${contender}_are_right 0 "loop10ns.*${contender} .*matmul.*nqueens"
      ${driver} --quick --repeat 1 --threads 1,3 --filter "^(flat|loop|matmul|nqueens).*/${contender}$")
  endif()
endforeach()
# With one thread there is nobody to wake or to stop: these workloads take two.
covey_bench_exits(latencies_on_one_thread_are_right 0 "wake_1us.10 ms"
  ${driver} --quick --repeat 1 --threads 1 --filter "^(stop|wake_1us)")
if(TARGET covey_bench_tbb)
  # oneTBB keeps one failure of a hundred; whoever promises all must have seen all, or the answer is wrong.
  covey_bench_exits(failures_seen_are_those_promised 0 "seen_failures.*1[.]0"
    ${driver} --run fail_100 tbb 2 --size 5)
endif()
covey_bench_exits(percentiles_are_reported 0 "p50_us.*p95_us.*p99_us"
  ${driver} --run wake_10us covey 2 --size 5)

covey_bench_exits(no_option_is_unknown 2 "--frobnicate.*--filter" ${driver} --frobnicate)
covey_bench_exits(no_rounds_is_bad_usage 2 "range 1 to|\\[1 - " ${driver} --repeat 0)
covey_bench_exits(minus_one_thread_is_bad_usage 2 "1024" ${driver} --threads=-1)
covey_bench_exits(no_threads_is_bad_usage 2 "1024" ${driver} --run fib covey 0)
covey_bench_exits(noise_that_is_no_number_is_bad_usage 2 "'nan' is not a percentage from 0[.]1 to 1000" ${driver} --noise nan)
covey_bench_exits(threshold_out_of_range_is_bad_usage 2 "'-1' is not a percentage from 0 to 1000" ${driver} --threshold=-1)
covey_bench_exits(bad_size_is_bad_usage 2 "0 to 50" ${driver} --filter fib/ --size 51)
covey_bench_exits(bad_regex_is_bad_usage 2 "regular expression" ${driver} --filter "(")
covey_bench_exits(filter_without_match_is_bad_usage 2 "no contender" ${driver} --filter nobody)
covey_bench_exits(unknown_contender_is_bad_usage 2 "nobody" ${driver} --run fib nobody 1)
covey_bench_exits(unwritable_json_is_bad_usage 2 "cannot write"
  ${driver} --quick --json /nowhere/at/all.json)
covey_bench_exits(full_disk_fails_after_the_report 1 "serial.*writing .* failed"
  ${driver} --quick --repeat 1 --filter fib/serial --json /dev/full)

covey_bench_exits(noise_is_said_aloud 0 "runs were disturbed" ${driver} --quick --filter fib/serial)
covey_bench_exits(progress_is_lines_without_a_terminal 0 "0 of 2 runs done, now fib on"
  ${driver} --quick --filter fib/serial --repeat 2)
covey_bench_exits(unwritable_report_is_bad_usage 2 "cannot write" ${driver} --quick --report /dev/null/x)
covey_bench_exits(with_needs_compare 2 "--compare" ${driver} --with x.json)
covey_bench_exits(missing_baseline_is_bad_usage 2 "cannot read" ${driver} --compare /nowhere.json)
covey_bench_exits(foreign_baseline_is_bad_usage 2 "is not"
  ${driver} --compare ${CMAKE_CURRENT_SOURCE_DIR}/../CMakePresets.json)

# A report, its forms, and the comparison with itself.
set(report_folder ${CMAKE_CURRENT_BINARY_DIR}/report-of-the-tests)
covey_bench_exits(report_is_written 0 "report.html" ${driver} --quick --filter "^(fib|flat)/(covey|tbb|serial)$"
  --threads 1,2 --repeat 2 --report ${report_folder})
set_tests_properties(bench.report_is_written PROPERTIES FIXTURES_SETUP covey_bench_report)
covey_bench_exits(report_is_compared_with_itself 0 "too few rounds to tell"
  ${driver} --compare ${report_folder}/report.json --with ${report_folder}/report.json)
set_tests_properties(bench.report_is_compared_with_itself PROPERTIES FIXTURES_REQUIRED covey_bench_report)
find_program(COVEY_XMLLINT xmllint)
mark_as_advanced(COVEY_XMLLINT)
if(COVEY_XMLLINT)
  covey_bench_exits(report_is_well_formed 0 "" ${COVEY_XMLLINT} --noout --nonet ${report_folder}/report.html)
  set_tests_properties(bench.report_is_well_formed PROPERTIES FIXTURES_REQUIRED covey_bench_report)
endif()

# One allocation and two atomic instructions for each item. Instructions are counted where valgrind is installed.
if(TARGET covey_bench_allocations)
  add_test(NAME bench.counts_are_exact
    COMMAND ${CMAKE_COMMAND} -D PROGRAM=$<TARGET_FILE:covey-bench-selftest>
      -D FOLDER=${CMAKE_CURRENT_BINARY_DIR}/counts-of-the-tests -P ${CMAKE_CURRENT_SOURCE_DIR}/tests/check_counts.cmake)
  set_tests_properties(bench.counts_are_exact PROPERTIES LABELS bench TIMEOUT 300
    SKIP_REGULAR_EXPRESSION "skipped:")
  covey_bench_exits(no_valgrind_is_said 0 "skipped.*valgrind is not installed.*counting/covey +- +- +1[.]00"
    ${CMAKE_COMMAND} -E env PATH=/nowhere ${selftest} --count-only --filter counting)
endif()
if(COVEY_VALGRIND)
  covey_bench_exits(uncountable_runs_fail 1 "uncountable/covey.*instructions: ended by signal"
    ${selftest} --count-only --filter uncountable)
  covey_bench_exits(instructions_of_a_spawn_are_counted 0 "fib/covey +[0-9]+[.][0-9]+ +0[.]0.*fib/serial +[0-9]+"
    ${CMAKE_CURRENT_SOURCE_DIR}/count_instructions ${driver})
endif()

covey_bench_exits(right_answer_passes 0 "right" ${selftest} --filter right)
covey_bench_exits(wrong_answer_fails 1 "wrong answer: 3, expected 2" ${selftest} --filter wrong)
covey_bench_exits(program_with_right_answer_passes 0 "program-right .*1.000 s"
  ${selftest} --filter program-right)
covey_bench_exits(program_with_wrong_answer_fails 1 "wrong answer: 3, expected 2"
  ${selftest} --filter program-wrong)
covey_bench_exits(program_without_answer_fails 1 "reported nothing, exit code 7"
  ${selftest} --filter program-silent)
covey_bench_exits(program_that_is_absent_fails 1 "selftest-absent reported nothing"
  ${selftest} --filter program-absent)
covey_bench_exits(crash_fails 1 "crash.*ended by signal" ${selftest} --filter crash)
covey_bench_exits(hang_is_killed 1 "hang.*killed after" ${selftest} --filter hang --timeout 1)
covey_bench_exits(failures_do_not_hide_the_others 1 "right.*1.000 s.*FAILED"
  ${selftest} --timeout 1)

# What is made of the runs: statistics, comparisons, reports.
find_package(GTest REQUIRED)
include(GoogleTest)
add_executable(covey-bench-tests
  tests/callgrind_test.cpp tests/compare_test.cpp tests/report_test.cpp tests/statistics_test.cpp)
target_link_libraries(covey-bench-tests PRIVATE
  covey_bench_options covey_bench_harness nlohmann_json::nlohmann_json GTest::gtest_main)
gtest_discover_tests(covey-bench-tests TEST_PREFIX bench. DISCOVERY_TIMEOUT 60
  PROPERTIES LABELS bench TIMEOUT 60)

if(TARGET covey-bench-micro)
  set(micro $<TARGET_FILE:covey-bench-micro>)
  covey_bench_exits(micro_runs 0 "empty_nursery"
    ${micro} --benchmark_filter=nursery|spawn|stop --benchmark_min_time=0.01)
  covey_bench_exits(micro_knows_its_options 2 "frobnicate" ${micro} --frobnicate)
endif()
covey_bench_exits(count_instructions_wants_a_program 2 "usage"
  ${CMAKE_CURRENT_SOURCE_DIR}/count_instructions)
include(model/smoke_tests.cmake)
