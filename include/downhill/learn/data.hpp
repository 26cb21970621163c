#pragma once
#include <downhill/type.hpp>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

/// Data to learn from, in memory.
namespace downhill::learn {

/// What numbers and classes are called; each empty where there are no names.
struct Names {
  std::vector<std::string> classes = {};   ///< one a class
  std::vector<std::string> features = {};  ///< columns of a table, in the order of a sample
  std::vector<std::string> targets = {};   ///< columns that are learnt
};

/// Numbers that came as bytes and are still in one each: byte b stands for (b - mean) / deviation.
struct ByteNumbers {
  std::vector<std::uint8_t> bytes = {};
  float mean = 0;
  float deviation = 1;  ///< positive
};

/// Samples of one shape with what is to be learnt of each: a label or numbers.
struct DataSet {
  Shape sample;                           ///< of one sample: {28, 28}
  std::vector<float> features = {};       ///< samples × the size of `sample`, row-major
  ByteNumbers packed = {};                ///< in place of `features`, where they were asked for so: DataRequest::bytes
  std::vector<std::int32_t> labels = {};  ///< one a sample, 0 … classes - 1; empty for regression
  std::int64_t classes = 0;
  std::vector<float> targets = {};  ///< samples × outputs, for regression; empty otherwise
  std::int64_t outputs = 0;
  Names names = {};

  [[nodiscard]] std::int64_t samples() const;
  [[nodiscard]] std::size_t feature_count() const { return features.size() + packed.bytes.size(); }  ///< of all samples
  [[nodiscard]] bool is_classification() const { return classes > 0; }
};

/// Throws InputError `data: …` for numbers of samples that differ, a label outside the classes, or a feature that is not finite,
/// naming the place.
void require_consistent(const DataSet& data, const std::string& name);

/// Makes `features` of bytes.
void unpack(DataSet& data);
/// What becomes of numbers that a file stores as bytes.
enum class Bytes : std::uint8_t {
  unpacked,  ///< they become `features`
  kept,      ///< they stay what they are, in `packed`: a quarter of the memory
};

/// What is wrong with a feature that is no index below `vocabulary`: `sample 3 has the word 12, the embedding has 10 (0 to 9)`, the samples
/// counted from 0; empty where nothing is.
[[nodiscard]] std::string word_outside(const DataSet& data, std::int64_t vocabulary);

struct Split {
  DataSet train;
  DataSet test;  ///< without samples where there are none
};

/// Reads the four files of an IDX data set in a folder: train-images-idx3-ubyte, train-labels-idx1-ubyte, t10k-images-idx3-ubyte,
/// t10k-labels-idx1-ubyte, each also with a dot for the last dash and compressed as .gz. Bytes become numbers 0 … 255.
/// Throws InputError that names the file and both values: missing, cut short, of another format, lengths that do not fit.
///
/// on_labels  called before the features of the training part are read, with all else of it
/// bytes      of features that are stored as bytes
[[nodiscard]] Split read_idx_folder(const std::string& folder,
                                    const std::function<void(const DataSet& bare)>& on_labels = {},
                                    Bytes bytes = Bytes::unpacked);

/// An array of a file.
struct StoredArray {
  std::vector<std::int64_t> lengths = {};
  std::vector<float> numbers = {};
  std::vector<std::uint8_t> bytes = {};  ///< in place of them, where bytes are kept
};
/// Of an IDX file, gzip or not. Format: LeCun, Cortes & Burges, The MNIST database.
[[nodiscard]] StoredArray read_idx(const std::string& path, Bytes bytes = Bytes::unpacked);

/// What is to be learnt of each sample.
enum class Answer : std::uint8_t { label, number };

/// What is wanted of a set.
struct DataRequest {
  Answer answer = Answer::label;
  std::vector<std::string> columns =
      {};                         ///< of a CSV file that are learnt, or the array of an NPZ file, `y` unless given
  std::string source = {};        ///< folder or URL that has the files of a named set; else where they are known to be
  Names names = {};               ///< of a trained network: which columns are features, and the order of its classes
  Bytes bytes = Bytes::unpacked;  ///< of features
  std::function<void(const std::string& url)> on_download = {};
  std::function<void(const DataSet& bare)> on_labels = {};  ///< see read_idx_folder; other formats never call it
};

/// A set by its name (see known_sets) or from files:
///   a folder of IDX files; a folder with train.csv and, if there is one, test.csv; a folder with x_train.npy, y_train.npy and, if there are
///   any, x_test.npy, y_test.npy (or x.npy, y.npy); a CSV file with a header; an NPZ file of arrays with those names. Each may be a gzip file.
/// A named set that is not on this machine is downloaded by curl, checked by its SHA-256 and kept in default_cache_directory()/data.
/// Throws InputError that names the file, the place and what was found and wanted.
[[nodiscard]] Split read_data(const std::string& name, const DataRequest& request);
/// Samples to predict: the test part where there is one, else all. Labels may lack; an IDX or NPY file has none.
[[nodiscard]] DataSet read_samples(const std::string& name, const DataRequest& request);
/// "mnist", "fashion-mnist", "digits"
[[nodiscard]] std::vector<std::string> known_sets();

/// The last `fraction` of a random order of the samples (at least one, all but one at most), and the others.
struct Held {
  DataSet kept;
  DataSet held_out;
};
[[nodiscard]] Held hold_out(const DataSet& data, double fraction, std::uint64_t seed);
/// How many that are.
[[nodiscard]] std::int64_t held_out_of(std::int64_t samples, double fraction);

/// x -> (x - mean) / deviation, the same for all numbers of a sample or for each by itself.
struct Normalisation {
  std::vector<float> mean = {};       ///< one number, one for each of the sample, or none: nothing is changed
  std::vector<float> deviation = {};  ///< as many, positive

  /// Bytes stay bytes if one mean and deviation hold for all.
  void apply(DataSet& data) const;
};
enum class Scaling : std::uint8_t {
  none,
  overall,      ///< one mean and deviation of all numbers: images
  per_feature,  ///< one of each number of the sample; 1 for a deviation of 0
  range,  ///< the lowest of all numbers in place of the mean, their span in place of the deviation: bytes become 0 … 1
};
/// Measured on these data alone: those for training.
[[nodiscard]] Normalisation measure_normalisation(const DataSet& data, Scaling scaling);

}  // namespace downhill::learn
