#pragma once
#include "ir/scalar_code.hpp"

#include <bit>
#include <cstdint>
#include <optional>
#include <span>
#include <type_traits>
#include <unordered_map>
#include <utility>
#include <vector>

/// Recording of scalar functions: a function template run on `Recorded<T>` becomes a ScalarCode.
namespace downhill::ir {

/// Collects instructions: equal ones once, constants folded.
class ScalarRecorder {
 public:
  explicit ScalarRecorder(std::span<const ScalarType> arguments);
  ScalarRecorder(const ScalarRecorder&) = delete;
  ScalarRecorder& operator=(const ScalarRecorder&) = delete;
  ~ScalarRecorder();

  /// The recorder of this thread that was made last. Throws Error if there is none.
  static ScalarRecorder& current();

  std::uint32_t constant(ScalarValue value);
  std::uint32_t append(ScalarOp op, ScalarType type, std::array<std::uint32_t, 3> operands, std::int64_t immediate = 0);
  std::uint32_t lookup(ScalarType type, std::vector<double> table, std::uint32_t index);
  /// Opens the region of a `rare` whose value is `fast` unless `mask`; its position is what end_rare returns.
  std::uint32_t begin_rare(std::uint32_t mask, std::uint32_t fast);
  void end_rare(std::uint32_t rare, std::uint32_t slow);
  /// The value, if it is a constant.
  [[nodiscard]] std::optional<ScalarValue> constant_at(std::uint32_t value) const;
  /// The code recorded so far with `result`, without instructions that it does not need.
  [[nodiscard]] ScalarCode finish(std::uint32_t result) const;

 private:
  struct Hash {
    std::size_t operator()(const ScalarInstruction& instruction) const;
  };
  ScalarCode code_;
  std::unordered_map<ScalarInstruction, std::uint32_t, Hash> known_;
  std::vector<std::vector<ScalarInstruction>> scopes_;  // what each open region added to known_
  ScalarRecorder* outer_;
};

}  // namespace downhill::ir

namespace downhill::scalar {

namespace detail {
template <class T>
inline constexpr ir::ScalarType type_of = ir::ScalarType::mask;
template <>
inline constexpr ir::ScalarType type_of<double> = ir::ScalarType::f64;
template <>
inline constexpr ir::ScalarType type_of<float> = ir::ScalarType::f32;
template <>
inline constexpr ir::ScalarType type_of<std::int64_t> = ir::ScalarType::i64;
template <>
inline constexpr ir::ScalarType type_of<std::int32_t> = ir::ScalarType::i32;
}  // namespace detail

/// A value of type T (double, float, int64_t, int32_t, or bool for masks) in the code being recorded by this thread.
template <class T>
class Recorded {
 public:
  using Element = T;
  static constexpr ir::ScalarType type = detail::type_of<T>;
  Recorded(T value)  // NOLINT(google-explicit-constructor): constants mix with values
      : index(ir::ScalarRecorder::current().constant(ir::scalar_value(value))) {}
  static Recorded at(std::uint32_t index) { return Recorded(Position{index}); }

  std::uint32_t index;

 private:
  struct Position {
    std::uint32_t index;
  };
  explicit Recorded(Position position) : index(position.index) {}
};

namespace detail {
template <class R, class... A>
Recorded<R> record_op(ir::ScalarOp op, const Recorded<A>&... operands) {
  return Recorded<R>::at(ir::ScalarRecorder::current().append(op, detail::type_of<R>, {operands.index...}));
}
template <class T>
Recorded<T> record_shift(ir::ScalarOp op, const Recorded<T>& a, int count) {
  return Recorded<T>::at(ir::ScalarRecorder::current().append(op, detail::type_of<T>, {a.index}, count));
}
template <class Signature>
struct Record;
template <class R, class... A>
struct Record<R(A...)> {
  template <class F>
  static ir::ScalarCode run(F&& f) {
    constexpr std::array<ir::ScalarType, sizeof...(A)> types{detail::type_of<A>...};
    ir::ScalarRecorder recorder(types);
    return [&]<std::size_t... I>(std::index_sequence<I...>) {
      const Recorded<R> result = f(Recorded<A>::at(static_cast<std::uint32_t>(I))...);
      return recorder.finish(result.index);
    }(std::index_sequence_for<A...>{});
  }
};
}  // namespace detail

/// Runs `f` on recorded arguments and returns the code: `record<double(double)>([](auto x) { return exp(x); })`.
template <class Signature, class F>
ir::ScalarCode record(F&& f) {
  return detail::Record<Signature>::run(std::forward<F>(f));
}

}  // namespace downhill::scalar
