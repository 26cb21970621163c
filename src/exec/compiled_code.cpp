#include "exec/compiled_code.hpp"

#include "exec/background.hpp"
#include "exec/canonical.hpp"
#include "exec/plugin.hpp"
#include "exec/schedule.hpp"

#include <chrono>
#include <list>
#include <unordered_map>

namespace downhill::exec {
namespace {

namespace loops = ir::loops;

constexpr unsigned calls_before_improving = 8;
constexpr std::size_t remembered_graphs = 256;
// Elements computed in one call: quick code would lose more time in one such call than optimising takes.
constexpr double long_call = 2e6;

std::atomic<std::size_t> compiled_count{0};

double work(const std::vector<loops::Step>& steps);

struct Work {
  double operator()(const loops::Nest& nest) const {
    double points = static_cast<double>(nest.body.size());
    for (const std::int64_t extent : nest.extents) {
      points *= static_cast<double>(extent);
    }
    return points;
  }
  double operator()(const loops::Product& product) const {
    double points = static_cast<double>(product.m) * static_cast<double>(product.n) * static_cast<double>(product.k);
    for (const std::int64_t extent : product.batch) {
      points *= static_cast<double>(extent);
    }
    return points;
  }
  double operator()(const loops::KernelCall&) const { return 0; }
  double operator()(const std::shared_ptr<const loops::Loop>& loop) const {
    return static_cast<double>(loop->length) * work(loop->body);
  }
  double operator()(const std::shared_ptr<const loops::Branch>& branch) const {
    return std::max(work(branch->then_body), work(branch->else_body));
  }
  double operator()(const std::shared_ptr<const loops::TileLoop>& tile) const { return work(tile->body); }
};

double work(const std::vector<loops::Step>& steps) {
  double total = 0;
  for (const loops::Step& step : steps) {
    total += std::visit(Work{}, step);
  }
  return total;
}

// The graphs compiled last, by hash; the one used longest ago goes first.
class Remembered {
 public:
  using Code = std::shared_ptr<CompiledCode>;

  Code find(std::uint64_t key, const ir::Graph& traced, const CompiledCode::Request& request) {
    const auto [begin, end] = by_key_.equal_range(key);
    for (auto it = begin; it != end; ++it) {
      if (it->second->request == request && it->second->traced == traced) {
        entries_.splice(entries_.begin(), entries_, it->second);
        return it->second->code;
      }
    }
    return nullptr;
  }

  void add(std::uint64_t key, const ir::Graph& traced, const CompiledCode::Request& request, Code code) {
    entries_.push_front({key, traced, request, std::move(code)});
    by_key_.emplace(key, entries_.begin());
    if (entries_.size() > remembered_graphs) {
      const auto last = std::prev(entries_.end());
      const auto [begin, end] = by_key_.equal_range(last->key);
      for (auto it = begin; it != end; ++it) {
        if (it->second == last) {
          by_key_.erase(it);
          break;
        }
      }
      entries_.erase(last);
    }
  }

  std::mutex mutex;

 private:
  struct Entry {
    std::uint64_t key;
    ir::Graph traced;
    CompiledCode::Request request;
    Code code;
  };
  std::list<Entry> entries_;
  std::unordered_multimap<std::uint64_t, std::list<Entry>::iterator> by_key_;
};

// Never destroyed: programs may live as long as the process.
Remembered& remembered() {
  static auto* one = new Remembered;
  return *one;
}

}  // namespace

std::size_t CompiledCode::compilations() { return compiled_count; }

std::shared_ptr<CompiledCode> CompiledCode::find_or_compile(const ir::Graph& traced, const Request& request) {
  const std::uint64_t key = ir::hash(traced);
  {
    const std::lock_guard lock(remembered().mutex);
    if (auto found = remembered().find(key, traced, request)) {
      return found;
    }
  }
  const std::shared_ptr<CompiledCode> made(new CompiledCode);
  made->graph_ = canonical(traced);
  made->compile(request);
  ++compiled_count;
  const std::lock_guard lock(remembered().mutex);
  remembered().add(key, traced, request, made);
  return made;
}

void CompiledCode::compile(const Request& request) {
  const auto begin = std::chrono::steady_clock::now();
  const LoadedBackend& native = native_backend();
  if (native.backend == nullptr) {
    failure_ = native.reason;
    return;
  }
  const loops::LoopProgram program = schedule(graph_);
  cache_directory_ = request.cache_directory;
  ir::CompileRequest wanted;
  wanted.key = ir::hash(graph_);
  wanted.cache_directory = cache_directory_;
  bool is_best = request.first == FirstCode::optimised || work(program.steps) > long_call;
  if (!is_best && !cache_directory_.empty()) {  // the best code may lie on disk from an earlier run
    wanted.only_cached = true;
    first_ = native.backend->compile(program, wanted, failure_);
    wanted.only_cached = false;
    is_best = first_ != nullptr;
  }
  if (first_ == nullptr) {
    wanted.effort = is_best ? ir::Effort::optimised : ir::Effort::quick;
    wanted.cache_directory = is_best ? cache_directory_ : std::string();
    first_ = native.backend->compile(program, wanted, failure_);
  }
  if (first_ != nullptr) {
    failure_.clear();
    workspace_bytes_ = first_->workspace_bytes();
    is_settled_ = is_best;
    current_.store(first_.get(), std::memory_order_release);
  }
  compile_seconds_ = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

void CompiledCode::note_call() {
  if (calls_.fetch_add(1, std::memory_order_relaxed) + 1 == calls_before_improving) {
    is_settled_.store(true, std::memory_order_relaxed);
    improve_in_background();
  }
}

void CompiledCode::improve_in_background() {
  try {
    in_background([weak = weak_from_this()] {
      if (const std::shared_ptr<CompiledCode> code = weak.lock()) {
        code->improve();
      }
    });
  } catch (const std::exception&) {
    // No thread or memory to be had for it: the code that is there goes on.
  }
}

void CompiledCode::improve() {
  std::string error;
  try {
    ir::CompileRequest wanted;
    wanted.key = ir::hash(graph_);
    wanted.cache_directory = cache_directory_;
    best_ = native_backend().backend->compile(schedule(graph_), wanted, error);
  } catch (const std::exception&) {
    best_ = nullptr;
  }
  // Callers hold workspaces of the size that was announced.
  if (best_ != nullptr && best_->workspace_bytes() <= workspace_bytes_) {
    current_.store(best_.get(), std::memory_order_release);
  }
}

}  // namespace downhill::exec
