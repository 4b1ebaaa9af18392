#include "lane.h"

#include <algorithm>

namespace tandem {

Lane::Lane(const Plan& plan, int threads, bool reuseStatic) : plan_(plan) {
  for (int i = 0; i < threads; ++i) runners_.push_back(std::make_unique<BandRunner>(plan));
  if (reuseStatic) regions_ = std::make_unique<ChangedRegions>(plan);
  for (int i = 1; i < threads; ++i) helpers_.emplace_back([this, i] { helperLoop(i); });
}

Lane::~Lane() {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    stop_ = true;
  }
  begin_.notify_all();
  for (std::thread& helper : helpers_) helper.join();
}

double Lane::run(const ConstPicture& input, const Picture& output) {
  const Geometry& g = plan_.geometry;
  const std::vector<Rect> rects = regions_ ? regions_->compare(input) : std::vector<Rect>{{0, 0, g.width, g.height}};
  cutBands(rects);
  // A single band is not worth waking anybody.
  const bool alone = bands_.size() < 2 || helpers_.empty();
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    input_ = input;
    output_ = output;
    nextBand_ = 0;
    if (!alone) {
      busy_ = static_cast<int>(helpers_.size());
      ++frame_;
    }
  }
  if (!alone) begin_.notify_all();
  workOn(0);
  if (!alone) {
    std::unique_lock<std::mutex> lock(mutex_);
    end_.wait(lock, [this] { return busy_ == 0; });
  }
  if (regions_) {
    regions_->restore(output, rects);
    regions_->remember(output, rects);
  }
  int64_t computed = 0;
  for (const Rect& r : rects) computed += int64_t{r.x1 - r.x0} * (r.y1 - r.y0);
  return static_cast<double>(computed) / (static_cast<double>(g.width) * g.height);
}

// As many bands as threads. A band recomputes its halo, so one rectangle's bands are not cut finer than that pays.
void Lane::cutBands(const std::vector<Rect>& rects) {
  bands_.clear();
  const int32_t threads = static_cast<int32_t>(runners_.size());
  for (const Rect& r : rects) {
    const int32_t rows = r.y1 - r.y0;
    const int32_t count = std::clamp(rows / std::max(1, plan_.halo()), 1, threads);
    for (int32_t i = 0; i < count; ++i) {
      const int32_t from = r.y0 + rows * i / count, to = r.y0 + rows * (i + 1) / count;
      bands_.push_back({r.x0, from, r.x1, to});
    }
  }
}

void Lane::workOn(int index) {
  for (;;) {
    const size_t band = nextBand_.fetch_add(1);
    if (band >= bands_.size()) return;
    runners_[static_cast<size_t>(index)]->run(input_, output_, bands_[band]);
  }
}

void Lane::helperLoop(int index) {
  uint64_t seen = 0;
  for (;;) {
    {
      std::unique_lock<std::mutex> lock(mutex_);
      begin_.wait(lock, [&] { return stop_ || frame_ != seen; });
      if (stop_) return;
      seen = frame_;
    }
    workOn(index);
    const std::lock_guard<std::mutex> lock(mutex_);
    if (--busy_ == 0) end_.notify_one();
  }
}

}  // namespace tandem
