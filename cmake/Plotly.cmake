include_guard()

# Plotly, for reports in HTML: the library downhill_plotly defines downhill::app::plotly(), the text of DOWNHILL_PLOTLY as it was
# published, or nothing where the build has no such file (see Web.cmake).
function(downhill_plotly)
  set(source ${PROJECT_BINARY_DIR}/plotly/plotly.cpp)
  if(DOWNHILL_PLOTLY)
    set(definition [[
asm(".section .rodata\n.global downhill_plotly_text\n.type downhill_plotly_text, @object\ndownhill_plotly_text:\n"
    ".incbin \"@DOWNHILL_PLOTLY@\"\n.global downhill_plotly_end\ndownhill_plotly_end:\n.byte 0\n.previous\n");
extern "C" const char downhill_plotly_text[];
extern "C" const char downhill_plotly_end[];
namespace downhill::app {
std::string_view plotly() {
  return {downhill_plotly_text, static_cast<std::size_t>(downhill_plotly_end - downhill_plotly_text)};
}
}  // namespace downhill::app
]])
    string(CONFIGURE "${definition}" definition @ONLY)
  else()
    set(definition "namespace downhill::app {\nstd::string_view plotly() { return {}; }\n}  // namespace downhill::app\n")
  endif()
  file(CONFIGURE OUTPUT ${source} @ONLY CONTENT "#include \"app/pictures/html.hpp\"\n${definition}")
  add_library(downhill_plotly STATIC ${source})
  target_link_libraries(downhill_plotly PRIVATE downhill_flags)
  if(DOWNHILL_PLOTLY)
    set_source_files_properties(${source} PROPERTIES OBJECT_DEPENDS ${DOWNHILL_PLOTLY})
  endif()
endfunction()
