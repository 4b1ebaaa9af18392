// Rows at the network's two ends: samples in, pixels out.
#pragma once

#include <cstddef>
#include <cstdint>

namespace tandem {

// The integers of one channel of the last int8 layer (models/format/quant.md).
struct LastInt8 {
  int32_t split;
  int32_t m;
};

// One row of sums of the last layer becomes `scale` rows of one colour's picture: base added, rounded, interleaved.
struct FinishRow {
  const uint8_t* sums;  // pixel 0 of the colour's first channel; float or s32
  ptrdiff_t planeBytes;
  const void* base;  // samples of this row, null without a base
  int32_t x0, x1;    // input pixels
  int32_t scale;
  int32_t maximum;      // full code
  uint8_t* out;         // first output row, pixel 0
  ptrdiff_t rowBytes;   // between output rows
  float codesPerUnit;   // f32
  const LastInt8* last;  // int8: [scale x scale]
  int32_t fractionBits;  // int8
};

}  // namespace tandem
