#include "changed_regions.h"

#include <algorithm>
#include <cstring>

namespace tandem {
namespace {

constexpr int32_t kChunk = 64;  // bytes compared at a time

// First and last byte that differ, in steps of kChunk.
bool differingBytes(const uint8_t* a, const uint8_t* b, int32_t count, int32_t& from, int32_t& to) {
  // Most rows of a still picture are equal as a whole, which one call finds fastest.
  if (std::memcmp(a, b, static_cast<size_t>(count)) == 0) return false;
  from = 0;
  while (from < count && std::memcmp(a + from, b + from, std::min(kChunk, count - from)) == 0) from += kChunk;
  to = count;
  while (to > from + kChunk && std::memcmp(a + to - kChunk, b + to - kChunk, kChunk) == 0) to -= kChunk;
  return true;
}

}  // namespace

ChangedRegions::ChangedRegions(const Plan& plan)
    : plan_(plan), lastInput_(static_cast<size_t>(plan.network.planes) * plan.geometry.width * plan.geometry.height *
                              plan.sampleBytes()) {}

ChangedRegions::Span ChangedRegions::compareRow(const ConstPicture& input, int32_t y) {
  const int32_t bytes = plan_.geometry.width * plan_.sampleBytes();
  Span span{plan_.geometry.width, 0};
  for (int32_t p = 0; p < plan_.network.planes; ++p) {
    const uint8_t* const row = input.planes[p] + y * input.strideBytes[p];
    uint8_t* const last = lastInput_.data() + (static_cast<int64_t>(p) * plan_.geometry.height + y) * bytes;
    int32_t from, to;
    if (hasInput_ && !differingBytes(row, last, bytes, from, to)) continue;
    if (!hasInput_) from = 0, to = bytes;
    std::memcpy(last + from, row + from, static_cast<size_t>(to - from));
    span.from = std::min(span.from, from / plan_.sampleBytes());
    span.to = std::max(span.to, (to + plan_.sampleBytes() - 1) / plan_.sampleBytes());
  }
  return span;
}

std::vector<Rect> ChangedRegions::compare(const ConstPicture& input) {
  const int32_t width = plan_.geometry.width, height = plan_.geometry.height;
  std::vector<Span> rows(static_cast<size_t>(height));
  for (int32_t y = 0; y < height; ++y) rows[y] = compareRow(input, y);
  hasInput_ = true;
  std::vector<Rect> rects = rectsOf(rows);
  int64_t changed = 0;
  for (const Rect& r : rects) changed += int64_t{r.x1 - r.x0} * (r.y1 - r.y0);
  // Below a sixteenth at rest, remembering the output costs more than it brings.
  somethingStoodStill_ = changed * 16 <= int64_t{15} * width * height;
  if (hasOutput_ && somethingStoodStill_) return rects;
  return {Rect{0, 0, width, height}};
}

std::vector<Rect> ChangedRegions::rectsOf(const std::vector<Span>& rows) const {
  const int32_t halo = plan_.halo(), height = plan_.geometry.height;
  std::vector<Rect> rects;
  for (int32_t y = 0; y < height; ++y) {
    if (rows[y].from >= rows[y].to) continue;
    // Rectangles closer than their halos cost less as one, and those further apart share no rows when they have grown.
    if (!rects.empty() && y - rects.back().y1 <= 4 * halo) {
      Rect& r = rects.back();
      r = {std::min(r.x0, rows[y].from), r.y0, std::max(r.x1, rows[y].to), y + 1};
    } else {
      rects.push_back({rows[y].from, y, rows[y].to, y + 1});
    }
  }
  for (Rect& r : rects) {
    r = {std::max(0, r.x0 - halo), std::max(0, r.y0 - halo), std::min(plan_.geometry.width, r.x1 + halo),
         std::min(height, r.y1 + halo)};
  }
  return rects;
}

Picture ChangedRegions::remembered() const {
  Picture picture;
  const ptrdiff_t scale = plan_.network.scale;
  const ptrdiff_t stride = plan_.geometry.width * scale * plan_.sampleBytes();
  for (int32_t p = 0; p < plan_.network.planes; ++p) {
    picture.planes[p] = lastOutput_.data() + p * stride * scale * plan_.geometry.height;
    picture.strideBytes[p] = stride;
  }
  return picture;
}

void ChangedRegions::copyOut(const Picture& from, const Picture& to, const Rect& rect) const {
  const ptrdiff_t scale = plan_.network.scale, bytes = scale * plan_.sampleBytes();
  if (rect.x0 >= rect.x1 || rect.y0 >= rect.y1) return;
  const ptrdiff_t width = (rect.x1 - rect.x0) * bytes;
  for (int32_t p = 0; p < plan_.network.planes; ++p) {
    if (from.strideBytes[p] == width && to.strideBytes[p] == width) {
      // Rows without gaps are one long copy, which processors do without reading what they overwrite.
      std::memcpy(to.planes[p] + rect.y0 * scale * width, from.planes[p] + rect.y0 * scale * width,
                  static_cast<size_t>((rect.y1 - rect.y0) * scale * width));
      continue;
    }
    for (ptrdiff_t y = rect.y0 * scale; y < rect.y1 * scale; ++y) {
      std::memcpy(to.planes[p] + y * to.strideBytes[p] + rect.x0 * bytes,
                  from.planes[p] + y * from.strideBytes[p] + rect.x0 * bytes,
                  static_cast<size_t>(width));
    }
  }
}

void ChangedRegions::restore(const Picture& output, const std::vector<Rect>& computed) const {
  if (!hasOutput_) return;
  const Picture last = remembered();
  const int32_t width = plan_.geometry.width;
  int32_t y = 0;
  for (const Rect& r : computed) {
    // Rectangles lie below one another and share no rows (rectsOf).
    copyOut(last, output, {0, y, width, r.y0});
    copyOut(last, output, {0, r.y0, r.x0, r.y1});
    copyOut(last, output, {r.x1, r.y0, width, r.y1});
    y = r.y1;
  }
  copyOut(last, output, {0, y, width, plan_.geometry.height});
}

void ChangedRegions::remember(const Picture& output, const std::vector<Rect>& computed) {
  hasOutput_ = somethingStoodStill_;
  if (!hasOutput_) return;
  if (lastOutput_.empty()) {
    const size_t scale = static_cast<size_t>(plan_.network.scale);
    lastOutput_.resize(lastInput_.size() * scale * scale);
  }
  for (const Rect& r : computed) copyOut(output, remembered(), r);
}

}  // namespace tandem
