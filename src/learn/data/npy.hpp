#pragma once
#include <downhill/learn/data.hpp>

#include <string>
#include <string_view>

namespace downhill::learn {

/// The array of an NPY file's bytes, versions 1 to 3: booleans, integers and reals of up to 8 bytes, of either byte order, in C or Fortran
/// order. Throws InputError `data: '<name>' …` for anything else. Format: NEP 1, "A Simple File Format for NumPy Arrays".
[[nodiscard]] StoredArray parse_npy(std::string_view bytes, const std::string& name, Bytes kept = Bytes::unpacked);

}  // namespace downhill::learn
