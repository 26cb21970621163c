#include <downhill/array.hpp>

#include <cstdio>

int main() {
  const downhill::Array x{-1.2, 1.0};
  std::printf("%s\n", downhill::to_string(x).c_str());
  return x.size() == 2 ? 0 : 1;
}
