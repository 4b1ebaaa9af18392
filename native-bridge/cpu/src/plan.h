// A packed network made ready for one instruction set and one picture size: weights in the kernels' order, tensors as rings
// of rows. Immutable; shared by all threads.
#pragma once

#include <cstdint>
#include <vector>

#include "aligned_buffer.h"
#include "kernels/kernel_set.h"
#include "packed_network.h"

namespace tandem {

// Columns of a passing tensor that are made before they are read.
constexpr int32_t kPassingColumns = 3 * kUnit;

struct Geometry {
  int32_t width = 0, height = 0;  // input samples
};

// A tensor is kept as a ring of rows, each of `planes` planes; one more row behind the ring holds the padding value.
struct PlanTensor {
  int32_t planes = 0;  // those written or read: whole groups
  // Input rows and columns around an output pixel that depend on this tensor; -1: nobody reads it.
  int32_t halo = -1;
  int32_t depth = 0;
  uint32_t padWord = 0;
  // Made and read by two layers in a row, a few columns at a time that stay in the nearest cache; never kept as rows.
  bool passing = false;
  int64_t planeBytes = 0, rowBytes = 0;
  int64_t origin = 0;  // byte offset of pixel 0, plane 0, ring row 0 in the arena
};

// A cache line that a later tile will touch.
struct PlanLine {
  int32_t tensor, plane, dy;
  int32_t line;  // from the first pixel of the tile in work
};

struct PlanTap {
  int32_t tensor, plane, dy, dx;
  PlanLine ahead{};  // fetched beside this tap
};

struct PlanLayer {
  int32_t pad = 0;
  int32_t addBefore = -1, addAfter = -1;
  std::vector<int32_t> inputs;
  std::vector<PlanTap> taps;
  std::vector<ConvGroup> groups;
  int32_t period = 1;  // output rows after which the taps' offsets repeat; 0: too long to keep
  ConvRow row{};       // what does not change from row to row
  // Storage behind `groups`.
  AlignedBuffer weights, perChannel;
};

struct Plan {
  PackedNetwork network;
  Geometry geometry;
  const KernelSet* kernels = nullptr;
  int64_t planeBytes = 0;  // of tensors that are kept as rows
  int64_t arenaBytes = 0;
  std::vector<PlanTensor> tensors;
  std::vector<PlanLayer> layers;
  // int8: integers of the last layer per channel, the code of every sample value (empty at 8 bits).
  std::vector<LastInt8> last;
  std::vector<int32_t> aLast;
  std::vector<uint8_t> quantised;

  bool isInt8() const { return network.dataType == DataType::kInt8; }
  int32_t sampleBytes() const { return network.bitDepth > 8 ? 2 : 1; }
  // Input samples around an output pixel's own that it depends on.
  int32_t halo() const { return tensors[0].halo < 0 ? 0 : tensors[0].halo; }
};

// Throws EngineError where the network or the size cannot be served.
Plan makePlan(PackedNetwork network, Geometry geometry, const KernelSet& kernels);

}  // namespace tandem
