// What the training kernels get: planes of one f32 a pixel, a batch's square patches. Each plane has a border of zeros, so that
// taps outside the picture read them: a row begins kUnit samples behind the row before ends, a row lies above and below. Rows
// are computed to a multiple of kUnit; what is behind the patch's own width is kept zero.
#pragma once

#include <cstddef>
#include <cstdint>

namespace tandem {

// Pointers are to pixel 0 of a sample's channel 0. Strides and planes count samples of 4 bytes.
struct TrainShape {
  int32_t side;       // pixels of a patch each way
  int32_t width;      // computed: a multiple of kUnit
  ptrdiff_t stride;   // between rows
  ptrdiff_t plane;    // between channels
};

// A convolution of one patch: out = activation(in * weights + bias) + added.
struct TrainConv {
  TrainShape shape;
  int32_t kernel;  // 1 or 3
  int32_t inputs, outputs;  // outputs: a multiple of 4
  const float* in;
  // Tiles of `trainTile` outputs, at the end of 4: [tile][input][ky][kx][output of the tile].
  const float* weights;
  const float* bias;   // [outputs]
  const float* slope;  // [outputs] of a PReLU; null: no activation
  const float* added;  // null: nothing; may be `out`
  float* sums;         // before the activation; null where nobody asks
  float* out;
};

// Adds to d loss / d weights of one layer, lane by lane: [tile][input][ky][output of the tile][kx][lanes],
// in the tiles of TrainConv.
struct TrainWeights {
  TrainShape shape;
  int32_t kernel;
  int32_t inputs, outputs;
  int32_t patches;
  ptrdiff_t inPatch, outPatch;  // between patches
  const float* in;
  const float* gradient;  // of the layer's sums
  float* lanes;
};

// Gradient of one patch behind a layer's activation -> of its sums, in place; adds to those of its bias and slope.
struct TrainActivation {
  TrainShape shape;
  int32_t channels;
  const float* sums;   // null where there is no activation
  const float* slope;
  float* gradient;
  double* biasGradient;   // [channels]
  double* slopeGradient;  // [channels]; null where there is no activation
};

}  // namespace tandem
