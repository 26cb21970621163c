include_guard()
include(CMakePackageConfigHelpers)

# The one library that others link with, downhill::downhill: the folders' objects in one archive, libdownhill.a (docs/adr/0003).
# Installed: that archive, the public headers, the program, the plugin and the package files. Nothing of src/.
function(downhill_library)
  cmake_parse_arguments(ARG "" "" "FOLDERS" ${ARGN})
  set(objects)
  foreach(folder IN LISTS ARG_FOLDERS)
    get_target_property(type downhill_${folder} TYPE)
    if(type STREQUAL STATIC_LIBRARY)
      list(APPEND objects $<TARGET_OBJECTS:downhill_${folder}>)
    endif()
  endforeach()
  add_library(downhill_library STATIC ${objects})
  add_library(downhill::downhill ALIAS downhill_library)
  set_target_properties(downhill_library PROPERTIES OUTPUT_NAME downhill EXPORT_NAME downhill LINKER_LANGUAGE CXX)
  target_compile_features(downhill_library INTERFACE cxx_std_20)
  target_include_directories(downhill_library INTERFACE
    $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include> $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
  target_link_libraries(downhill_library PRIVATE fmt::fmt TBB::tbb Threads::Threads ${CMAKE_DL_LIBS})
  # Whoever links with downhill finds the plugin where it was installed.
  target_link_options(downhill_library INTERFACE
    $<INSTALL_INTERFACE:-Wl,-rpath,$<INSTALL_PREFIX>/${CMAKE_INSTALL_LIBDIR}/downhill>)

  set(package ${CMAKE_INSTALL_LIBDIR}/cmake/downhill)
  install(TARGETS downhill_library EXPORT downhill)
  install(EXPORT downhill NAMESPACE downhill:: DESTINATION ${package} FILE downhillTargets.cmake)
  install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/downhill DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
  write_basic_package_version_file(${PROJECT_BINARY_DIR}/downhillConfigVersion.cmake COMPATIBILITY SameMinorVersion)
  install(FILES ${PROJECT_SOURCE_DIR}/cmake/downhillConfig.cmake ${PROJECT_BINARY_DIR}/downhillConfigVersion.cmake
    DESTINATION ${package})
  if(TARGET downhill)
    install(TARGETS downhill)
  endif()
  foreach(plugin downhill_jit downhill_mpi)
    if(TARGET ${plugin})
      install(TARGETS ${plugin} DESTINATION ${CMAKE_INSTALL_LIBDIR}/downhill)
    endif()
  endforeach()
endfunction()
