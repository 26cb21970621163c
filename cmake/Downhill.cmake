include_guard()
find_package(Threads REQUIRED)
find_package(fmt REQUIRED)

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_CXX_VISIBILITY_PRESET hidden)
set(CMAKE_VISIBILITY_INLINES_HIDDEN ON)

# What every source file of downhill is compiled with. Values follow IEEE 754 to the bit: no contraction, no fast-math.
add_library(downhill_flags INTERFACE)
target_compile_options(downhill_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror -ffp-contract=off -march=x86-64-v3)
target_include_directories(downhill_flags INTERFACE ${PROJECT_SOURCE_DIR}/src ${PROJECT_SOURCE_DIR}/include)

# One static library per folder of src/, named downhill_<folder>, made of every .cpp below it.
function(downhill_folder name)
  cmake_parse_arguments(ARG "" "" "DEPENDS" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/${name}/*.cpp)
  if(NOT sources)
    return()
  endif()
  add_library(downhill_${name} STATIC ${sources})
  foreach(dependency IN LISTS ARG_DEPENDS)
    if(TARGET downhill_${dependency})
      target_link_libraries(downhill_${name} PUBLIC downhill_${dependency})
    elseif(TARGET ${dependency})
      target_link_libraries(downhill_${name} PUBLIC ${dependency})
    endif()
  endforeach()
  target_link_libraries(downhill_${name} PUBLIC downhill_flags)
endfunction()
