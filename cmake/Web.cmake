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

# web/ as npm builds it, inside the program: the library downhill_page defines downhill::server::page_files(). Without DOWNHILL_WEB,
# or without npm, it has no files, and the server says so.
function(downhill_page)
  set(source ${PROJECT_BINARY_DIR}/page/page_files.cpp)
  set(embed ${PROJECT_SOURCE_DIR}/tools/embed_files.py)
  find_program(DOWNHILL_NPM npm)
  if(NOT DOWNHILL_WEB)
    message(STATUS "page: off, because DOWNHILL_WEB is OFF; `downhill serve` answers its API only")
    add_custom_command(OUTPUT ${source} COMMAND ${embed} ${source} DEPENDS ${embed} VERBATIM)
  elseif(NOT DOWNHILL_NPM)
    message(STATUS "page: off, because npm was not found; `downhill serve` answers its API only")
    add_custom_command(OUTPUT ${source} COMMAND ${embed} ${source} DEPENDS ${embed} VERBATIM)
  else()
    message(STATUS "page: on, built by npm")
    set(web ${PROJECT_SOURCE_DIR}/web)
    set(work ${PROJECT_BINARY_DIR}/web)
    file(GLOB_RECURSE files CONFIGURE_DEPENDS ${web}/src/*)
    list(APPEND files ${web}/index.html ${web}/tsconfig.json ${web}/vite.config.ts)
    set(packages ${web}/package.json ${web}/package-lock.json ${web}/.npmrc)
    # npm works in the build tree, so that trees share no installed packages.
    set(plotly ${work}/node_modules/plotly.js-dist-min/plotly.min.js)
    add_custom_command(OUTPUT ${work}/packages.stamp ${plotly}
      COMMAND ${CMAKE_COMMAND} -E copy ${packages} ${work}
      COMMAND ${CMAKE_COMMAND} -E chdir ${work} ${DOWNHILL_NPM} ci --silent
      COMMAND ${CMAKE_COMMAND} -E touch ${work}/packages.stamp
      DEPENDS ${packages} COMMENT "npm installs what the page is built with" VERBATIM)
    add_custom_command(OUTPUT ${source}
      COMMAND ${CMAKE_COMMAND} -E rm -rf ${work}/src ${work}/dist
      COMMAND ${CMAKE_COMMAND} -E copy_directory ${web}/src ${work}/src
      COMMAND ${CMAKE_COMMAND} -E copy ${web}/index.html ${web}/tsconfig.json ${web}/vite.config.ts ${work}
      COMMAND ${CMAKE_COMMAND} -E chdir ${work} ${DOWNHILL_NPM} run --silent build
      COMMAND ${embed} ${source} ${work}/dist
      DEPENDS ${embed} ${files} ${work}/packages.stamp COMMENT "npm builds the page" VERBATIM)
    # For reports that hold their own drawing program: the file as it was published.
    set(DOWNHILL_PLOTLY ${plotly} PARENT_SCOPE)
    add_custom_target(downhill_web_packages DEPENDS ${work}/packages.stamp)
  endif()
  add_library(downhill_page STATIC ${source})
  target_link_libraries(downhill_page PRIVATE downhill_flags)
endfunction()
