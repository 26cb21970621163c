include_guard()
include(GNUInstallDirs)

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_CXX_SCAN_FOR_MODULES OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_CXX_VISIBILITY_PRESET hidden)
set(CMAKE_VISIBILITY_INLINES_HIDDEN ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

# The program and everything built beside it (tests, benchmarks) find the plugin by their run path.
set(CMAKE_BUILD_RPATH ${PROJECT_BINARY_DIR})

find_program(DOWNHILL_CCACHE ccache)
if(DOWNHILL_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  # One object serves all build folders, debug information included.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_NOHASHDIR=1 ${DOWNHILL_CCACHE})
endif()
find_program(DOWNHILL_MOLD mold)
if(DOWNHILL_MOLD)
  add_link_options(-fuse-ld=mold)
endif()

# What every source file of downhill is compiled with. Values follow IEEE 754 to the bit: no contraction, no fast-math.
# x86-64-v3 (AVX2, FMA) is the least processor: `fma` in the interpreter is then one instruction.
add_library(downhill_flags INTERFACE)
target_compile_options(downhill_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror -ffp-contract=off
  $<$<STREQUAL:${CMAKE_SYSTEM_PROCESSOR},x86_64>:-march=x86-64-v3>)
# g++ 12's straight-line vectoriser fuses a product with alternating sums at -O3, -ffp-contract=off or not: digamma then
# differs from its recorded formula. It never paid for itself here.
target_compile_options(downhill_flags INTERFACE $<$<CXX_COMPILER_ID:GNU>:-fno-tree-slp-vectorize>)
# clang++ sees a deprecated function in libstdc++'s own std::stable_sort.
target_compile_options(downhill_flags INTERFACE $<$<CXX_COMPILER_ID:Clang>:-Wno-deprecated-declarations>)
# g++ 12 reports what cannot happen after inlining at other levels than -O2 (its bugs 105329, 105562, 105651).
target_compile_options(downhill_flags INTERFACE
  $<$<AND:$<CXX_COMPILER_ID:GNU>,$<CONFIG:Release,None>>:-Wno-restrict;-Wno-array-bounds;-Wno-stringop-overflow;-Wno-maybe-uninitialized>)
target_include_directories(downhill_flags INTERFACE ${PROJECT_SOURCE_DIR}/src ${PROJECT_SOURCE_DIR}/include)

# One static library per folder of src/, named downhill_<folder>, made of every .cpp below it, on top of the folders
# DEPENDS and the outside LIBRARIES. A folder without sources only hands these on.
function(downhill_folder name)
  cmake_parse_arguments(ARG "" "" "DEPENDS;LIBRARIES" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/${name}/*.cpp)
  list(REMOVE_ITEM sources ${PROJECT_SOURCE_DIR}/src/app/main.cpp)
  set(scope PUBLIC)
  if(sources)
    add_library(downhill_${name} STATIC ${sources})
  else()
    add_library(downhill_${name} INTERFACE)
    set(scope INTERFACE)
  endif()
  list(TRANSFORM ARG_DEPENDS PREPEND downhill_)
  target_link_libraries(downhill_${name} ${scope} ${ARG_DEPENDS} ${ARG_LIBRARIES} downhill_flags)
endfunction()

# The program, at <build>/downhill: src/app/main.cpp. The rest of src/app is downhill_app, so that tests reach it.
function(downhill_program)
  set(main ${PROJECT_SOURCE_DIR}/src/app/main.cpp)
  if(NOT EXISTS ${main})
    return()
  endif()
  add_executable(downhill ${main})
  target_link_libraries(downhill PRIVATE downhill_app)
  set_target_properties(downhill PROPERTIES
    RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR} INSTALL_RPATH "$ORIGIN/../${CMAKE_INSTALL_LIBDIR}/downhill")
  foreach(plugin downhill_jit downhill_mpi)
    if(TARGET ${plugin})
      add_dependencies(downhill ${plugin})
    endif()
  endforeach()
endfunction()
