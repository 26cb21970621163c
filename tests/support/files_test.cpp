#include "support/files.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <downhill/error.hpp>

#include <filesystem>
#include <set>
#include <thread>
#include <vector>

#include "support/checksum.hpp"

namespace downhill {
namespace {

class Files : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::temp_directory_path() / ("downhill-files-" + std::to_string(::getpid()) +
                                                        testing::UnitTest::GetInstance()->current_test_info()->name());
    std::filesystem::create_directories(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  [[nodiscard]] std::string path(const std::string& name) const { return (folder_ / name).string(); }

  std::filesystem::path folder_;
};

std::string refusal(const auto& call) {
  try {
    call();
  } catch (const InputError& error) {
    return error.what();
  }
  return "no error";
}

TEST_F(Files, ReadBackWhatWasWritten) {
  const std::string content("a\0b\r\n", 5);
  write_atomically("test", path("one"), content);
  EXPECT_EQ(read_file("test", path("one")), content);
  write_atomically("test", path("one"), "");
  EXPECT_EQ(read_file("test", path("one")), "");
}

TEST_F(Files, MessagesNameTheFileAndTheReason) {
  EXPECT_EQ(refusal([&] { (void)read_file("fit", path("none.csv")); }),
            "fit: cannot read '" + path("none.csv") + "': No such file or directory");
  EXPECT_EQ(refusal([&] { (void)read_file("fit", path("")); }), "fit: cannot read '" + path("") + "': Is a directory");
  EXPECT_EQ(refusal([&] { write_atomically("export", path("no/such"), "x"); }),
            "export: cannot write '" + path("no/such") + "': No such file or directory");
  write_atomically("test", path("long"), std::string(100, 'x'));
  EXPECT_EQ(refusal([&] { (void)read_file("fit", path("long"), 99); }),
            "fit: '" + path("long") + "' is too large: more than 99 bytes");
}

TEST_F(Files, WhatKilledWritersLeftIsRemovedByTheNext) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(0);
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  const std::string dead = std::to_string(child);
  const std::string alive = std::to_string(::getppid());
  std::vector<std::string> kept{"run.x",
                                "run." + alive + "-0.tmp",
                                "run." + dead + ".tmp",
                                "run.copy." + dead + "-0.tmp",
                                "run." + dead + "-0",
                                "other." + dead + "-0.tmp",
                                "run.best." + dead + "-1x.tmp"};
  for (const std::string& name : kept) write_atomically("test", path(name), "");
  for (const std::string& name : {"run." + dead + "-0.tmp", "run." + dead + "-17.tmp"})
    write_atomically("test", path(name), "half");
  write_atomically("test", path("run"), "whole");
  kept.push_back("run");
  std::set<std::string> found;
  for (const auto& one : std::filesystem::directory_iterator(folder_)) found.insert(one.path().filename().string());
  EXPECT_EQ(found, (std::set<std::string>(kept.begin(), kept.end())));
}

TEST_F(Files, LinksAreKeptAndTheirTargetsReplaced) {
  write_atomically("test", path("target"), "old");
  std::filesystem::create_directory(path("folder"));
  std::filesystem::create_symlink("target", path("link"));
  std::filesystem::create_symlink("../link", path("folder/far"));
  std::filesystem::create_symlink("new", path("dangling"));
  std::filesystem::create_symlink("loop", path("loop"));
  write_atomically("test", path("link"), "one");
  EXPECT_EQ(read_file("test", path("target")), "one");
  write_atomically("test", path("folder/far"), "two");
  EXPECT_EQ(read_file("test", path("target")), "two");
  write_atomically("test", path("dangling"), "three");
  EXPECT_EQ(read_file("test", path("new")), "three");
  for (const char* name : {"link", "folder/far", "dangling"}) {
    EXPECT_TRUE(std::filesystem::is_symlink(path(name))) << name;
  }
  EXPECT_EQ(refusal([&] { write_atomically("test", path("loop"), "x"); }),
            "test: cannot write '" + path("loop") + "': Too many levels of symbolic links");
}

TEST_F(Files, PipesAndDevicesAreWrittenToAndFoldersRefused) {
  ASSERT_EQ(::mkfifo(path("pipe").c_str(), 0600), 0);
  std::string received;
  std::thread reader([&] { received = read_file("test", path("pipe")); });
  write_atomically("test", path("pipe"), "through");
  reader.join();
  EXPECT_EQ(received, "through");
  EXPECT_TRUE(std::filesystem::is_fifo(path("pipe")));
  std::filesystem::create_symlink("/dev/full", path("full"));
  EXPECT_EQ(refusal([&] { write_atomically("test", path("full"), "x"); }),
            "test: cannot write '" + path("full") + "': No space left on device");
  EXPECT_TRUE(std::filesystem::is_character_file("/dev/full"));
  EXPECT_EQ(refusal([&] { write_atomically("test", folder_.string(), "x"); }),
            "test: cannot write '" + folder_.string() + "': Is a directory");
}

TEST_F(Files, ConcurrentWritersLeaveOneWholeFileAndNoTemporaries) {
  std::vector<std::thread> writers;
  for (char c = 'a'; c < 'e'; ++c) {
    writers.emplace_back([&, c] {
      for (int i = 0; i < 5; ++i) write_atomically("test", path("shared"), std::string(100000, c));
    });
  }
  for (auto& writer : writers) writer.join();
  const std::string content = read_file("test", path("shared"));
  EXPECT_EQ(content, std::string(100000, content.at(0)));
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder_), {}), 1);
}

TEST(ChecksumTest, IsTheSameOnEveryMachineAndDependsOnEveryBitAndTheLength) {
  EXPECT_EQ(checksum("").hex(), "d258b3e854422bf79d9044e94ff00143");
  EXPECT_EQ(checksum("downhill keeps its cache by this").hex(), "941c54aa36e1e654d7cc550f51aeb2bb");
  std::set<Checksum> seen;
  std::size_t count = 0;
  for (std::size_t length = 0; length < 50; ++length) {
    std::string bytes(length, '\0');
    seen.insert(checksum(bytes));
    ++count;
    for (std::size_t bit = 0; bit < 8 * length; ++bit) {
      bytes[bit / 8] = static_cast<char>(1U << bit % 8);
      seen.insert(checksum(bytes));
      bytes[bit / 8] = 0;
      ++count;
    }
  }
  EXPECT_EQ(seen.size(), count);
}

}  // namespace
}  // namespace downhill
