// What a kernel gets: one row of one layer. Activations live in planes of 32-bit lanes, one lane a pixel: a float (f32) or
// four u8 channels (int8). A tap is a byte offset into the arena; per kept tap a kernel loads pixel vectors there and
// multiplies them with one broadcast weight word per output channel. One loop for all types and instruction sets.
#pragma once

#include <cstddef>
#include <cstdint>

namespace tandem {

// Rows are computed in units of this many pixels, whatever the vector width; planes are padded accordingly.
constexpr int kUnit = 16;

// The integers of four output channels (models/format/quant.md), laid out as the packed vectors of every instruction set
// want them: 16-bit values come as two rows of {channel a x 4, channel b x 4}.
struct alignas(64) QuadParams {
  int32_t bias[4];  // with the zero point's share and, in hidden layers, the rounding of the shift
  int32_t shift[4];
  int16_t mPos[2][8];
  int16_t mNeg[2][8];
  int16_t aBefore[2][8];
  int16_t aAfter[2][8];
};

// Byte offsets of a tap's pixels relative to the arena and the tile; `ahead` is a line that the next tile will read. With as
// many planes and rows as a layer reads the hardware's own prefetching loses track.
struct TapOffset {
  int32_t pixel;
  int32_t ahead;
};

struct ConvGroup {
  int32_t size;      // output channels: 8 or 4
  int32_t tapDepth;  // f32: consecutive input planes of a tap, 1 or 4; int8: 1 (a word has four channels)
  int32_t tapCount;
  int32_t firstTap;  // index into ConvRow::offsets
  int32_t outPlane;
  const void* weights;      // [tap][depth][size] words
  const float* bias;        // f32 [size]
  const float* slope;       // f32 [size]
  const QuadParams* quads;  // int8 [size / 4]
};

// What f32 layers do with their sums: all slopes are 1, all are 0, or each channel has its own.
enum class Activation : int32_t { kNone, kRelu, kPrelu };

struct ConvRow {
  const uint8_t* arena;
  const TapOffset* offsets;
  const ConvGroup* groups;
  int32_t groupCount;
  int32_t x0, x1;        // pixels, multiples of kUnit
  ptrdiff_t inPlaneBytes;   // between planes that a deep tap reads
  ptrdiff_t outPlaneBytes;  // between planes of the output and of what is added
  uint8_t* out;          // pixel 0 of plane 0
  const uint8_t* before;  // added before the activation; null where nothing is
  const uint8_t* after;
  Activation activation;  // f32 only
  bool raw;  // last layer: sums are stored as they are (with bias), one plane a channel
  // int8 only
  bool slopesAtMostOne;  // mNeg <= mPos everywhere: the activation is a maximum
  int16_t beforeZero;    // zero point x 128
  int16_t afterZero;
  int16_t outOffset;  // (zero point << f) + (f > 0 ? 4 : 0), f = 3 with `after`, else 0
};

// Linkers must not merge what files of different instruction sets compile.
namespace {

// How many of a row's `left` vectors the next tile takes, at most `big` and never 4 (there is no such kernel). A single one is
// avoided where it can be: it has too few sums to hide its products' latency.
inline int vectorsOfTile(int left, int big) {
  if (left == big + 1) return (big + 2) / 2;
  return left > big ? big : left == 4 ? 2 : left;
}

}  // namespace

}  // namespace tandem
