// Computes rectangles of a picture, all layers at once over streaming rows. One thread's memory; nothing is shared but the
// plan.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "plan.h"

namespace tandem {

// Planes of samples, u8 at 8 bits and u16 above.
struct ConstPicture {
  const uint8_t* planes[3] = {};
  ptrdiff_t strideBytes[3] = {};
};

struct Picture {
  uint8_t* planes[3] = {};
  ptrdiff_t strideBytes[3] = {};
};

// Half-open, in input samples.
struct Rect {
  int32_t x0, y0, x1, y1;
};

class BandRunner {
 public:
  explicit BandRunner(const Plan& plan);

  // Fills the output pixels of `rect`; reads the input around it. Every output pixel is computed by the same operations in
  // the same order whatever the rectangle.
  void run(const ConstPicture& input, const Picture& output, const Rect& rect);

 private:
  struct Range {
    int32_t from, to;
  };

  Range columnsOf(int32_t tensor) const;
  void step(int32_t y);
  void readRow(int32_t y);
  void readF32(int32_t y, Range columns);
  void readLuma(int32_t y, Range columns);
  void readColours(int32_t y, Range columns);
  void quantise(const uint8_t* samples, uint8_t* codes, int32_t count) const;
  void convolve(int32_t index, int32_t y, Range columns);
  void convolveChain(int32_t first, int32_t end, int32_t y);
  void padRight(int32_t tensor, int32_t y);
  void finish(int32_t y);
  void addToLast(int32_t y);
  const TapOffset* offsetsFor(int32_t index, int32_t y);
  void writeOffsets(int32_t index, int32_t y, TapOffset* out) const;
  uint8_t* rowOf(int32_t tensor, int32_t y) const;

  const Plan& plan_;
  AlignedBuffer arena_;
  AlignedBuffer sums_;
  std::vector<uint8_t> codes_[3];
  // [layer]: tables of `period` rows, a mark per row, and a spare table for rows at the border.
  struct Offsets {
    std::vector<TapOffset> tables, spare;
    std::vector<bool> known;
  };
  std::vector<Offsets> offsets_;

  // Of the rectangle in work.
  ConstPicture input_;
  Picture output_;
  Rect rect_{};
};

}  // namespace tandem
