include_guard()

# src/jit as a plugin, <build>/libdownhill_jit.so, that the program loads at its first compilation (docs/adr/0002).
# Only `downhill_*` C symbols leave it, whatever it was linked with: see cmake/plugin.map.
function(downhill_jit_plugin)
  cmake_parse_arguments(ARG "" "" "DEPENDS" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/jit/*.cpp)
  set(no_destructors ${PROJECT_SOURCE_DIR}/src/jit/no_static_destructors.cpp)  # not for programs that link the code itself
  list(REMOVE_ITEM sources ${no_destructors})
  if(NOT DOWNHILL_JIT)
    message(STATUS "native code: off, because DOWNHILL_JIT is OFF; the interpreter runs every loss")
    return()
  endif()
  find_package(LLVM 19.1 CONFIG QUIET)
  if(NOT LLVM_FOUND)
    message(STATUS "native code: off, because LLVM 19.1 was not found (Debian: llvm-19-dev); the interpreter runs every loss")
    return()
  endif()
  if(NOT sources)
    return()
  endif()
  message(STATUS "native code: on, through LLVM ${LLVM_PACKAGE_VERSION}")

  # A file that includes LLVM's passes or its linker takes up to 800 MB to compile.
  set_property(GLOBAL APPEND PROPERTY JOB_POOLS downhill_llvm=2)
  add_library(downhill_jit_code STATIC ${sources})
  set_target_properties(downhill_jit_code PROPERTIES JOB_POOL_COMPILE downhill_llvm)
  target_include_directories(downhill_jit_code SYSTEM PUBLIC ${LLVM_INCLUDE_DIRS})
  list(TRANSFORM ARG_DEPENDS PREPEND downhill_)
  target_link_libraries(downhill_jit_code PUBLIC ${ARG_DEPENDS} downhill_flags LLVM)

  # LLVM's static libraries, where they are: loading them takes 5 ms of the process, libLLVM.so with its twenty other processors 18 ms.
  set(llvm LLVM)
  file(GLOB archives ${LLVM_LIBRARY_DIRS}/libLLVM*.a)
  find_library(DOWNHILL_ZLIB NAMES z libz.so.1)
  find_library(DOWNHILL_ZSTD NAMES zstd libzstd.so.1)
  find_library(DOWNHILL_TINFO NAMES tinfo libtinfo.so.6)
  if(DOWNHILL_JIT_STATIC_LLVM AND archives AND DOWNHILL_ZLIB AND DOWNHILL_ZSTD AND DOWNHILL_TINFO)
    set(llvm -Wl,--start-group ${archives} -Wl,--end-group ${DOWNHILL_ZLIB} ${DOWNHILL_ZSTD} ${DOWNHILL_TINFO} -Wl,--gc-sections -Wl,-Bsymbolic)
    find_program(DOWNHILL_MOLD mold)
    if(DOWNHILL_MOLD)
      list(APPEND llvm -fuse-ld=mold)
    endif()
  endif()

  add_library(downhill_jit MODULE $<TARGET_OBJECTS:downhill_jit_code> ${no_destructors})
  target_link_libraries(downhill_jit PRIVATE ${ARG_DEPENDS} downhill_flags ${llvm})
  set(exports ${PROJECT_SOURCE_DIR}/cmake/plugin.map)
  # Clang leaves the sanitizers' functions to the program, so that its plugin may lack them.
  target_link_options(downhill_jit PRIVATE -Wl,--version-script=${exports} $<$<CXX_COMPILER_ID:GNU>:-Wl,-z,defs>)
  set_target_properties(downhill_jit PROPERTIES LINK_DEPENDS ${exports} LIBRARY_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR})
endfunction()
