#include "optimize/face_pieces.hpp"

#include <algorithm>
#include <vector>

namespace downhill::optimize {

namespace {

class FacePieces final : public PieceSource {
 public:
  FacePieces(PieceSource& whole, std::span<const double> x, const Face& face)
      : whole_(whole),
        face_(face),
        point_(x.begin(), x.end()),
        direction_(x.size(), 0.0),
        gradient_(x.size()),
        hessian_(x.size() * x.size()) {
    parts_.assign(whole.parts().begin(), whole.parts().end());
    comparisons_ = whole.comparisons();
    are_complete_ = whole.are_complete();
  }

  bool alternatives(std::span<const double> x, std::span<const double> weights, std::span<const double> direction,
                    std::span<double> numbers, std::span<double> changes) override {
    for (std::size_t k = 0; k < face_.size(); ++k) direction_[face_.variables()[k]] = direction[k];
    return whole_.alternatives(at(x), weights, direction_, numbers, changes);
  }

  bool cut(std::span<const double> x, std::span<const double> weights, std::span<double> gradient,
           std::span<double> slopes, std::span<double> gaps) override {
    if (!whole_.cut(at(x), weights, gradient_, slopes, gaps)) return false;
    std::ranges::copy(face_.part(gradient_), gradient.begin());
    return true;
  }

  bool hessian(std::span<const double> x, std::span<const double> weights, std::span<double> hessian) override {
    if (!whole_.hessian(at(x), weights, hessian_)) return false;
    std::ranges::copy(face_.square_part(hessian_), hessian.begin());
    return true;
  }

  bool margins(std::span<const double> x, std::span<const double> weights, std::span<const double> direction,
               std::span<double> margins, std::span<double> changes) override {
    for (std::size_t k = 0; k < face_.size(); ++k) direction_[face_.variables()[k]] = direction[k];
    return whole_.margins(at(x), weights, direction_, margins, changes);
  }

 private:
  std::span<const double> at(std::span<const double> x) {
    for (std::size_t k = 0; k < face_.size(); ++k) point_[face_.variables()[k]] = x[k];
    return point_;
  }

  PieceSource& whole_;
  Face face_;
  std::vector<double> point_, direction_, gradient_, hessian_;
};

}  // namespace

std::unique_ptr<PieceSource> pieces_on_face(PieceSource& whole, std::span<const double> x, const Face& face) {
  return std::make_unique<FacePieces>(whole, x, face);
}

}  // namespace downhill::optimize
