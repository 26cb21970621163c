#pragma once
#include <downhill/array.hpp>

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// Where weights start.
namespace downhill::options {
struct Field;
enum class Detail;
template <class Erased>
class Registry;
}  // namespace downhill::options

namespace downhill::learn {

/// What an initialiser is asked for.
struct Weights {
  Shape shape;
  std::int64_t fan_in = 1;   ///< numbers that each output is a sum of
  std::int64_t fan_out = 1;  ///< outputs that each input goes to
  DType dtype = DType::f32;
};

class InitialiserModel;

/// A configured initialiser, from one of the structs below or from text: `he`, `glorot(distribution=normal)`.
class Initialiser {
 public:
  template <class Options>
    requires requires { Options::name; }
  Initialiser(const Options& options);  // NOLINT(google-explicit-constructor)

  /// Weights drawn with `key` (i32[2]); the same key gives the same bits on every machine.
  [[nodiscard]] Array draw(const Weights& weights, const Array& key) const;

  [[nodiscard]] std::string text(options::Detail detail) const;
  [[nodiscard]] static const options::Registry<Initialiser>& registry();

 private:
  std::shared_ptr<const InitialiserModel> model_;
};

enum class Distribution : std::uint8_t { uniform, normal };
constexpr auto enum_names(Distribution) {
  return std::array{std::pair{std::string_view("uniform"), Distribution::uniform},
                    std::pair{std::string_view("normal"), Distribution::normal}};
}

/// Variance 2 / (fan_in + fan_out). Reference: Glorot & Bengio, AISTATS 2010, equation (16).
struct Glorot {
  Distribution distribution = Distribution::uniform;

  static constexpr std::string_view name = "glorot";
  static constexpr std::string_view doc = "variance 2 / (fan_in + fan_out), for tanh and logistic units";
  static std::vector<options::Field> fields();
};

/// Variance 2 / fan_in. Reference: He, Zhang, Ren & Sun, ICCV 2015, equation (10).
struct He {
  Distribution distribution = Distribution::normal;

  static constexpr std::string_view name = "he";
  static constexpr std::string_view doc = "variance 2 / fan_in, for relu units";
  static std::vector<options::Field> fields();
};

/// Rows or columns, whichever are fewer, orthonormal and scaled by `gain`.
/// Reference: Saxe, McClelland & Ganguli, ICLR 2014.
struct Orthogonal {
  double gain = 1;

  static constexpr std::string_view name = "orthogonal";
  static constexpr std::string_view doc = "orthonormal rows or columns, for deep and recurrent nets";
  static std::vector<options::Field> fields();
};

}  // namespace downhill::learn
