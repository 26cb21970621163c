#pragma once
#include <downhill/learn/data.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace downhill::learn {

/// What a network says of samples.
struct Predictions {
  std::int64_t outputs = 0;                   ///< numbers a sample
  std::vector<float> numbers = {};            ///< samples × outputs: scores, or the numbers predicted
  std::vector<std::int32_t> labels = {};      ///< the class of each sample; empty for regression
  std::optional<double> accuracy = {};        ///< where the data have labels
  std::vector<std::string> class_names = {};  ///< as training knew them, or none

  [[nodiscard]] std::int64_t samples() const;
  /// `sample,label` with the class's name where there are names, or `sample,y0,y1,…` for regression.
  [[nodiscard]] std::string csv() const;
};

/// A trained network that was read from a file.
class Predictor {
 public:
  /// Throws InputError for a file that is no trained network, or is damaged.
  explicit Predictor(const std::string& file, int threads = 0);
  Predictor(Predictor&&) noexcept;
  Predictor& operator=(Predictor&&) noexcept;
  ~Predictor();

  /// What the columns and classes were called that it was trained on, and which answers it gives: as read_samples takes them.
  [[nodiscard]] const Names& names() const;
  [[nodiscard]] Answer answer() const;

  /// `data` as they were before the normalisation that training measured; it is applied here.
  /// Throws InputError for samples of another shape.
  [[nodiscard]] Predictions predict(const DataSet& data) const;

 private:
  struct Contents;
  std::unique_ptr<const Contents> contents_;
};

}  // namespace downhill::learn
