#include <downhill/operations.hpp>
#include <downhill/random.hpp>

#include <Eigen/Dense>

#include "learn/initialisers/initialiser_erasure.hpp"

namespace downhill::learn {
namespace {

using Matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

// Q of a tall matrix of normal numbers, with the signs that make it evenly spread (Mezzadri, Notices AMS 54 (2007) 592-604).
Matrix orthonormal_columns(const Matrix& normal) {
  const Eigen::HouseholderQR<Matrix> qr(normal);
  Matrix q = qr.householderQ() * Matrix::Identity(normal.rows(), normal.cols());
  for (Eigen::Index k = 0; k < normal.cols(); ++k) {
    if (qr.matrixQR()(k, k) < 0) q.col(k) *= -1;
  }
  return q;
}

}  // namespace

options::Fields Orthogonal::fields() {
  return {options::field("gain", &Orthogonal::gain, "factor on the orthonormal matrix", options::positive())};
}

template <>
struct Draw<Orthogonal> {
  static Array draw(const Orthogonal& options, const Weights& weights, const Array& key) {
    const std::int64_t columns = weights.shape.rank() == 0 ? 1 : weights.shape[weights.shape.rank() - 1];
    const std::int64_t rows = columns == 0 ? 0 : weights.shape.size() / columns;
    if (rows == 0) return Array(std::span<const double>(), weights.shape, weights.dtype);
    if (key.is_traced()) return zeros(weights.shape, weights.dtype);  // its type is what is wanted
    const std::int64_t tall = std::max(rows, columns);
    const std::int64_t narrow = std::min(rows, columns);
    const std::vector<double> normal = random_normal(key, {tall, narrow}).values();
    Matrix q = options.gain * orthonormal_columns(Eigen::Map<const Matrix>(normal.data(), tall, narrow));
    if (rows < columns) q = q.transpose().eval();
    return {std::span(q.data(), static_cast<std::size_t>(q.size())), weights.shape, weights.dtype};
  }
};

template Initialiser::Initialiser(const Orthogonal&);

}  // namespace downhill::learn
