# SPDX-License-Identifier: Apache-2.0
# Contenders in other languages: each is one program, made of one source per workload, offline and from the packages of
# the distribution. A missing compiler or library leaves the contender out.

set(COVEY_BENCH_CRATES /usr/share/cargo/registry CACHE PATH "Rust crates, a folder each")
set(COVEY_BENCH_GOPATH /usr/share/gocode CACHE PATH "Go packages, below src")
# The distribution's cargo knows its crates best; one that comes first in the path may be newer than they are.
find_program(COVEY_CARGO cargo PATHS /usr/bin NO_DEFAULT_PATH)
find_program(COVEY_CARGO cargo)
find_program(COVEY_GO go PATHS /usr/bin NO_DEFAULT_PATH)
find_program(COVEY_GO go)
mark_as_advanced(COVEY_BENCH_CRATES COVEY_BENCH_GOPATH COVEY_CARGO COVEY_GO)

# covey_bench_try(RESULT FOLDER COMMAND...): ON if the command succeeds in the folder; a success is remembered.
function(covey_bench_try result folder)
  if(NOT ${result})
    execute_process(COMMAND ${ARGN} WORKING_DIRECTORY ${folder}
      RESULT_VARIABLE code OUTPUT_VARIABLE output ERROR_VARIABLE output)
    file(WRITE ${folder}/try.log "${output}")
    if(code STREQUAL "0")
      set(${result} ON CACHE INTERNAL "")
    endif()
  endif()
endfunction()

# covey_bench_external(NAME LIBRARY VERSION FOLDERS...): registers the program for the workloads of the folders.
function(covey_bench_external name library version)
  set(includes "")
  set(registrations "")
  foreach(folder IN LISTS ARGN)
    string(APPEND includes "#include \"${folder}/workload.hpp\"\n")
    if(folder STREQUAL "loops")
      string(APPEND registrations "const loops::registrations<contender> of_loops(\"${name}\");\n")
    else()
      string(APPEND registrations "const bench::registration<${folder}::problem> "
        "of_${folder}(\"${name}\", contender::run<${folder}::problem>);\n")
    endif()
  endforeach()
  set(source ${CMAKE_CURRENT_BINARY_DIR}/${name}/contender.cpp)
  configure_file(harness/external_contender.cpp.in ${source} @ONLY)
  covey_bench_contender(${name} SOURCES ${source})
  set(covey_bench_contenders ${covey_bench_contenders} PARENT_SCOPE)
  set(covey_bench_programs ${covey_bench_programs} covey_bench_${name}_program PARENT_SCOPE)
  set(covey_bench_libraries_text
    "${covey_bench_libraries_text}    {\"${library}\", \"${version}\"},\n" PARENT_SCOPE)
endfunction()

set(covey_bench_programs)

# --- rayon
set(covey_bench_rayon_folders
  fib flat kmeans loops mandelbrot matmul nested nqueens pingpong skynet sort uts)
set(rayon_folder ${CMAKE_CURRENT_BINARY_DIR}/rayon)
get_filename_component(covey_bench_rust_folder "${COVEY_CARGO}" DIRECTORY)
set(rust_native "")
if(COVEY_BENCH_NATIVE)
  set(rust_native "\"-Ctarget-cpu=native\"")
endif()
set(rayon_modules "")
set(rayon_workloads "")
set(rayon_sources ${CMAKE_CURRENT_SOURCE_DIR}/harness/rayon/harness.rs)
foreach(folder IN LISTS covey_bench_rayon_folders)
  set(source ${CMAKE_CURRENT_SOURCE_DIR}/${folder}/rayon.rs)
  list(APPEND rayon_sources ${source})
  string(APPEND rayon_modules "#[path = \"${source}\"]\nmod ${folder};\n")
  string(APPEND rayon_workloads "${folder}::WORKLOADS, ")
endforeach()
configure_file(harness/rayon/Cargo.toml.in ${rayon_folder}/Cargo.toml @ONLY)
configure_file(harness/rayon/config.toml.in ${rayon_folder}/.cargo/config.toml @ONLY)
configure_file(harness/rayon/main.rs.in ${rayon_folder}/main.rs @ONLY)
set(cargo_build ${CMAKE_COMMAND} -E env CARGO_HOME=${rayon_folder}/home
  ${COVEY_CARGO} build --release --offline --quiet)
if(COVEY_CARGO AND EXISTS ${COVEY_BENCH_CRATES})
  covey_bench_try(COVEY_BENCH_RAYON ${rayon_folder} ${cargo_build} -p rayon)
endif()
if(COVEY_BENCH_RAYON)
  set(program ${CMAKE_CURRENT_BINARY_DIR}/covey-bench-rayon)
  add_custom_command(OUTPUT ${program}
    COMMAND ${cargo_build}
    COMMAND ${CMAKE_COMMAND} -E copy target/release/covey-bench-rayon ${program}
    DEPENDS ${rayon_sources} ${rayon_folder}/main.rs ${rayon_folder}/Cargo.toml
      ${rayon_folder}/.cargo/config.toml
    WORKING_DIRECTORY ${rayon_folder} COMMENT "Building covey-bench-rayon" VERBATIM)
  add_custom_target(covey_bench_rayon_program DEPENDS ${program})
  file(READ ${rayon_folder}/Cargo.lock rayon_lock)
  string(REGEX REPLACE ".*name = \"rayon\"\nversion = \"([^\"]*)\".*" "\\1" rayon_version
    "${rayon_lock}")
  execute_process(COMMAND ${covey_bench_rust_folder}/rustc --version
    OUTPUT_VARIABLE rust_version OUTPUT_STRIP_TRAILING_WHITESPACE)
  covey_bench_external(rayon rayon "${rayon_version}, ${rust_version}"
    ${covey_bench_rayon_folders})
else()
  covey_bench_leave_out(rayon "no cargo, or no crate rayon in ${COVEY_BENCH_CRATES}")
endif()

# --- errgroup, of Go
set(covey_bench_errgroup_folders fib flat mandelbrot nqueens skynet uts)
set(errgroup_folder ${CMAKE_CURRENT_BINARY_DIR}/errgroup)
# Copies: Go wants the files of a package in one folder, without sources of other languages.
configure_file(harness/errgroup.go ${errgroup_folder}/harness.go COPYONLY)
set(errgroup_sources ${errgroup_folder}/harness.go)
foreach(folder IN LISTS covey_bench_errgroup_folders)
  configure_file(${folder}/errgroup.go ${errgroup_folder}/${folder}.go COPYONLY)
  list(APPEND errgroup_sources ${errgroup_folder}/${folder}.go)
endforeach()
set(go_build ${CMAKE_COMMAND} -E env GO111MODULE=off GOPATH=${COVEY_BENCH_GOPATH} GOFLAGS=
  GOTOOLCHAIN=local CGO_ENABLED=0 GOCACHE=${errgroup_folder}/cache ${COVEY_GO} build)
if(COVEY_GO)
  covey_bench_try(COVEY_BENCH_ERRGROUP ${errgroup_folder}
    ${go_build} golang.org/x/sync/errgroup)
endif()
if(COVEY_BENCH_ERRGROUP)
  set(program ${CMAKE_CURRENT_BINARY_DIR}/covey-bench-errgroup)
  add_custom_command(OUTPUT ${program}
    COMMAND ${go_build} -o ${program} ${errgroup_sources}
    DEPENDS ${errgroup_sources}
    WORKING_DIRECTORY ${errgroup_folder} COMMENT "Building covey-bench-errgroup" VERBATIM)
  add_custom_target(covey_bench_errgroup_program DEPENDS ${program})
  execute_process(COMMAND ${COVEY_GO} env GOVERSION
    OUTPUT_VARIABLE go_version OUTPUT_STRIP_TRAILING_WHITESPACE)
  covey_bench_external(errgroup Go "${go_version}" ${covey_bench_errgroup_folders})
else()
  covey_bench_leave_out(errgroup
    "no go, or no golang.org/x/sync/errgroup in ${COVEY_BENCH_GOPATH}")
endif()
