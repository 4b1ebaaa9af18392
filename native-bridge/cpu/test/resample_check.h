// Random resampling in the loops of this processor against plain ones, in memory of the exact size.
#pragma once

#include <cstdint>

namespace tandem_test {

// True when every sample is equal.
bool resamplingAgrees(uint32_t seed);

}  // namespace tandem_test
