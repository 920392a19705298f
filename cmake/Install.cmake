# What `cmake --install` puts where: the library, its headers, the CMake package and the pkg-config file. The tools,
# which are added later, install themselves.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

set(covey_cmake_dir ${CMAKE_INSTALL_LIBDIR}/cmake/covey)

install(TARGETS covey covey_stacks EXPORT covey-targets FILE_SET HEADERS)
install(EXPORT covey-targets NAMESPACE covey:: DESTINATION ${covey_cmake_dir})

configure_package_config_file(cmake/covey-config.cmake.in covey-config.cmake
  INSTALL_DESTINATION ${covey_cmake_dir})
write_basic_package_version_file(covey-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES
  ${PROJECT_BINARY_DIR}/covey-config.cmake
  ${PROJECT_BINARY_DIR}/covey-config-version.cmake
  DESTINATION ${covey_cmake_dir})

# The file finds its prefix from where it lies, so that an installed tree may be moved.
set(covey_pc_dir ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
cmake_path(IS_ABSOLUTE CMAKE_INSTALL_LIBDIR covey_libdir_is_absolute)
if(covey_libdir_is_absolute)
  set(covey_pc_prefix ${CMAKE_INSTALL_PREFIX})
else()
  file(RELATIVE_PATH covey_pc_up /prefix/${covey_pc_dir} /prefix)
  string(REGEX REPLACE "/$" "" covey_pc_up "${covey_pc_up}")
  set(covey_pc_prefix "\${pcfiledir}/${covey_pc_up}")
endif()
set(covey_pc_libdir "\${prefix}")
cmake_path(APPEND covey_pc_libdir "${CMAKE_INSTALL_LIBDIR}")
set(covey_pc_includedir "\${prefix}")
cmake_path(APPEND covey_pc_includedir "${CMAKE_INSTALL_INCLUDEDIR}")
# Who links the archive needs oneTBB too, and may say that it is one; who links the shared object does not.
if(covey_kind STREQUAL "STATIC_LIBRARY")
  set(covey_pc_requires "Requires: tbb")
  set(covey_pc_cflags " -DCOVEY_STATIC")
else()
  set(covey_pc_cflags)
  set(covey_pc_requires "Requires.private: tbb")
endif()
configure_file(cmake/covey.pc.in covey.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/covey.pc DESTINATION ${covey_pc_dir})
install(FILES LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(FILES cmake/valgrind.supp DESTINATION ${CMAKE_INSTALL_DATADIR}/covey)
