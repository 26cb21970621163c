#include "problems/notation.hpp"

namespace downhill::problems {

Array together(const std::vector<Array>& parts) {
  std::vector<Array> vectors;
  vectors.reserve(parts.size());
  for (const Array& one : parts) vectors.push_back(one.rank() == 0 ? reshape(one, {1}) : one);
  return concatenate(vectors);
}

Array window_sums(const Array& x, std::int64_t k) {
  const std::int64_t length = x.size() - k + 1;
  Array result = part(x, 0, length);
  for (std::int64_t j = 1; j < k; ++j) result = result + part(x, j, j + length);
  return result;
}

Array strided(const Array& x, std::int64_t k, std::int64_t back) {
  const double n = count(x);
  const Array place = static_cast<double>(k) * integers(x.size()) - static_cast<double>(back);
  return gather(x, astype(place - n * floor(place / n), DType::i32));
}

Start everywhere(double v) { return repeated({v}); }

Start repeated(const Numbers& pattern) {
  return [pattern](std::int64_t n) {
    Numbers x(static_cast<std::size_t>(n));
    for (std::size_t i = 0; i < x.size(); ++i) x[i] = pattern[i % pattern.size()];
    return x;
  };
}

Start given(const Numbers& x) {
  return [x](std::int64_t) { return x; };
}

Start each(const std::function<double(double i, double n)>& f) {
  return [f](std::int64_t n) {
    Numbers x(static_cast<std::size_t>(n));
    for (std::size_t i = 0; i < x.size(); ++i) x[i] = f(static_cast<double>(i + 1), static_cast<double>(n));
    return x;
  };
}

Start beginning(const Numbers& first, double v) {
  return [first, v](std::int64_t n) {
    Numbers x = first;
    x.resize(static_cast<std::size_t>(n), v);
    return x;
  };
}

Known minimum_everywhere(double v, double value) { return minimum_repeated({v}, value); }

Known minimum_repeated(const Numbers& pattern, double value) {
  return [pattern, value](std::int64_t n) { return KnownPoints{{Kind::global_minimum, value, repeated(pattern)(n)}}; };
}

Known minimum_value(double value) {
  return [value](std::int64_t) { return KnownPoints{{Kind::global_minimum, value}}; };
}

Known points(const KnownPoints& list) {
  return [list](std::int64_t) { return list; };
}

Known best_known(const std::vector<std::pair<std::int64_t, double>>& values) {
  return [values](std::int64_t n) {
    KnownPoints list;
    for (const auto& [size, value] : values) {
      if (size == n) list.push_back({Kind::best_known, value});
    }
    return list;
  };
}

Known unbounded_below() { return points({{Kind::limit, -infinity}}); }

}  // namespace downhill::problems
