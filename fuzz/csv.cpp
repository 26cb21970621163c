#include "support/csv.hpp"

#include <downhill/error.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

/// Any bytes are read as a table and all its columns as numbers: as many numbers as rows, or an InputError.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    const downhill::CsvTable table("fuzz.csv", std::string(reinterpret_cast<const char*>(data), size));
    for (const std::string& name : table.names()) {
      try {
        if (table.column(name).size() != table.rows()) std::abort();
      } catch (const downhill::InputError&) {
      }
    }
  } catch (const downhill::InputError&) {
  }
  return 0;
}
