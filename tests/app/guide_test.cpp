#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <string>

#include "app/program.hpp"

/// What the guide shows is what the program prints.
namespace downhill::app {
namespace {

// The words of a shell line without anything but double quotes.
std::vector<std::string> words_of(const std::string& line) {
  std::vector<std::string> words(1);
  bool is_quoted = false;
  for (const char c : line) {
    if (c == '"') {
      is_quoted = !is_quoted;
    } else if (c == ' ' && !is_quoted) {
      if (!words.back().empty()) words.emplace_back();
    } else {
      words.back() += c;
    }
  }
  return words;
}

// What is between the `…` of a line.
std::vector<std::string> parts_of(const std::string& line) {
  const std::string gap = "…";
  std::vector<std::string> parts;
  std::size_t begin = 0;
  for (std::size_t end = line.find(gap); end != std::string::npos; end = line.find(gap, begin)) {
    parts.push_back(line.substr(begin, end - begin));
    begin = end + gap.size();
  }
  parts.push_back(line.substr(begin));
  return parts;
}

// Runs every `$ downhill …` of a document; the lines below it, up to the next or the end of the block, must be among what is printed, in
// that order. `…` stands for anything.
int check_examples(const std::string& path) {
  std::ifstream file(path);
  EXPECT_TRUE(file) << path;
  int examples = 0;
  std::string line, printed;
  std::size_t position = 0;
  bool is_example = false;
  while (std::getline(file, line)) {
    if (line.starts_with("$ downhill ")) {
      const Outcome run = run_program(words_of(line.substr(std::string("$ downhill ").size())));
      printed = run.err + run.out;
      position = 0;
      is_example = true;
      ++examples;
    } else if (line.starts_with("```")) {
      is_example = false;
    } else if (is_example) {
      for (const std::string& part : parts_of(line)) {
        const std::size_t found = printed.find(part, position);
        EXPECT_NE(found, std::string::npos) << path << " shows\n" << part << "\nbut the program prints\n" << printed;
        if (found != std::string::npos) position = found + part.size();
      }
    }
  }
  return examples;
}

TEST(Guide, ShowsWhatTheProgramPrints) {
  EXPECT_GE(check_examples("docs/guide/l1.md"), 3);
  EXPECT_GE(check_examples("docs/guide/convergence.md"), 4);
}

}  // namespace
}  // namespace downhill::app
