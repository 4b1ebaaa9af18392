#include "engine.h"

#include <algorithm>
#include <chrono>

#include "cpu_features.h"

namespace tandem {

Engine::Engine(PackedNetwork network, Geometry geometry, const EngineOptions& options)
    : plan_(makePlan(std::move(network), geometry, chooseKernels(options.isa))) {
  threads_ = std::clamp(options.threads, 1, 256);
  const int lanes = std::clamp(options.lanes, 1, threads_);
  for (int i = 0; i < lanes; ++i) {
    const int share = threads_ / lanes + (i < threads_ % lanes ? 1 : 0);
    leaders_.emplace_back([this, share, reuse = options.reuseStatic] { leaderLoop(share, reuse); });
  }
}

Engine::~Engine() {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    stop_ = true;
    queue_.clear();
  }
  arrived_.notify_all();
  for (std::thread& leader : leaders_) leader.join();
}

void Engine::submit(const ConstPicture& input, const Picture& output, std::function<void(const FrameResult&)> done) {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    queue_.push_back({input, output, std::move(done)});
  }
  arrived_.notify_one();
}

void Engine::drain() {
  std::unique_lock<std::mutex> lock(mutex_);
  idle_.wait(lock, [this] { return queue_.empty() && running_ == 0; });
}

// A lane lives on its leader's thread: its memory is touched first by who uses it.
void Engine::leaderLoop(int threads, bool reuseStatic) {
  Lane lane(plan_, threads, reuseStatic);
  for (;;) {
    Job job;
    {
      std::unique_lock<std::mutex> lock(mutex_);
      arrived_.wait(lock, [this] { return stop_ || !queue_.empty(); });
      if (stop_) return;
      job = std::move(queue_.front());
      queue_.pop_front();
      ++running_;
    }
    const auto from = std::chrono::steady_clock::now();
    const double share = lane.run(job.input, job.output);
    const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - from;
    job.done({took.count(), share});
    const std::lock_guard<std::mutex> lock(mutex_);
    --running_;
    if (queue_.empty() && running_ == 0) idle_.notify_all();
  }
}

}  // namespace tandem
