#pragma once
#include <downhill/learn/data.hpp>

#include <string>

namespace downhill::learn {

enum class Answers : std::uint8_t {
  needed,
  if_there,  ///< a table without the columns that are learnt has samples alone
};

/// The rows of a CSV file (header; gzip or not), the columns of the request being what is learnt and all others features, unless the request
/// names the features. Labels that are whole numbers stand for themselves; words become classes in the order of the alphabet, or the
/// request's. Throws InputError `<path>:<line>:<column>: …`.
[[nodiscard]] DataSet read_table(const std::string& path, const DataRequest& request, Answers answers);
/// The same for the content of a file.
[[nodiscard]] DataSet parse_table(const std::string& path, std::string text, const DataRequest& request,
                                  Answers answers);

}  // namespace downhill::learn
