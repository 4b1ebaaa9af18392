// Random packed networks for tests and benches: as bytes, so that the reader is tested on the way.
#pragma once

#include <cstdint>
#include <random>
#include <vector>

namespace tandem_test {

using Random = std::mt19937;

struct NetworkOptions {
  bool int8 = false;
  int planes = 1;
  int scale = 2;
  int bitDepth = 8;
  bool base = true;
  int channels = 16;
  int hiddenLayers = 6;
  int kernel = 3;
  double keep = 1;        // share of kept blocks in the hidden layers
  int blockOut = 8;       // output channels of a block: 4 or 8
  int blockIn = 4;        // input channels of a block: 4 or 1 (1 only f32)
  bool residuals = false;  // y = conv(x) + x in every second hidden layer
};

// conv planes -> channels, hidden convs, conv channels -> planes x scale x scale.
std::vector<uint8_t> makePlainNetwork(const NetworkOptions& options, Random& random);

// Anything the format allows, small.
std::vector<uint8_t> makeAnyNetwork(Random& random);

}  // namespace tandem_test
