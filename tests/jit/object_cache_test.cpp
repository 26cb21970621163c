#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <thread>

#include "jit/backend.hpp"
#include "jit/object_cache.hpp"
#include "jit/program_key.hpp"
#include "jit/programs.hpp"

namespace downhill::jit {
namespace {

namespace fs = std::filesystem;

/// A directory of its own for every test, removed afterwards.
class ObjectCacheTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "downhill-cache-XXXXXX").string();
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    directory_ = pattern;
  }
  void TearDown() override {
    fs::permissions(directory_, fs::perms::owner_all);
    fs::remove_all(directory_);
  }
  [[nodiscard]] std::string place(const std::string& name = "objects") const {
    return (fs::path(directory_) / name).string();
  }
  [[nodiscard]] std::size_t count_files() const {
    return static_cast<std::size_t>(std::distance(fs::directory_iterator(place()), fs::directory_iterator{}));
  }

  std::string directory_;
};

CompiledProgram made_of(char letter, std::size_t bytes = 1000) {
  return {Object(std::vector<char>(bytes, letter)), 64U + static_cast<unsigned char>(letter)};
}

bool is_same(const std::optional<CompiledProgram>& found, const CompiledProgram& expected) {
  return found && std::ranges::equal(found->object.bytes(), expected.object.bytes()) &&
         found->workspace_bytes == expected.workspace_bytes;
}

Checksum key(std::uint64_t number) { return {number, ~number}; }

TEST_F(ObjectCacheTest, WhatWasStoredIsFoundAlsoByAnotherCache) {
  const ObjectCache cache(place());
  EXPECT_FALSE(cache.find(key(1)));
  cache.store(key(1), made_of('a'));
  EXPECT_TRUE(is_same(cache.find(key(1)), made_of('a')));
  EXPECT_TRUE(is_same(ObjectCache(place()).find(key(1)), made_of('a')));
  EXPECT_FALSE(cache.find(key(2)));
  cache.store(key(1), made_of('b'));
  EXPECT_TRUE(is_same(cache.find(key(1)), made_of('b')));
}

TEST_F(ObjectCacheTest, DamagedFilesAreAbsentAndReplaced) {
  const ObjectCache cache(place());
  const CompiledProgram good = made_of('a');
  cache.store(key(1), good);
  const std::string file = cache.path(key(1));
  std::ifstream input(file, std::ios::binary);
  const std::string whole((std::istreambuf_iterator<char>(input)), {});
  for (std::size_t length = 0; length < whole.size(); length += 13) {
    std::ofstream(file, std::ios::binary | std::ios::trunc) << whole.substr(0, length);
    EXPECT_FALSE(cache.find(key(1))) << "cut to " << length;
  }
  for (std::size_t at = 0; at < whole.size(); at += 7) {
    std::string damaged = whole;
    damaged[at] = static_cast<char>(damaged[at] ^ 1);
    std::ofstream(file, std::ios::binary | std::ios::trunc) << damaged;
    const bool is_workspace_size = at >= 32 && at < 40;
    if (is_workspace_size) continue;
    EXPECT_FALSE(cache.find(key(1))) << "changed at " << at;
  }
  std::ofstream(file, std::ios::binary | std::ios::trunc) << whole << "more";
  EXPECT_FALSE(cache.find(key(1)));
  cache.store(key(1), good);
  EXPECT_TRUE(is_same(cache.find(key(1)), good));
}

TEST_F(ObjectCacheTest, AFileUnderAnotherNameIsForeign) {
  const ObjectCache cache(place());
  cache.store(key(1), made_of('a'));
  fs::copy_file(cache.path(key(1)), cache.path(key(2)));
  EXPECT_FALSE(cache.find(key(2)));
}

TEST_F(ObjectCacheTest, ADirectoryThatCannotBeUsedIsNoError) {
  const ObjectCache nowhere("/proc/no/such/place");
  nowhere.store(key(1), made_of('a'));
  EXPECT_FALSE(nowhere.find(key(1)));
  std::ofstream(place("file")) << "not a directory";
  const ObjectCache file(place("file"));
  file.store(key(1), made_of('a'));
  EXPECT_FALSE(file.find(key(1)));
}

TEST_F(ObjectCacheTest, AReadOnlyDirectoryIsReadAndNotWritten) {
  // Permissions do not bind the super-user: what is tested runs as nobody then.
  constexpr uid_t nobody = 65534;
  const bool is_super_user = ::geteuid() == 0;
  ASSERT_TRUE(!is_super_user || ::chown(directory_.c_str(), nobody, nobody) == 0);
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    if (is_super_user && ::setuid(nobody) != 0) ::_exit(9);
    const ObjectCache cache(place());
    cache.store(key(1), made_of('a'));
    ::chmod(place().c_str(), 0500);
    cache.store(key(2), made_of('b'));
    const bool right = is_same(cache.find(key(1)), made_of('a')) && !cache.find(key(2)) && count_files() == 1;
    ::chmod(place().c_str(), 0700);
    ::_exit(right ? 0 : 1);
  }
  int status = -1;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
}

TEST_F(ObjectCacheTest, ADirectoryThatOthersMayWriteToIsLeftAlone) {
  const ObjectCache cache(place());
  cache.store(key(1), made_of('a'));
  ASSERT_EQ(::chmod(place().c_str(), 0777), 0);
  EXPECT_FALSE(cache.find(key(1)));
  cache.store(key(2), made_of('b'));
  ASSERT_EQ(::chmod(place().c_str(), 0700), 0);
  EXPECT_TRUE(cache.find(key(1)));
  EXPECT_FALSE(cache.find(key(2)));
}

TEST_F(ObjectCacheTest, TheLeastRecentlyUsedGoFirst) {
  constexpr std::uint64_t bound = 100'000;
  const ObjectCache cache(place(), bound);
  for (std::uint64_t number = 0; number < 60; ++number) {
    cache.store(key(number), made_of('a', 5000));
    const auto old = fs::file_time_type::clock::now() - std::chrono::minutes(100 - number);
    std::error_code gone;
    fs::last_write_time(cache.path(key(number)), old, gone);
  }
  std::uint64_t total = 0;
  for (const fs::directory_entry& entry : fs::directory_iterator(place())) total += entry.file_size();
  EXPECT_LE(total, bound + bound / 8);
  EXPECT_FALSE(cache.find(key(0)));
  EXPECT_TRUE(cache.find(key(59)));
  cache.store(key(99), made_of('a', 2 * bound));
  EXPECT_FALSE(cache.find(key(99))) << "larger than the bound";
}

TEST_F(ObjectCacheTest, ConcurrentProcessesAndThreadsSeeWholeFilesOnly) {
  std::vector<pid_t> children;
  for (int process = 0; process < 3; ++process) {
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      const ObjectCache cache(place(), 40'000);
      std::atomic<int> wrong = 0;
      std::vector<std::thread> threads;
      for (int thread = 0; thread < 2; ++thread) {
        threads.emplace_back([&, thread] {
          for (std::uint64_t turn = 0; turn < 150; ++turn) {
            const std::uint64_t number = turn % 7;
            const CompiledProgram program = made_of(static_cast<char>('a' + number), 3000 + 500 * number);
            if ((turn + static_cast<std::uint64_t>(thread)) % 2 == 0) cache.store(key(number), program);
            const auto found = cache.find(key(number));
            if (found && !is_same(found, program)) ++wrong;
          }
        });
      }
      for (std::thread& thread : threads) thread.join();
      ::_exit(wrong == 0 ? 0 : 1);
    }
    children.push_back(child);
  }
  for (const pid_t child : children) {
    int status = -1;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0);
  }
  for (const fs::directory_entry& entry : fs::directory_iterator(place()))
    EXPECT_TRUE(entry.path().string().ends_with(".o")) << entry.path();
}

loops::LoopProgram scaled(double factor) {
  loops::LoopProgram program;
  const auto x = add_input(program, DType::f64, 1);
  const auto out = add_output(program, DType::f64, 1);
  loops::Nest nest{.extents = {}, .body = {}, .stores = {}, .reductions = {}};
  nest.body = {load(DType::f64, x, affine({})),
               apply(DType::f64, formula<double(double)>([=](auto a) { return a * factor; }), {0})};
  nest.stores = {{1, out, affine({})}};
  program.steps = {nest};
  return program;
}

TEST_F(ObjectCacheTest, KeysDependOnProgramProcessorAndEffort) {
  const Checksum base = program_key(scaled(2), Target::host(), Effort::quick);
  EXPECT_EQ(base, program_key(scaled(2), Target::host(), Effort::quick));
  EXPECT_NE(base, program_key(scaled(3), Target::host(), Effort::quick));
  EXPECT_NE(base, program_key(scaled(2), Target::host(), Effort::optimised));
  EXPECT_NE(base, program_key(scaled(2), Target::named("x86-64-v3"), Effort::quick));
}

double run_once(const ir::Executable& executable, double x) {
  double result = 0;
  const std::array<const void*, 1> inputs{&x};
  const std::array<void*, 1> outputs{&result};
  std::vector<std::byte> workspace(executable.workspace_bytes());
  EXPECT_EQ(executable.run(inputs.data(), outputs.data(), workspace.data(), {}, {}).status.fault, ir::Fault::none);
  return result;
}

TEST_F(ObjectCacheTest, TheBackendTakesObjectsFromTheCacheAndRepairsIt) {
  std::string error;
  const ir::CompileRequest request{.effort = ir::Effort::optimised, .cache_directory = place()};
  for (int turn = 0; turn < 3; ++turn) {
    NativeBackend backend;
    const auto executable = backend.compile(scaled(2.5), request, error);
    ASSERT_NE(executable, nullptr) << error;
    EXPECT_EQ(run_once(*executable, 2.0), 5.0);
    ASSERT_EQ(count_files(), 1U);
    // The second turn finds it, the third finds rubbish.
    if (turn == 1)
      std::ofstream(fs::directory_iterator(place())->path(), std::ios::binary | std::ios::trunc) << "rubbish";
  }
  EXPECT_TRUE(ObjectCache(place()).find(program_key(scaled(2.5), Target::host(), Effort::optimised)));
}

}  // namespace
}  // namespace downhill::jit
