#include <gtest/gtest.h>
#include <zlib.h>
#include <downhill/error.hpp>
#include <downhill/learn/data.hpp>

#include <cstring>

#include "learn/data/npy.hpp"
#include "learn/data/table.hpp"
#include "learn/data/zip.hpp"
#include "learn/temporary_file.hpp"

namespace downhill::learn {
namespace {

template <class T>
std::string raw(const std::vector<T>& numbers) {
  return {reinterpret_cast<const char*>(numbers.data()), numbers.size() * sizeof(T)};
}

std::string npy(const std::string& type, const std::string& shape, const std::string& body,
                const std::string& order = "False", char version = 1) {
  std::string header = "{'descr': '" + type + "', 'fortran_order': " + order + ", 'shape': " + shape + ", }";
  while ((10 + header.size() + 1) % 64 != 0) header += ' ';
  header += '\n';
  std::string bytes = std::string("\x93NUMPY") + version + '\0';
  for (int k = 0; k < (version == 1 ? 2 : 4); ++k) bytes += static_cast<char>((header.size() >> (8 * k)) & 0xFFU);
  return bytes + header + body;
}

std::string little(std::uint64_t number, int bytes) {
  std::string result;
  for (int k = 0; k < bytes; ++k) result += static_cast<char>((number >> (8 * k)) & 0xFFU);
  return result;
}

std::string deflated(const std::string& bytes) {
  std::string packed(compressBound(bytes.size()) + 64, '\0');
  z_stream stream{};
  EXPECT_EQ(deflateInit2(&stream, 9, Z_DEFLATED, -15, 9, Z_DEFAULT_STRATEGY), Z_OK);
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  EXPECT_EQ(::deflate(&stream, Z_FINISH), Z_STREAM_END);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  return packed;
}

/// An archive as numpy.savez (method 0) and savez_compressed (method 8) write it.
std::string zip(const std::vector<ZipMember>& members, unsigned method) {
  std::string bytes, table;
  for (const ZipMember& one : members) {
    const std::string packed = method == 8 ? deflated(one.bytes) : one.bytes;
    const auto crc = crc32_z(0, reinterpret_cast<const Bytef*>(one.bytes.data()), one.bytes.size());
    const std::string facts = little(method, 2) + little(0, 4) + little(crc, 4) + little(packed.size(), 4) +
                              little(one.bytes.size(), 4) + little(one.name.size(), 2);
    table += "PK\1\2" + little(45, 2) + little(45, 2) + little(0, 2) + facts + std::string(12, '\0') +
             little(bytes.size(), 4) + one.name;
    bytes += "PK\3\4" + little(45, 2) + little(0, 2) + facts + little(4, 2) + one.name + "abcd" + packed;
  }
  return bytes + table + "PK\5\6" + std::string(4, '\0') + little(members.size(), 2) + little(members.size(), 2) +
         little(table.size(), 4) + little(bytes.size(), 4) + little(3, 2) + "bye";
}

TEST(Npy, ReadsEveryTypeInEitherByteOrder) {
  const auto first = [](const std::string& type, const std::string& body) {
    return parse_npy(npy(type, "(1,)", body), "a.npy").numbers.at(0);
  };
  EXPECT_EQ(first("|u1", "\xfe"), 254);
  EXPECT_EQ(first("|i1", "\xfe"), -2);
  EXPECT_EQ(first("|b1", "\1"), 1);
  EXPECT_EQ(first("<u2", little(40000, 2)), 40000);
  EXPECT_EQ(first(">i2", std::string("\xff\xfe", 2)), -2);
  EXPECT_EQ(first("<i4", little(0xFFFFFFFE, 4)), -2);
  EXPECT_EQ(first("<u4", little(0xFFFFFFFE, 4)), 4294967294.0F);
  EXPECT_EQ(first("<i8", raw<std::int64_t>({-7})), -7);
  EXPECT_EQ(first("<u8", raw<std::uint64_t>({7})), 7);
  EXPECT_EQ(first("<f4", raw<float>({1.5F})), 1.5F);
  EXPECT_EQ(first(">f4", std::string("\x3f\xc0\0\0", 4)), 1.5F);
  EXPECT_EQ(first("<f8", raw<double>({-2.25})), -2.25F);
  EXPECT_EQ(first("<f2", little(0xC100, 2)), -2.5F);
  EXPECT_EQ(first("<f2", little(0x0001, 2)), 5.9604644775390625e-8F);
}

TEST(Npy, GivesRowMajorNumbersOfEveryVersion) {
  const std::string body = raw<float>({1, 2, 3, 4, 5, 6});
  const StoredArray c = parse_npy(npy("<f4", "(2, 3)", body), "a");
  EXPECT_EQ(c.lengths, (std::vector<std::int64_t>{2, 3}));
  EXPECT_EQ(c.numbers, (std::vector<float>{1, 2, 3, 4, 5, 6}));
  EXPECT_EQ(parse_npy(npy("<f4", "(2, 3)", body, "True"), "a").numbers, (std::vector<float>{1, 3, 5, 2, 4, 6}));
  EXPECT_EQ(parse_npy(npy("<f4", "(2, 3)", body, "False", 2), "a").numbers, c.numbers);
  EXPECT_TRUE(parse_npy(npy("<f4", "()", raw<float>({3})), "a").lengths.empty());
  EXPECT_EQ(parse_npy(npy("|u1", "(2,)", "\x01\xff"), "a", Bytes::kept).bytes, (std::vector<std::uint8_t>{1, 255}));
  EXPECT_EQ(parse_npy(npy("|u1", "(1, 2)", "\x01\xff", "True"), "a", Bytes::kept).numbers,
            (std::vector<float>{1, 255}));
}

TEST(Npy, WhatIsWrongIsSaid) {
  const auto error = [](const std::string& bytes) { return input_error_of([&] { (void)parse_npy(bytes, "a"); }); };
  const std::string good = npy("<f4", "(2,)", raw<float>({1, 2}));
  EXPECT_EQ(error("hello"), "data: 'a' is not an NPY file: it does not begin with \\x93NUMPY");
  EXPECT_EQ(error(good.substr(0, good.size() - 1)),
            "data: 'a' is cut short: 7 bytes of numbers where 2 of 4 bytes are announced");
  EXPECT_EQ(error(good + "x"), "data: 'a' is too long: 9 bytes of numbers where 2 of 4 bytes are announced");
  EXPECT_EQ(error(npy("<U3", "(1,)", "")), "data: 'a' has elements of type '<U3': numbers are needed");
  EXPECT_NE(error(npy("<f4", "(2", "")).find("shape is no tuple"), std::string::npos);
  EXPECT_NE(error(npy("<f4", "(99999999999, 99999999999)", "")).find("is too large"), std::string::npos);
  for (std::size_t length = 0; length < good.size(); ++length) {
    EXPECT_NE(error(good.substr(0, length)), "no error") << length << " bytes";
  }
}

TEST(Zip, ReadsStoredAndDeflatedMembers) {
  const std::vector<ZipMember> members{{"x.npy", std::string(5000, 'x')}, {"y.npy", "hello"}};
  for (const unsigned method : {0U, 8U}) {
    const std::vector<ZipMember> read = read_zip(zip(members, method), "a.npz", 1 << 20);
    ASSERT_EQ(read.size(), 2U);
    EXPECT_EQ(read[0].bytes, members[0].bytes);
    EXPECT_EQ(read[1].name, "y.npy");
    EXPECT_EQ(read[1].bytes, "hello");
  }
}

TEST(Zip, DamageIsSaidAndNeverRead) {
  const std::string good = zip({{"x.npy", std::string(50, 'x')}, {"y.npy", "hello"}}, 8);
  const auto error = [](const std::string& bytes) {
    return input_error_of([&] { (void)read_zip(bytes, "a.npz", 1 << 20); });
  };
  EXPECT_EQ(error("PK"), "data: 'a.npz' is cut short or no zip archive: it has no table of contents at its end");
  for (std::size_t length = 0; length < good.size() - 3; ++length) EXPECT_NE(error(good.substr(0, length)), "no error");
  std::string changed = zip({{"x.npy", "hello"}}, 0);
  changed[changed.find("hello")] = 'j';
  EXPECT_EQ(error(changed), "data: 'a.npz' is damaged: x.npy has the checksum 4cd0f5e6 where 3610a686 is announced");
  EXPECT_EQ(error(zip({{"x.npy", "hello"}}, 12)),
            "data: 'a.npz' holds x.npy packed by method 12: 0 (stored) or 8 (deflated) is needed");
  EXPECT_EQ(input_error_of([&] { (void)read_zip(good, "a.npz", 20); }),
            "data: 'a.npz' is too large: x.npy unpacks to 50 bytes, 20 are left");
}

TEST(Data, AnNpzFileHoldsTrainingAndTest) {
  const std::string x = npy("<f4", "(3, 2)", raw<float>({1, 2, 3, 4, 5, 6}));
  const std::string labels = npy("<i8", "(3,)", raw<std::int64_t>({0, 2, 1}));
  const std::string test = npy("<f4", "(1, 2)", raw<float>({7, 8}));
  const std::string one = npy("|u1", "(1,)", "\1");
  const std::string path = temporary_file(
      "a.npz", zip({{"x_train.npy", x}, {"y_train.npy", labels}, {"x_test.npy", test}, {"y_test.npy", one}}, 8));
  const Split split = read_data(path, {});
  EXPECT_EQ(split.train.sample, (Shape{2}));
  EXPECT_EQ(split.train.labels, (std::vector<std::int32_t>{0, 2, 1}));
  EXPECT_EQ(split.test.classes, 3);
  EXPECT_EQ(split.test.features, (std::vector<float>{7, 8}));
  EXPECT_EQ(read_samples(path, {}).features, split.test.features);

  const std::string numbers =
      temporary_file("b.npz", zip({{"x.npy", x}, {"t.npy", npy("<f4", "(3,)", raw<float>({-1, 0.5F, 2}))}}, 0));
  EXPECT_EQ(read_data(numbers, {.answer = Answer::number, .columns = {"t"}}).train.targets,
            (std::vector<float>{-1, 0.5F, 2}));
  EXPECT_EQ(input_error_of([&] { (void)read_data(numbers, {.columns = {"t"}}); }),
            "data: '" + numbers + ":t' has a label that is no whole number from 0 to 1e+06: label 0 is -1");
  EXPECT_EQ(input_error_of([&] { (void)read_data(numbers, {}); }),
            "data: '" + numbers + "' has 6 features without a label or target to learn");
  const std::string fewer =
      temporary_file("c.npz", zip({{"x.npy", x}, {"y.npy", npy("|u1", "(2,)", std::string("\0\1", 2))}}, 0));
  EXPECT_EQ(input_error_of([&] { (void)read_data(fewer, {}); }),
            "data: '" + fewer + ":y' has 2 labels where there are 3 samples");
}

TEST(Data, AFolderOfNpyFilesIsASetAndOneFileIsSamples) {
  const std::string x = npy("<f4", "(3, 2)", raw<float>({1, 2, 3, 4, 5, 6}));
  const std::string file = temporary_file("arrays/x_train.npy", x);
  temporary_file("arrays/y_train.npy", npy("|u1", "(3, 1)", std::string("\0\1\1", 3)));
  const Split split = read_data(testing::TempDir() + "/arrays", {});
  EXPECT_EQ(split.train.classes, 2);
  EXPECT_EQ(split.test.samples(), 0);
  EXPECT_EQ(read_samples(file, {}).features, split.train.features);
}

TEST(Table, TheNamedColumnIsTheLabelAndAllOthersAreFeatures) {
  const DataSet data =
      parse_table("a.csv", "a,kind,b\n1,red,2\n3,blue,4\n5,red,6\n", {.columns = {"kind"}}, Answers::needed);
  EXPECT_EQ(data.features, (std::vector<float>{1, 2, 3, 4, 5, 6}));
  EXPECT_EQ(data.names.features, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(data.names.classes, (std::vector<std::string>{"blue", "red"}));
  EXPECT_EQ(data.labels, (std::vector<std::int32_t>{1, 0, 1}));
  // A network that knows these names finds its columns and classes wherever they stand.
  const DataSet later = parse_table("b.csv", "kind,b,other,a\nred,2,9,1\n", {.names = data.names}, Answers::if_there);
  EXPECT_EQ(later.features, (std::vector<float>{1, 2}));
  EXPECT_EQ(later.labels, (std::vector<std::int32_t>{1}));
  EXPECT_TRUE(parse_table("c.csv", "b,a\n2,1\n", {.names = data.names}, Answers::if_there).labels.empty());
}

TEST(Table, NumbersStandForThemselvesAndSeveralCanBeLearnt) {
  EXPECT_EQ(parse_table("a.csv", "a,y\n1,2\n3,0\n", {.columns = {"y"}}, Answers::needed).classes, 3);
  const DataSet data =
      parse_table("a.csv", "a,u,v\n1,2,3\n4,5,6\n", {.answer = Answer::number, .columns = {"u", "v"}}, Answers::needed);
  EXPECT_EQ(data.outputs, 2);
  EXPECT_EQ(data.targets, (std::vector<float>{2, 3, 5, 6}));
}

TEST(Table, MislabelledRowsAreSaidWithTheirPlace) {
  const auto error = [](const std::string& text, const DataRequest& request) {
    return input_error_of([&] { (void)parse_table("a.csv", text, request, Answers::needed); });
  };
  EXPECT_EQ(error("a,y\n1,2\n3,x\n", {.columns = {"y"}})
                .find("a.csv:3:3: column 'y': label 'x' is no whole number from 0 to 1e+06, as others are"),
            0U);
  EXPECT_EQ(error("a,y\n1,2.5\n", {.columns = {"y"}}).find("a.csv:2:3: column 'y': label '2.5' is no whole number"),
            0U);
  EXPECT_EQ(error("a,y\n1,red\n1,\n", {.columns = {"y"}}).find("a.csv:3:3: column 'y' has no label here"), 0U);
  EXPECT_EQ(error("a,y\n1,green\n", {.names = {{"blue", "red"}, {"a"}, {"y"}}})
                .find("a.csv:2:3: class 'green' is not one that training knows (known: blue, red)"),
            0U);
  EXPECT_EQ(error("a,y\n1,2\n", {}),
            "data: 'a.csv': which column is to be learnt is not said (known: a, y)\n  hint: --label NAME");
  EXPECT_EQ(error("a,y\n1,2\n", {.columns = {"z"}}).find("a.csv: unknown column 'z' (known: a, y)"), 0U);
  EXPECT_EQ(error("a,y\nred,2\n", {.columns = {"y"}}).find("a.csv:2:1: column 'a': 'red' is not a number"), 0U);
}

TEST(Data, AFolderWithTablesHasTrainingAndTest) {
  temporary_file("tables/train.csv", "a,kind\n1,red\n2,blue\n");
  temporary_file("tables/test.csv", "kind,a\nred,3\n");
  const Split split = read_data(testing::TempDir() + "/tables", {.columns = {"kind"}});
  EXPECT_EQ(split.train.labels, (std::vector<std::int32_t>{1, 0}));
  EXPECT_EQ(split.test.labels, (std::vector<std::int32_t>{1}));
  EXPECT_EQ(split.test.features, std::vector<float>{3});
  EXPECT_EQ(
      input_error_of([] { (void)read_data("no/such.csv", {}); }),
      "data: there is no 'no/such.csv'\n  hint: a folder, a .csv or .npz file, or one of mnist, fashion-mnist, digits");
}

}  // namespace
}  // namespace downhill::learn
