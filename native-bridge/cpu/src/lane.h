// One frame at a time on a team of threads: bands of rows per thread, static regions kept from the lane's last frame.
#pragma once

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "band_runner.h"
#include "changed_regions.h"

namespace tandem {

class Lane {
 public:
  // `threads` includes the caller of `run`.
  Lane(const Plan& plan, int threads, bool reuseStatic);
  ~Lane();
  Lane(const Lane&) = delete;
  Lane& operator=(const Lane&) = delete;

  // Returns the share of the picture that was computed, 0 ... 1. One call at a time.
  double run(const ConstPicture& input, const Picture& output);

 private:
  void helperLoop(int index);
  void workOn(int index);
  void cutBands(const std::vector<Rect>& rects);

  const Plan& plan_;
  std::vector<std::unique_ptr<BandRunner>> runners_;
  std::unique_ptr<ChangedRegions> regions_;

  // The frame in work.
  ConstPicture input_;
  Picture output_;
  std::vector<Rect> bands_;
  std::atomic<size_t> nextBand_{0};

  std::mutex mutex_;
  std::condition_variable begin_, end_;
  uint64_t frame_ = 0;
  int busy_ = 0;
  bool stop_ = false;
  std::vector<std::thread> helpers_;
};

}  // namespace tandem
