# Instrumentation of our own builds: sanitizers, coverage, and the checks of the standard library in Debug builds.
add_library(covey_instrumentation INTERFACE)

if("thread" IN_LIST COVEY_SANITIZE AND "address" IN_LIST COVEY_SANITIZE)
  message(FATAL_ERROR "COVEY_SANITIZE: thread and address exclude each other")
endif()
foreach(sanitizer IN LISTS COVEY_SANITIZE)
  if(NOT sanitizer MATCHES "^(address|undefined|thread)$")
    message(FATAL_ERROR "COVEY_SANITIZE: '${sanitizer}' is none of address, undefined, thread")
  endif()
  target_compile_options(covey_instrumentation INTERFACE -fsanitize=${sanitizer} -fno-omit-frame-pointer)
  target_link_options(covey_instrumentation INTERFACE -fsanitize=${sanitizer})
endforeach()
if("undefined" IN_LIST COVEY_SANITIZE)
  target_compile_options(covey_instrumentation INTERFACE -fno-sanitize-recover=all)
endif()

if(COVEY_COVERAGE)
  # Counters are shared by the threads of a test: without "atomic" they lose counts and go negative.
  target_compile_options(covey_instrumentation INTERFACE --coverage -fprofile-update=atomic)
  target_link_options(covey_instrumentation INTERFACE --coverage)
endif()

# An instrumented library is never installed for others, and its tests run several times slower.
if(COVEY_SANITIZE OR COVEY_COVERAGE)
  set(COVEY_INSTRUMENTED TRUE)
else()
  set(COVEY_INSTRUMENTED FALSE)
endif()

# What an assertion costs does not matter in these builds.
target_compile_definitions(covey_instrumentation INTERFACE
  $<$<OR:$<CONFIG:Debug>,$<BOOL:${COVEY_INSTRUMENTED}>>:_GLIBCXX_ASSERTIONS>)
