include_guard()

# cpp-httplib as Debian builds it: a shared library, whose header must see the same switches (its pkg-config file). Only the files
# named see it.
function(downhill_httplib)
  find_path(DOWNHILL_HTTPLIB_INCLUDE httplib.h REQUIRED)
  find_library(DOWNHILL_HTTPLIB cpp-httplib REQUIRED)
  add_library(downhill_httplib INTERFACE)
  target_link_libraries(downhill_httplib INTERFACE ${DOWNHILL_HTTPLIB} Threads::Threads)
  list(TRANSFORM ARGN PREPEND ${PROJECT_SOURCE_DIR}/ OUTPUT_VARIABLE sources)
  set_source_files_properties(${sources} PROPERTIES COMPILE_DEFINITIONS
    "CPPHTTPLIB_OPENSSL_SUPPORT;CPPHTTPLIB_ZLIB_SUPPORT;CPPHTTPLIB_BROTLI_SUPPORT")
endfunction()

# What the page is built with, by npm, in the folder `work` of the build tree, so that trees share no packages. Sets `reason` to why it
# could not, or to nothing.
function(downhill_npm_packages work reason)
  set(${reason} "" PARENT_SCOPE)
  find_program(DOWNHILL_NPM npm)
  if(NOT DOWNHILL_WEB)
    set(${reason} "DOWNHILL_WEB is OFF" PARENT_SCOPE)
    return()
  elseif(NOT DOWNHILL_NPM)
    set(${reason} "npm was not found" PARENT_SCOPE)
    return()
  endif()
  set(hash "")
  foreach(file package.json package-lock.json .npmrc)
    set(from ${PROJECT_SOURCE_DIR}/web/${file})
    set_property(DIRECTORY ${PROJECT_SOURCE_DIR} APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${from})
    file(COPY ${from} DESTINATION ${work})
    file(SHA256 ${from} one)
    string(APPEND hash ${one})
  endforeach()
  if(EXISTS ${work}/packages.stamp)
    file(READ ${work}/packages.stamp installed)
    if(installed STREQUAL hash)
      return()
    endif()
  endif()
  message(STATUS "page: npm installs what it is built with")
  execute_process(COMMAND ${DOWNHILL_NPM} ci WORKING_DIRECTORY ${work} RESULT_VARIABLE status
    OUTPUT_VARIABLE said ERROR_VARIABLE said)
  if(NOT status EQUAL 0)
    string(REGEX REPLACE "\n.*" "" first_line "${said}")
    set(${reason} "npm could not install its packages: ${first_line}" PARENT_SCOPE)
    return()
  endif()
  file(WRITE ${work}/packages.stamp ${hash})
endfunction()

# web/ as npm builds it, inside the program: the library downhill_page defines downhill::server::page_files(). Without DOWNHILL_WEB,
# npm or its packages it has no files, and the server says so.
function(downhill_page)
  set(source ${PROJECT_BINARY_DIR}/page/page_files.cpp)
  set(embed ${PROJECT_SOURCE_DIR}/tools/embed_files.py)
  set(web ${PROJECT_SOURCE_DIR}/web)
  set(work ${PROJECT_BINARY_DIR}/web)
  downhill_npm_packages(${work} reason)
  if(reason)
    message(STATUS "page: off, because ${reason}; `downhill serve` answers its API only")
    add_custom_command(OUTPUT ${source} COMMAND ${embed} ${source} DEPENDS ${embed} VERBATIM)
  else()
    message(STATUS "page: on, built by npm")
    set(DOWNHILL_HAS_PAGE ON PARENT_SCOPE)
    file(GLOB_RECURSE files CONFIGURE_DEPENDS ${web}/src/*)
    list(APPEND files ${web}/index.html ${web}/train.html ${web}/tsconfig.json ${web}/vite.config.ts)
    add_custom_command(OUTPUT ${source}
      COMMAND ${CMAKE_COMMAND} -E rm -rf ${work}/src ${work}/dist
      COMMAND ${CMAKE_COMMAND} -E copy_directory ${web}/src ${work}/src
      COMMAND ${CMAKE_COMMAND} -E copy ${web}/index.html ${web}/train.html ${web}/tsconfig.json ${web}/vite.config.ts ${work}
      COMMAND ${CMAKE_COMMAND} -E chdir ${work} ${DOWNHILL_NPM} run --silent build
      COMMAND ${embed} ${source} ${work}/dist
      DEPENDS ${embed} ${files} ${work}/packages.stamp COMMENT "npm builds the page" VERBATIM)
    # For reports that hold their own drawing program: the file as it was published.
    set(DOWNHILL_PLOTLY ${work}/node_modules/plotly.js-dist-min/plotly.min.js PARENT_SCOPE)
  endif()
  add_library(downhill_page STATIC ${source})
  target_link_libraries(downhill_page PRIVATE downhill_flags)
endfunction()
