#include "exec/thread_pool.hpp"

#include <oneapi/tbb/blocked_range.h>
#include <oneapi/tbb/parallel_for.h>
#include <oneapi/tbb/task_arena.h>

#include <map>
#include <memory>
#include <mutex>

namespace downhill::exec {
namespace {

void parallel_for(void* pool, std::int64_t count, void* data, void (*body)(void*, std::int64_t, std::int64_t)) {
  static_cast<tbb::task_arena*>(pool)->execute([&] {
    tbb::parallel_for(tbb::blocked_range<std::int64_t>(0, count),
                      [&](const tbb::blocked_range<std::int64_t>& range) { body(data, range.begin(), range.end()); });
  });
}

}  // namespace

ir::Threads threads(int count) {
  const int resolved = count > 0 ? count : tbb::this_task_arena::max_concurrency();
  if (resolved <= 1) {
    return {};
  }
  static std::mutex mutex;
  static std::map<int, std::unique_ptr<tbb::task_arena>> arenas;
  const std::lock_guard lock(mutex);
  std::unique_ptr<tbb::task_arena>& arena = arenas[resolved];
  if (!arena) {
    arena = std::make_unique<tbb::task_arena>(resolved);
  }
  return {parallel_for, arena.get(), resolved};
}

}  // namespace downhill::exec
