// The kernels of one instruction set. kernels.def is the one list of them; declarations, the choice at run time, tests and
// benches expand it.
#pragma once

#include <cstdint>

#include "conv_row.h"
#include "picture_rows.h"
#include "train_planes.h"

namespace tandem {

struct KernelSet {
  const char* name;
  // A u8 x s8 product of two neighbouring channels may saturate at 16 bits: weights must be split until it cannot.
  bool pairsSaturate;
  // Activations are kept as code - 128 (s8), for a dot product of s8 with s8.
  bool signedCodes;
  void (*convF32)(const ConvRow&);
  void (*convInt8)(const ConvRow&);
  void (*u8ToF32)(const void* samples, float* out, int count, float scale);
  void (*u16ToF32)(const void* samples, float* out, int count, float scale);
  void (*neighboursToWords)(const uint8_t* in, uint32_t* out, int count);
  // [f32, int8][u8, u16]
  void (*finish[2][2])(const FinishRow&);
  // Training: see train_planes.h.
  int trainTile, trainLanes;
  void (*trainConv)(const TrainConv&);
  void (*trainWeights)(const TrainWeights&);
  void (*trainActivation)(const TrainActivation&);
  // Peak of one core, for benches: executes `rounds` x the number of operations it returns per round.
  double (*peakF32)(long rounds);
  double (*peakInt8)(long rounds);
};

#define TANDEM_KERNELS(symbol, name, needs) extern const KernelSet symbol;
#include "kernels.def"
#undef TANDEM_KERNELS

}  // namespace tandem
