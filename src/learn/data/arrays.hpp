#pragma once
#include <downhill/learn/data.hpp>

#include <functional>
#include <map>
#include <optional>
#include <string>

/// Sets from arrays of files. Messages name `file`.
namespace downhill::learn {

/// Samples along the first axis, without answers. Throws InputError for a single number.
[[nodiscard]] DataSet samples_of(StoredArray features, const std::string& file);
/// One whole number from 0 a sample: [samples] or [samples, 1].
void add_labels(DataSet& data, const StoredArray& labels, const std::string& file);
/// The same without asking how many samples there are.
void set_labels(DataSet& data, const StoredArray& labels, const std::string& file);
/// Numbers of each sample: [samples] or [samples, outputs].
void add_targets(DataSet& data, const StoredArray& targets, const std::string& file);

/// The arrays `x_train`, `y_train` and, if there are any, `x_test`, `y_test`; or `x` and `y`. `find` gives one by its name, or none; where
/// the request names an array, it stands for `y`.
using FindArray = std::function<std::optional<StoredArray>(const std::string& name, Bytes bytes)>;
[[nodiscard]] Split split_of(const FindArray& find, const DataRequest& request, const std::string& file);

/// Throws InputError where training and test have samples of two shapes, other numbers of targets, or the test a label that training does
/// not know; gives both the same number of classes.
void require_agreement(Split& split, const std::string& file);

}  // namespace downhill::learn
