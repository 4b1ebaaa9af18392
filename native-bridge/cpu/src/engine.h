// A network opened for one picture size: a queue of frames, lanes that take frames from it, threads that work in a lane.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "lane.h"

namespace tandem {

struct EngineOptions {
  int threads = 1;  // of all lanes together
  // Frames computed at the same time. One lane with all threads has the least latency; a lane a thread the most throughput.
  int lanes = 1;
  std::string isa;  // empty: the environment's TANDEM_CPU_ISA or the best
  bool reuseStatic = true;
};

struct FrameResult {
  double milliseconds;   // of computation, without waiting in the queue
  double computedShare;  // of the picture; the rest stood still
};

class Engine {
 public:
  // Throws EngineError.
  Engine(PackedNetwork network, Geometry geometry, const EngineOptions& options);
  // Drops frames that have not begun (their `done` is not called), finishes the others and joins all threads.
  ~Engine();
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  // Never blocks. Memory behind the pictures stays valid and alone in the engine's hands until `done` is called, on one of
  // the engine's threads.
  void submit(const ConstPicture& input, const Picture& output, std::function<void(const FrameResult&)> done);

  // Waits until every submitted frame is done.
  void drain();

  const Plan& plan() const { return plan_; }
  int lanes() const { return static_cast<int>(leaders_.size()); }
  int threads() const { return threads_; }

 private:
  struct Job {
    ConstPicture input;
    Picture output;
    std::function<void(const FrameResult&)> done;
  };

  void leaderLoop(int threads, bool reuseStatic);

  Plan plan_;
  int threads_ = 0;
  std::mutex mutex_;
  std::condition_variable arrived_, idle_;
  std::deque<Job> queue_;
  int running_ = 0;
  bool stop_ = false;
  std::vector<std::thread> leaders_;
};

}  // namespace tandem
