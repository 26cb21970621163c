#include "learn/data/download.hpp"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <thread>

#include "learn/temporary_file.hpp"

namespace downhill::learn {
namespace {

namespace fs = std::filesystem;

/// tests/learn/mirror.py while it lives.
class Mirror {
 public:
  Mirror() {
    std::array<int, 2> ends{};
    if (::pipe(ends.data()) != 0) return;
    child_ = ::fork();
    if (child_ == 0) {
      ::dup2(ends[1], STDOUT_FILENO);
      ::close(ends[0]);
      ::execlp("python3", "python3", "tests/learn/mirror.py", nullptr);
      ::_exit(127);
    }
    ::close(ends[1]);
    std::FILE* from = ::fdopen(ends[0], "r");
    if (std::fscanf(from, "%d", &port_) != 1) port_ = 0;
    std::fclose(from);
  }
  Mirror(const Mirror&) = delete;
  Mirror& operator=(const Mirror&) = delete;
  ~Mirror() {
    ::kill(child_, SIGKILL);
    ::waitpid(child_, nullptr, 0);
  }
  [[nodiscard]] std::string at(const std::string& part) const {
    return "http://127.0.0.1:" + std::to_string(port_) + "/" + part + "/";
  }

 private:
  pid_t child_ = -1;
  int port_ = 0;
};

class Download : public testing::Test {
 protected:
  void SetUp() override {
    fs::remove_all(folder_);
    if (std::system("curl --version > /dev/null 2>&1") != 0) GTEST_SKIP() << "curl is not installed";
  }

  std::string error(const std::vector<std::string>& mirrors) {
    return input_error_of([&] { download(file_, mirrors, folder_, {}); });
  }
  [[nodiscard]] bool is_anything_there() const { return fs::exists(folder_) && !fs::is_empty(folder_); }

  static constexpr PublishedFile file_{"file.gz", "90b582935f3df92549c334dc2cad9fa84a65f4406f0003a995d0a533765fc419"};
  std::string folder_ = testing::TempDir() + "/downloads-" + std::to_string(::getpid());
  Mirror mirror_;
};

TEST_F(Download, TakesTheFirstMirrorThatHasTheFile) {
  std::vector<std::string> told;
  download(file_, std::vector{mirror_.at("none"), mirror_.at("cut"), mirror_.at("good")}, folder_,
           [&](const std::string& url) { told.push_back(url); });
  EXPECT_EQ(fs::file_size(folder_ + "/file.gz"), 18000U);
  EXPECT_EQ(told.size(), 3U);
  EXPECT_EQ(std::distance(fs::directory_iterator(folder_), {}), 1);
}

TEST_F(Download, SaysWhatWentWrongAndLeavesNothingBehind) {
  const std::string wrong = error({mirror_.at("wrong")});
  EXPECT_EQ(wrong.find("data: cannot download file.gz\n  from " + mirror_.at("wrong") + "file.gz: its SHA-256 is "), 0U)
      << wrong;
  EXPECT_NE(wrong.find(" where " + std::string(file_.sha256) + " is published, of 18000 bytes"), std::string::npos)
      << wrong;
  const std::string cut = error({mirror_.at("cut")});
  EXPECT_NE(cut.find("with 9000 bytes remaining to read, after 9000 bytes"), std::string::npos) << cut;
  const std::string missing = error({mirror_.at("none")});
  EXPECT_NE(missing.find("404"), std::string::npos) << missing;
  const std::string nobody = error({"http://127.0.0.1:9/"});
  EXPECT_NE(nobody.find("curl: (7)"), std::string::npos) << nobody;
  EXPECT_NE(error({"file:///etc/"}).find("not supported"), std::string::npos);
  EXPECT_FALSE(is_anything_there());
}

TEST_F(Download, WhatInterruptsItLeavesNothingBehind) {
  const pid_t child = ::fork();
  if (child == 0) {
    ::setpgid(0, 0);  // as a terminal's Ctrl-C, the signal goes to the whole group
    (void)error({mirror_.at("slow")});
    ::_exit(0);
  }
  std::this_thread::sleep_for(std::chrono::milliseconds(500));
  ::kill(-child, SIGINT);
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_TRUE(WIFSIGNALED(status));
  EXPECT_FALSE(is_anything_there());
}

}  // namespace
}  // namespace downhill::learn
