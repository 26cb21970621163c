#pragma once
#include <downhill/type.hpp>

#include <cstdint>
#include <string>
#include <vector>

/// Data to learn from, in memory.
namespace downhill::learn {

/// Samples of one shape with what is to be learnt of each: a label or numbers.
struct DataSet {
  Shape sample;                           ///< of one sample: {28, 28}
  std::vector<float> features = {};       ///< samples × the size of `sample`, row-major
  std::vector<std::int32_t> labels = {};  ///< one a sample, 0 … classes - 1; empty for regression
  std::int64_t classes = 0;
  std::vector<float> targets = {};  ///< samples × outputs, for regression; empty otherwise
  std::int64_t outputs = 0;
  std::vector<std::string> class_names = {};  ///< `classes` names, or none

  [[nodiscard]] std::int64_t samples() const;
  [[nodiscard]] bool is_classification() const { return classes > 0; }
};

/// Throws InputError `data: …` for numbers of samples that differ, a label outside the classes, or a feature that is not finite,
/// naming the place.
void require_consistent(const DataSet& data, const std::string& name);

struct Split {
  DataSet train;
  DataSet test;  ///< without samples where there are none
};

/// Reads the four files of an IDX data set in a folder: train-images-idx3-ubyte, train-labels-idx1-ubyte, t10k-images-idx3-ubyte,
/// t10k-labels-idx1-ubyte, each also with a dot for the last dash and compressed as .gz. Bytes become numbers 0 … 255.
/// Throws InputError that names the file and both values: missing, cut short, of another format, lengths that do not fit.
[[nodiscard]] Split read_idx_folder(const std::string& folder);

/// An array of an IDX file, gzip or not. Format: LeCun, Cortes & Burges, The MNIST database.
struct IdxArray {
  std::vector<std::int64_t> lengths;
  std::vector<float> numbers;
};
[[nodiscard]] IdxArray read_idx(const std::string& path);

/// The last `fraction` of a random order of the samples (at least one, all but one at most), and the others.
struct Held {
  DataSet kept;
  DataSet held_out;
};
[[nodiscard]] Held hold_out(const DataSet& data, double fraction, std::uint64_t seed);

/// x -> (x - mean) / deviation, the same for all numbers of a sample or for each by itself.
struct Normalisation {
  std::vector<float> mean = {};       ///< one number, one for each of the sample, or none: nothing is changed
  std::vector<float> deviation = {};  ///< as many, positive

  void apply(DataSet& data) const;
};
enum class Scaling : std::uint8_t {
  none,
  overall,      ///< one mean and deviation of all numbers: images
  per_feature,  ///< one of each number of the sample; 1 for a deviation of 0
};
/// Measured on these data alone: those for training.
[[nodiscard]] Normalisation measure_normalisation(const DataSet& data, Scaling scaling);

}  // namespace downhill::learn
