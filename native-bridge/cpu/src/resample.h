// Separable resampling of 8-bit planes, the very integers of main/core/resample-kernels.ts.
#pragma once

#include <cstddef>
#include <cstdint>

namespace tandem {

// Which samples of a line make up each sample of a resampled line; see main/core/resample-taps.ts.
struct LineTaps {
  int32_t inLength, outLength, taps;
  const int32_t* starts;   // [outLength]
  const int32_t* weights;  // [outLength][taps], 1.0 is 2^14
};

struct PlaneU8 {
  uint8_t* data;
  ptrdiff_t stride;
};

void resampleU8(const LineTaps& across, const LineTaps& down, PlaneU8 input, PlaneU8 output);

}  // namespace tandem
