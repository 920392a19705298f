# The warnings of our own builds; a user's build never sees them.
add_library(covey_warnings INTERFACE)
target_compile_options(covey_warnings INTERFACE
  $<$<CXX_COMPILER_ID:GNU,Clang,AppleClang>:-Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wshadow
    -Wold-style-cast -Woverloaded-virtual -Wnon-virtual-dtor -Wnull-dereference -Wimplicit-fallthrough -Wundef>
  $<$<CXX_COMPILER_ID:Clang,AppleClang>:-Wthread-safety>
  $<$<BOOL:${COVEY_WERROR}>:-Werror>)
# GCC 12 sees overlapping copies in plain concatenations of strings (its bug 105329, mended in 13).
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  target_compile_options(covey_warnings INTERFACE -Wno-restrict)
endif()
