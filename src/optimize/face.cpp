#include "optimize/face.hpp"

#include <downhill/bounds.hpp>

#include <algorithm>
#include <cmath>
#include <memory>
#include <numeric>
#include <optional>
#include <utility>

#include "optimize/face_pieces.hpp"

namespace downhill::optimize {

Face Face::whole_of(std::size_t n) {
  std::vector<std::size_t> all(n);
  std::iota(all.begin(), all.end(), std::size_t{0});
  return {n, std::move(all)};
}

std::vector<double> Face::part(std::span<const double> v) const {
  std::vector<double> result;
  result.reserve(size());
  for (const std::size_t i : variables_) result.push_back(v[i]);
  return result;
}

std::vector<double> Face::square_part(std::span<const double> matrix) const {
  std::vector<double> result;
  result.reserve(size() * size());
  for (const std::size_t i : variables_) {
    for (const std::size_t j : variables_) result.push_back(matrix[i * n_ + j]);
  }
  return result;
}

std::vector<double> Face::columns(std::span<const double> matrix, std::size_t m) const {
  std::vector<double> result;
  result.reserve(m * size());
  for (std::size_t row = 0; row < m; ++row) {
    for (const std::size_t j : variables_) result.push_back(matrix[row * n_ + j]);
  }
  return result;
}

std::vector<double> Face::whole(std::span<const double> part, double elsewhere) const {
  std::vector<double> result(n_, elsewhere);
  for (std::size_t k = 0; k < size(); ++k) result[variables_[k]] = part[k];
  return result;
}

namespace {

constexpr std::size_t most_dense_variables = 2000;  // of which the whole Hessian is computed for a part of it

class FaceSource final : public LossSource {
 public:
  FaceSource(std::shared_ptr<LossSource> inner, std::span<const double> x, const Face& face)
      : inner_(std::move(inner)),
        face_(face),
        point_(x.begin(), x.end()),
        direction_(x.size(), 0.0),
        result_(x.size()) {
    if (const Bounds* bounds = inner_->bounds()) {
      Bounds left{face.part(bounds->lower), face.part(bounds->upper)};
      for (const std::size_t i : face.variables()) left.names.push_back(bounds->name(i));
      const auto is_finite = [](double bound) { return std::isfinite(bound); };
      if (std::ranges::any_of(left.lower, is_finite) || std::ranges::any_of(left.upper, is_finite)) bounds_ = left;
    }
    // L1 terms are judged by themselves where they are all the kinks there are.
    const bool has_more_kinks = inner_->l1().empty() || inner_->capabilities().smooth_part == false;
    if (inner_->pieces() != nullptr && has_more_kinks) pieces_ = pieces_on_face(*inner_->pieces(), x, face);
  }

  std::size_t size() const override { return face_.size(); }
  // What holds for all variables holds for some; what does not may.
  Capabilities capabilities() const override {
    Capabilities result = inner_->capabilities();
    if (result.quadratic == false) result.quadratic.reset();
    if (result.smooth == false) result.smooth.reset();
    return result;
  }
  const Bounds* bounds() const override { return bounds_ ? &*bounds_ : nullptr; }
  PieceSource* pieces() override { return pieces_.get(); }
  double trace_seconds() const override { return inner_->trace_seconds(); }
  double compile_seconds() const override { return inner_->compile_seconds(); }
  std::string failure() const override { return inner_->failure(); }

  std::string first_not_finite(std::span<const double> x) override { return inner_->first_not_finite(at(x)); }

  double value(std::span<const double> x) override { return inner_->value(at(x)); }

  double value_and_gradient(std::span<const double> x, std::span<double> gradient) override {
    const double value = inner_->value_and_gradient(at(x), result_);
    std::ranges::copy(face_.part(result_), gradient.begin());
    return value;
  }

  void hessian_vector(std::span<const double> x, std::span<const double> direction,
                      std::span<double> product) override {
    for (std::size_t k = 0; k < face_.size(); ++k) direction_[face_.variables()[k]] = direction[k];
    inner_->hessian_vector(at(x), direction_, result_);
    std::ranges::copy(face_.part(result_), product.begin());
  }

  void hessian(std::span<const double> x, std::span<double> hessian) override {
    if (point_.size() > most_dense_variables) return LossSource::hessian(x, hessian);  // column by column
    matrix_.resize(point_.size() * point_.size());
    inner_->hessian(at(x), matrix_);
    std::ranges::copy(face_.square_part(matrix_), hessian.begin());
  }

  double residuals(std::span<const double> x, std::span<double> residuals) override {
    return inner_->residuals(at(x), residuals);
  }

  double residuals_and_jacobian(std::span<const double> x, std::span<double> residuals,
                                std::span<double> jacobian) override {
    matrix_.resize(residuals.size() * point_.size());
    const double value = inner_->residuals_and_jacobian(at(x), residuals, matrix_);
    std::ranges::copy(face_.columns(matrix_, residuals.size()), jacobian.begin());
    return value;
  }

  void values(std::span<const double> points, std::span<double> values) override {
    std::vector<double> whole;
    whole.reserve(values.size() * point_.size());
    for (std::size_t k = 0; k < values.size(); ++k) {
      const auto x = at(points.subspan(k * size(), size()));
      whole.insert(whole.end(), x.begin(), x.end());
    }
    inner_->values(whole, values);
  }

 private:
  std::span<const double> at(std::span<const double> x) {
    for (std::size_t k = 0; k < face_.size(); ++k) point_[face_.variables()[k]] = x[k];
    return point_;
  }

  std::shared_ptr<LossSource> inner_;
  Face face_;
  std::optional<Bounds> bounds_;
  std::unique_ptr<PieceSource> pieces_;
  std::vector<double> point_;      // x, the face's variables overwritten
  std::vector<double> direction_;  // 0 off the face
  std::vector<double> result_, matrix_;
};

}  // namespace

Objective on_face(const Objective& objective, std::span<const double> x, const Face& face) {
  return Objective(std::make_shared<FaceSource>(objective.source(), x, face));
}

}  // namespace downhill::optimize
