#include "learn/files/metrics.hpp"

#include <fmt/format.h>

#include <array>
#include <bit>
#include <cstring>

#include "learn/files/protobuf.hpp"

namespace downhill::learn {
namespace {

struct Column {
  const char* name;  ///< in the CSV file
  const char* tag;   ///< in TensorBoard; none for the axes
  double (*of)(const EpochReport&);
};

constexpr std::array columns{
    Column{"training_loss", "loss/training", [](const EpochReport& one) { return one.training_loss; }},
    Column{"validation_loss", "loss/validation", [](const EpochReport& one) { return one.validation.loss; }},
    Column{"validation_accuracy", "accuracy/validation",
           [](const EpochReport& one) { return one.validation.accuracy; }},
    Column{"test_loss", "loss/test", [](const EpochReport& one) { return one.test.loss; }},
    Column{"test_accuracy", "accuracy/test", [](const EpochReport& one) { return one.test.accuracy; }},
    Column{"epoch_seconds", "seconds/epoch", [](const EpochReport& one) { return one.epoch_seconds; }},
    Column{"seconds", "seconds/all", [](const EpochReport& one) { return one.seconds; }},
};

// CRC-32C (Castagnoli), bit by bit: the records are short.
std::uint32_t crc32c(std::string_view bytes) {
  std::uint32_t crc = ~std::uint32_t{0};
  for (const char byte : bytes) {
    crc ^= static_cast<unsigned char>(byte);
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1U) ^ ((crc & 1U) != 0 ? 0x82F63B78U : 0U);
  }
  return ~crc;
}
std::uint32_t masked_crc(std::string_view bytes) {
  const std::uint32_t crc = crc32c(bytes);
  return ((crc >> 15U) | (crc << 17U)) + 0xA282EAD8U;
}

template <class T>
std::string little_endian(T number) {
  std::string bytes(sizeof(T), '\0');
  std::memcpy(bytes.data(), &number, sizeof(T));
  return bytes;
}

std::string record(const std::string& message) {
  const std::string length = little_endian(static_cast<std::uint64_t>(message.size()));
  return length + little_endian(masked_crc(length)) + message + little_endian(masked_crc(message));
}

// Event { wall_time = 1, step = 2, file_version = 3, summary = 5 }, Summary { value = 1 }, Value { tag = 1, simple_value = 2 }
std::string event(const EpochReport& one) {
  using namespace protobuf;
  std::string summary;
  for (const Column& column : columns) {
    summary += nested(1, nested(1, column.tag) + narrow(2, static_cast<float>(column.of(one))));
  }
  return wide(1, one.seconds) + whole(2, one.epoch) + nested(5, summary);
}

}  // namespace

std::string metrics_csv(const std::vector<EpochReport>& epochs) {
  std::string text = "epoch,steps";
  for (const Column& column : columns) text += fmt::format(",{}", column.name);
  text += '\n';
  for (const EpochReport& one : epochs) {
    text += fmt::format("{},{}", one.epoch, one.steps);
    for (const Column& column : columns) text += fmt::format(",{}", column.of(one));
    text += '\n';
  }
  return text;
}

std::string event_file(const std::vector<EpochReport>& epochs) {
  std::string bytes = record(protobuf::wide(1, 0) + protobuf::nested(3, "brain.Event:2"));
  for (const EpochReport& one : epochs) bytes += record(event(one));
  return bytes;
}

}  // namespace downhill::learn
