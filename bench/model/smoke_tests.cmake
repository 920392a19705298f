# SPDX-License-Identifier: Apache-2.0
# Smoke tests of covey-bench-model and covey-bench-counters; included by the others' list.
set(modelled $<TARGET_FILE:covey-bench-model>)
set(here ${CMAKE_CURRENT_SOURCE_DIR}/model)

covey_bench_exits(model_predicts 0 "flat.20000.*speed-up" ${modelled} --quick)
covey_bench_exits(model_reads_its_own_costs 0 "fib_task_ns.: 18.3" ${modelled} --print-costs)
covey_bench_exits(model_compares_with_real_runs 0 "yardstick.*largest error"
  ${modelled} --real ${here}/fib_16_cores.json)
covey_bench_exits(model_knows_its_options 2 "frobnicate" ${modelled} --frobnicate)
covey_bench_exits(model_wants_workers 2 "1024" ${modelled} --workers 0)
covey_bench_exits(model_knows_its_workloads 2 "no workload nobody" ${modelled} --workload nobody)
covey_bench_exits(model_wants_a_possible_size 2 "2 to 50" ${modelled} --workload fib --size 51)
covey_bench_exits(model_wants_a_file_of_runs 2 "cannot read" ${modelled} --real /nowhere.json)
covey_bench_exits(model_wants_runs_in_the_file 2 "smoke_tests.cmake: "
  ${modelled} --real ${here}/smoke_tests.cmake)
covey_bench_exits(model_wants_costs_in_the_file 2 "not a JSON object"
  ${modelled} --costs ${here}/fib_16_cores.json)
file(WRITE ${CMAKE_CURRENT_BINARY_DIR}/unknown_cost.json "{\"lunch_ns\": 1}")
covey_bench_exits(model_knows_its_costs 2 "unknown cost lunch_ns"
  ${modelled} --costs ${CMAKE_CURRENT_BINARY_DIR}/unknown_cost.json)
covey_bench_exits(model_wants_a_yardstick 2 "no run of fib with 3 threads"
  ${modelled} --real ${here}/fib_16_cores.json --yardstick 3)
covey_bench_exits(model_says_what_it_cannot_write 1 "cannot write"
  ${modelled} --quick --csv /nowhere/at/all.csv)

if(TARGET covey-bench-counters)
  covey_bench_exits(counters_count 0 "flat +64 +10000"
    $<TARGET_FILE:covey-bench-counters> --quick)
  covey_bench_exits(counters_want_threads 2 "1024"
    $<TARGET_FILE:covey-bench-counters> --threads 0)
endif()
