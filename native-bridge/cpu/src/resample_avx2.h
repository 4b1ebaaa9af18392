// Four taps each way in 16-bit lanes, the same integers as resample.cc's loops.
#pragma once

#include "resample.h"

namespace tandem {

// True when processor, taps and weights allow it: no sum may leave 16 bits on the way.
bool canResampleAvx2(const LineTaps& across, const LineTaps& down);
void resampleU8Avx2(const LineTaps& across, const LineTaps& down, PlaneU8 input, PlaneU8 output);

}  // namespace tandem
