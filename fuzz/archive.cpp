#include <cstddef>
#include <cstdint>
#include <downhill/error.hpp>
#include <string>

#include "learn/data/npy.hpp"
#include "learn/data/zip.hpp"

/// Any bytes are an archive of arrays, an array, or refused with InputError.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  constexpr std::size_t most = std::size_t{1} << 20U;
  try {
    (void)downhill::learn::parse_npy(bytes, "fuzz.npy");
  } catch (const downhill::InputError&) {
  }
  try {
    for (const downhill::learn::ZipMember& one : downhill::learn::read_zip(bytes, "fuzz.npz", most)) {
      (void)downhill::learn::parse_npy(one.bytes, "fuzz.npz:" + one.name);
    }
  } catch (const downhill::InputError&) {
  }
  return 0;
}
