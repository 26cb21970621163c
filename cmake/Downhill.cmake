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
  set(CMAKE_C_COMPILER_LAUNCHER ${DOWNHILL_CCACHE})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${DOWNHILL_CCACHE})
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
target_include_directories(downhill_flags INTERFACE ${PROJECT_SOURCE_DIR}/src ${PROJECT_SOURCE_DIR}/include)

# The folders of src/, from the ground up: each may depend only on those before it.
set(DOWNHILL_FOLDERS support options ir ops analysis ad exec jit optimize problems learn landscape formula app)

# Links `target` with each of the given folders (one without sources is left out), imported targets and libraries.
function(downhill_link target)
  foreach(dependency IN LISTS ARGN)
    if(TARGET downhill_${dependency})
      target_link_libraries(${target} PUBLIC downhill_${dependency})
    elseif(NOT dependency IN_LIST DOWNHILL_FOLDERS)
      target_link_libraries(${target} PUBLIC ${dependency})
    endif()
  endforeach()
  target_link_libraries(${target} PUBLIC downhill_flags)
endfunction()

# One static library per folder of src/, named downhill_<folder>, made of every .cpp below it.
function(downhill_folder name)
  cmake_parse_arguments(ARG "" "" "DEPENDS" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/${name}/*.cpp)
  if(NOT sources)
    return()
  endif()
  add_library(downhill_${name} STATIC ${sources})
  downhill_link(downhill_${name} ${ARG_DEPENDS})
endfunction()

# The program: src/app/*.cpp, at <build>/downhill. main() stands in src/app/main.cpp; the rest is a library, so that tests reach it.
function(downhill_program)
  cmake_parse_arguments(ARG "" "" "DEPENDS" ${ARGN})
  set(main ${PROJECT_SOURCE_DIR}/src/app/main.cpp)
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/app/*.cpp)
  list(REMOVE_ITEM sources ${main})
  if(NOT EXISTS ${main})
    return()
  endif()
  add_library(downhill_app STATIC ${sources})
  downhill_link(downhill_app ${ARG_DEPENDS})
  add_executable(downhill ${main})
  target_link_libraries(downhill PRIVATE downhill_app)
  set_target_properties(downhill PROPERTIES
    RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR} INSTALL_RPATH "$ORIGIN/../${CMAKE_INSTALL_LIBDIR}/downhill")
  if(TARGET downhill_jit)
    add_dependencies(downhill downhill_jit)
  endif()
endfunction()
