#include <gtest/gtest.h>
#include <zlib.h>
#include <downhill/learn/data.hpp>

#include <cmath>
#include <fstream>
#include <set>

#include "learn/fixtures.hpp"
#include "learn/temporary_file.hpp"

namespace downhill::learn {
namespace {

std::string gzip_file(const std::string& name, const std::string& bytes) {
  const std::string path = temporary_file(name, "");
  const gzFile to = gzopen(path.c_str(), "wb");
  gzwrite(to, bytes.data(), static_cast<unsigned>(bytes.size()));
  gzclose(to);
  return path;
}

std::string idx(char type, const std::vector<unsigned>& lengths, const std::string& body) {
  std::string bytes{'\0', '\0', type, static_cast<char>(lengths.size())};
  for (const unsigned length : lengths) {
    for (const unsigned shift : {24U, 16U, 8U, 0U}) bytes += static_cast<char>((length >> shift) & 0xFFU);
  }
  return bytes + body;
}

TEST(Idx, ReadsEveryTypeOfNumbers) {
  EXPECT_EQ(read_idx(temporary_file("a", idx(0x08, {2, 2}, "\x01\xff\x03\x04"))).numbers,
            (std::vector<float>{1, 255, 3, 4}));
  EXPECT_EQ(read_idx(temporary_file("a", idx(0x09, {1}, "\xff"))).numbers, std::vector<float>{-1});
  EXPECT_EQ(read_idx(temporary_file("a", idx(0x0B, {1}, std::string("\x01\x02", 2)))).numbers, std::vector<float>{258});
  EXPECT_EQ(read_idx(temporary_file("a", idx(0x0C, {1}, std::string("\xff\xff\xff\xfe", 4)))).numbers,
            std::vector<float>{-2});
  EXPECT_EQ(read_idx(temporary_file("a", idx(0x0D, {1}, std::string("\x3f\xc0\0\0", 4)))).numbers,
            std::vector<float>{1.5F});
  EXPECT_EQ(read_idx(temporary_file("a", idx(0x0E, {1}, std::string("\x3f\xf8\0\0\0\0\0\0", 8)))).numbers,
            std::vector<float>{1.5F});
}

TEST(Idx, ReadsGzip) {
  const StoredArray array = read_idx(gzip_file("a.gz", idx(0x08, {3, 1, 2}, "abcdef")));
  EXPECT_EQ(array.lengths, (std::vector<std::int64_t>{3, 1, 2}));
  EXPECT_EQ(array.numbers[5], 'f');
}

TEST(Idx, WhatIsWrongWithAFileIsSaid) {
  const std::string plain = temporary_file("b", "hello");
  EXPECT_EQ(input_error_of([&] { (void)read_idx(plain); }),
            "data: '" + plain + "' is not an IDX file: it does not begin with two zero bytes");
  const std::string shorter = temporary_file("b", idx(0x08, {2, 3}, "abcde"));
  EXPECT_EQ(input_error_of([&] { (void)read_idx(shorter); }),
            "data: '" + shorter + "' is cut short: 5 bytes of numbers where 2 x 3 of 1 bytes are announced");
  const std::string longer = temporary_file("b", idx(0x08, {2}, "abcde"));
  EXPECT_EQ(input_error_of([&] { (void)read_idx(longer); }),
            "data: '" + longer + "' is too long: 5 bytes of numbers where 2 of 1 bytes are announced");
  const std::string huge = temporary_file("b", idx(0x08, {0xFFFFFFFFU, 0xFFFFFFFFU, 0xFFFFFFFFU}, "abcde"));
  EXPECT_NE(input_error_of([&] { (void)read_idx(huge); }).find("is cut short"), std::string::npos);
  const std::string type = temporary_file("b", idx(0x0A, {1}, "a"));
  EXPECT_NE(input_error_of([&] { (void)read_idx(type); }).find("has an unknown type of numbers: 0x0a"),
            std::string::npos);

  std::ifstream whole(gzip_file("c.gz", idx(0x08, {1000}, std::string(1000, 'x'))), std::ios::binary);
  const std::string bytes((std::istreambuf_iterator<char>(whole)), std::istreambuf_iterator<char>());
  const std::string cut = temporary_file("d.gz", bytes.substr(0, bytes.size() - 9));
  EXPECT_NE(input_error_of([&] { (void)read_idx(cut); }).find("is damaged"), std::string::npos);
}

TEST(Idx, AFolderHoldsTrainingAndTest) {
  const std::string folder = testing::TempDir() + "/set";
  temporary_file("set/train-images-idx3-ubyte", idx(0x08, {3, 2, 2}, "abcdefghijkl"));
  temporary_file("set/train-labels-idx1-ubyte", idx(0x08, {3}, std::string("\0\2\1", 3)));
  gzip_file("set/t10k-images-idx3-ubyte.gz", idx(0x08, {1, 2, 2}, "abcd"));
  temporary_file("set/t10k-labels.idx1-ubyte", idx(0x08, {1}, "\1"));
  std::vector<DataSet> told;
  const Split split = read_idx_folder(folder, [&](const DataSet& bare) { told.push_back(bare); });
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told[0].sample, (Shape{2, 2}));
  EXPECT_EQ(told[0].labels, split.train.labels);
  EXPECT_EQ(told[0].classes, 3);
  EXPECT_TRUE(told[0].features.empty());
  EXPECT_EQ(split.train.samples(), 3);
  EXPECT_EQ(split.train.sample, (Shape{2, 2}));
  EXPECT_EQ(split.test.classes, 3);
  temporary_file("set/t10k-labels.idx1-ubyte", idx(0x08, {2}, "\1\1"));
  EXPECT_NE(input_error_of([&] { (void)read_idx_folder(folder); }).find("has 2 labels where"), std::string::npos);
  temporary_file("set/t10k-labels.idx1-ubyte", idx(0x08, {1}, "\7"));
  EXPECT_NE(input_error_of([&] {
              (void)read_idx_folder(folder);
            }).find("a test label that training does not know: 7, above 2"),
            std::string::npos);
  EXPECT_NE(
      input_error_of([&] { (void)read_idx_folder(testing::TempDir() + "/none"); }).find("has no file train-images"),
      std::string::npos);
}

TEST(DataSet, ASplitHoldsEverySampleOnceAndDependsOnTheSeedAlone) {
  const DataSet data = rings(101, 3);
  const Held one = hold_out(data, 0.2, 5);
  EXPECT_EQ(one.held_out.samples(), 20);
  EXPECT_EQ(one.kept.samples(), 81);
  std::multiset<float> all(one.kept.features.begin(), one.kept.features.end());
  all.insert(one.held_out.features.begin(), one.held_out.features.end());
  EXPECT_EQ(all, std::multiset<float>(data.features.begin(), data.features.end()));
  EXPECT_EQ(hold_out(data, 0.2, 5).held_out.features, one.held_out.features);
  EXPECT_NE(hold_out(data, 0.2, 6).held_out.features, one.held_out.features);
}

TEST(Normalisation, GivesMeanZeroAndDeviationOne) {
  for (const Scaling scaling : {Scaling::overall, Scaling::per_feature}) {
    DataSet data = rings(500, 3);
    for (float& number : data.features) number = 100 + 10 * number;
    measure_normalisation(data, scaling).apply(data);
    double sum = 0;
    double squares = 0;
    for (const float number : data.features) {
      sum += static_cast<double>(number);
      squares += static_cast<double>(number) * static_cast<double>(number);
    }
    EXPECT_NEAR(sum / 1000, 0, 1e-5);
    EXPECT_NEAR(squares / 1000, 1, 1e-5);
  }
  DataSet constant{.sample = {1}, .features = {4, 4, 4}, .labels = {0, 1, 0}, .classes = 2};
  measure_normalisation(constant, Scaling::per_feature).apply(constant);
  EXPECT_EQ(constant.features, (std::vector<float>{0, 0, 0}));
}

TEST(Normalisation, ByTheRangeGivesZeroToOne) {
  DataSet bytes{.sample = {2}, .features = {0, 51, 255, 102}, .labels = {0, 1}, .classes = 2};
  measure_normalisation(bytes, Scaling::range).apply(bytes);
  EXPECT_EQ(bytes.features, (std::vector<float>{0, 0.2F, 1, 0.4F}));
}

DataSet unpacked(DataSet data) {
  unpack(data);
  return data;
}

TEST(PackedBytes, AreWhatTheNumbersWouldBe) {
  const DataSet bytes = byte_images(40, 3);
  EXPECT_EQ(bytes.feature_count(), 40U * 48U);
  EXPECT_NO_THROW(require_consistent(bytes, "samples"));
  for (const Scaling scaling : {Scaling::none, Scaling::overall, Scaling::per_feature, Scaling::range}) {
    const Normalisation one = measure_normalisation(bytes, scaling);
    DataSet numbers = unpacked(bytes);
    EXPECT_EQ(numbers.features[0], static_cast<float>(bytes.packed.bytes[0]));
    const Normalisation other = measure_normalisation(numbers, scaling);
    EXPECT_EQ(one.mean, other.mean);
    ASSERT_EQ(one.deviation.size(), other.deviation.size());
    for (std::size_t k = 0; k < one.deviation.size(); ++k) EXPECT_FLOAT_EQ(one.deviation[k], other.deviation[k]);
    DataSet scaled = bytes;
    one.apply(scaled);
    one.apply(numbers);
    EXPECT_EQ(scaled.features.empty(), scaling != Scaling::per_feature);
    EXPECT_EQ(unpacked(hold_out(scaled, 0.25, 3).kept).features, hold_out(numbers, 0.25, 3).kept.features);
    EXPECT_EQ(unpacked(scaled).features, numbers.features);
    one.apply(scaled);
    one.apply(numbers);
    EXPECT_EQ(unpacked(scaled).features, numbers.features);
  }
  DataSet cut = bytes;
  cut.packed.bytes.pop_back();
  EXPECT_NE(input_error_of([&] { require_consistent(cut, "samples"); }).find("have 1919 features"), std::string::npos);
}

TEST(PackedBytes, AreReadWhereTheyAreAskedFor) {
  const std::string folder = testing::TempDir() + "/kept";
  temporary_file("kept/train-images-idx3-ubyte", idx(0x08, {3, 2, 2}, "abcdefghijkl"));
  temporary_file("kept/train-labels-idx1-ubyte", idx(0x08, {3}, std::string("\0\2\1", 3)));
  temporary_file("kept/t10k-images-idx3-ubyte", idx(0x08, {1, 2, 2}, "abcd"));
  temporary_file("kept/t10k-labels-idx1-ubyte", idx(0x08, {1}, "\1"));
  const Split kept = read_data(folder, {.bytes = Bytes::kept});
  EXPECT_TRUE(kept.train.features.empty());
  EXPECT_EQ(kept.train.packed.bytes.front(), 'a');
  EXPECT_EQ(unpacked(kept.train).features, read_data(folder, {}).train.features);
  EXPECT_EQ(unpacked(read_samples(folder, {.bytes = Bytes::kept})).features, read_samples(folder, {}).features);
  const std::string reals = temporary_file("reals.idx", idx(0x0D, {1}, std::string("\x3f\xc0\0\0", 4)));
  EXPECT_EQ(read_idx(reals, Bytes::kept).numbers, std::vector<float>{1.5F});
}

}  // namespace
}  // namespace downhill::learn
