#include <downhill/error.hpp>
#include <downhill/method.hpp>
#include <downhill/stop.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "options/fields.hpp"
#include "options/registry.hpp"

/// Any text is read as a method and as a stop: an OptionError, or a value whose printed form reads back to the same form.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  try {
    const std::string printed = downhill::parse_method(text).text();
    if (downhill::parse_method(printed).text() != printed) std::abort();
  } catch (const downhill::OptionError&) {
  }
  try {
    using downhill::options::Detail;
    const std::string printed =
        downhill::options::print(downhill::options::parse_arguments<downhill::Stop>(text), Detail::all);
    if (downhill::options::print(downhill::options::parse<downhill::Stop>(printed), Detail::all) != printed)
      std::abort();
  } catch (const downhill::OptionError&) {
  }
  return 0;
}
