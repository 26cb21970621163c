# Installs a build into a folder of its own, then configures, builds and runs the project that README.md shows against it.
# cmake -D BUILD=<build tree> -D WORK=<scratch folder> -D CXX_FLAGS=<flags> -P run.cmake
function(step)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE status OUTPUT_VARIABLE output ERROR_VARIABLE output)
  if(NOT status EQUAL 0)
    message(FATAL_ERROR "consumer: failed with status ${status}: ${ARGN}\n${output}")
  endif()
  message("${output}")
endfunction()

file(REMOVE_RECURSE ${WORK})
file(MAKE_DIRECTORY ${WORK})
step(${CMAKE_COMMAND} --install ${BUILD} --prefix ${WORK}/prefix)
# Moved after the installation: nothing installed may know where it was built or first put.
file(RENAME ${WORK}/prefix ${WORK}/moved)
file(GLOB_RECURSE headers RELATIVE ${WORK}/moved/include ${WORK}/moved/include/*)
foreach(header IN LISTS headers)
  if(NOT header MATCHES "^downhill/")
    message(FATAL_ERROR "consumer: installed outside include/downhill: ${header}")
  endif()
endforeach()
set(root ${CMAKE_CURRENT_LIST_DIR}/../..)
step(${root}/tools/extract_code.py ${root}/README.md ${WORK}/source)
step(${CMAKE_COMMAND} -S ${WORK}/source -B ${WORK}/build -G Ninja -D CMAKE_BUILD_TYPE=Release
  -D CMAKE_PREFIX_PATH=${WORK}/moved -D CMAKE_CXX_FLAGS=${CXX_FLAGS})
step(${CMAKE_COMMAND} --build ${WORK}/build)
step(${WORK}/build/first)
