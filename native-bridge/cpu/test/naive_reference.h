// What a packed network means, written as plainly as possible: whole layers, one pixel at a time, no vectors, no fusion.
#pragma once

#include <vector>

#include "../src/band_runner.h"
#include "../src/packed_network.h"

namespace tandem_test {

// Output samples before the final rounding are returned too (f32 networks), planes one after the other.
struct NaiveResult {
  std::vector<int32_t> codes;
  std::vector<double> exact;
};

NaiveResult runNaive(const tandem::PackedNetwork& network, int width, int height, const tandem::ConstPicture& input);

}  // namespace tandem_test
