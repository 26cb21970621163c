#include "app/run.hpp"

int main(int argc, char** argv) {
  return downhill::app::run({argv + 1, argv + argc}, downhill::app::Terminal::standard());
}
