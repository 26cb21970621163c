#include "support/csv.hpp"

#include <gtest/gtest.h>
#include <downhill/error.hpp>

namespace downhill {
namespace {

using Names = std::vector<std::string>;
using Numbers = std::vector<double>;

TEST(Csv, ReadsColumnsByName) {
  const CsvTable table("a.csv", "y,x\n1,2\n-3e-1,.5\n");
  EXPECT_EQ(table.names(), (Names{"y", "x"}));
  EXPECT_EQ(table.rows(), 2U);
  EXPECT_EQ(table.column("y"), (Numbers{1, -0.3}));
  EXPECT_EQ(table.column("x"), (Numbers{2, 0.5}));
}

TEST(Csv, TakesByteOrderMarksLineEndsCommentsBlanksAndQuotes) {
  const CsvTable table(
      "a.csv", "\xEF\xBB\xBF# measured in 1979\r\n\r\n \"y\" , x\t\r\n1, 2 \r\n# more\r\n\"3\",\"4\"\r\n  \r\n5,6");
  EXPECT_EQ(table.names(), (Names{"y", "x"}));
  EXPECT_EQ(table.column("y"), (Numbers{1, 3, 5}));
  EXPECT_EQ(table.column("x"), (Numbers{2, 4, 6}));
  const CsvTable lines("b.csv", "a,\"two\nlines\"\n\"1\",2\r\n");
  EXPECT_EQ(lines.names(), (Names{"a", "two_lines"}));
}

TEST(Csv, GivesCellsAsTheyAreWrittenAndPointsToThem) {
  const CsvTable table("a.csv", "x,kind\n1, red \n2,\"say \"\"no\"\", twice\"\n");
  EXPECT_EQ(table.words("kind"), (Names{"red", "say \"no\", twice"}));
  try {
    table.refuse("kind", 1, "is odd");
    FAIL();
  } catch (const InputError& error) {
    EXPECT_EQ(std::string(error.what()).find("a.csv:3:"), 0U) << error.what();
    EXPECT_NE(std::string(error.what()).find(": is odd"), std::string::npos) << error.what();
  }
}

TEST(Csv, NamesBecomeUsableInAFormula) {
  const CsvTable table("a.csv", "Sepal length (cm),1st,a.b,\"say \"\"x\"\"\"\n1,2,3,4\n");
  EXPECT_EQ(table.names(), (Names{"Sepal_length_cm", "_1st", "a_b", "say_x"}));
}

TEST(Csv, AColumnOfWordsDoesNoHarmUnlessUsed) {
  const CsvTable table("iris.csv", "x,species\n1,setosa\n2,virginica\n");
  EXPECT_EQ(table.column("x"), (Numbers{1, 2}));
  EXPECT_THROW((void)table.column("species"), InputError);
}

struct Refused {
  std::string text;
  const char* message;
};

TEST(Csv, MalformedTablesAreOneErrorThatNamesFileLineAndColumn) {
  const Refused table[] = {
      {"", "d.csv: the file is empty"},
      {"\n\n# only this\n", "d.csv: the file is empty"},
      {"x,y\n", "d.csv: there are no rows below the header"},
      {"1,2\n3,4\n",
       "d.csv:1:1: expected a column name, found the number 1\n  1,2\n  ^\n  hint: the first row holds the names of "
       "the columns"},
      {"x,\n1,2\n", "d.csv:1:3: a column has no name\n  x,\n    ^"},
      {"x,x\n1,2\n", "d.csv:1:3: two columns have the name 'x'\n  x,x\n    ^"},
      {"x,y\n1,2\n3\n", "d.csv:3:1: the row has 1 cell, the header 2\n  3\n  ^"},
      {"x,y\n1,2,3\n", "d.csv:2:1: the row has 3 cells, the header 2\n  1,2,3\n  ^"},
      {"x;y\n1,5;2\n", "d.csv:1:1: the header has no comma\n  x;y\n  ^\n  hint: separate the columns by commas"},
      {"x\ty\n1\t2\n", "d.csv:1:1: the header has no comma\n  x y\n  ^\n  hint: separate the columns by commas"},
      {"\xFF\xFEx\n1\n", "d.csv: the file is UTF-16: expected UTF-8"},
      {"x,y\n1,\"2\n", "d.csv:2:3: the quote is not closed\n  1,\"2\n    ^"},
      {"x,y\n\"1\"2,3\n", "d.csv:2:4: expected ',' or the end of the line after a quoted cell\n  \"1\"2,3\n     ^"},
      {"x,y\n1,2\n3,\n", "d.csv:3:3: column 'y' has no value here\n  3,\n    ^"},
      {"x,y\n1,2\n3,NA\n", "d.csv:3:3: column 'y': 'NA' is not a number\n  3,NA\n    ^"},
      {"x,y\n1,0x10\n", "d.csv:2:3: column 'y': '0x10' is not a number\n  1,0x10\n    ^"},
      {"x,y\n1,nan\n", "d.csv:2:3: column 'y': nan is not finite\n  1,nan\n    ^"},
      {"x,y\n1,1e999\n", "d.csv:2:3: column 'y': 1e999 is not finite\n  1,1e999\n    ^"},
      {"x,z\n1,2\n", "d.csv: unknown column 'y' (known: x, z)"},
      {"x,speed\n1,2\n", "d.csv: unknown column 'y' (known: x, speed)"},
  };
  for (const auto& [text, message] : table) {
    try {
      (void)CsvTable("d.csv", text).column("y");
      FAIL() << text;
    } catch (const InputError& error) {
      EXPECT_STREQ(error.what(), message) << text;
    }
  }
}

TEST(Csv, AMisspelledColumnIsGuessed) {
  try {
    (void)CsvTable("d.csv", "pressure\n1\n").column("presure");
    FAIL();
  } catch (const InputError& error) {
    EXPECT_STREQ(error.what(), "d.csv: unknown column 'presure' (known: pressure)\n  hint: did you mean 'pressure'?");
  }
}

}  // namespace
}  // namespace downhill
