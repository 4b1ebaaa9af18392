#include "resample_check.h"

#include <algorithm>
#include <cstdlib>
#include <vector>

#include "../src/resample.h"
#include "random_network.h"

namespace tandem_test {
namespace {

using tandem::LineTaps;
using tandem::PlaneU8;

struct Line {
  int32_t inLength, outLength, taps;
  std::vector<int32_t> starts, weights;

  LineTaps view() const { return {inLength, outLength, taps, starts.data(), weights.data()}; }
};

// Mostly four taps; weights of at most 2.0 together, so that sums of both ways fit 32 bits.
Line randomLine(Random& random) {
  Line line;
  line.taps = random() % 4 == 0 ? 1 + static_cast<int32_t>(random() % 7) : 4;
  line.inLength = line.taps + static_cast<int32_t>(random() % 60);
  line.outLength = 1 + static_cast<int32_t>(random() % 90);
  const int32_t largest = 32768 / line.taps;
  for (int32_t x = 0; x < line.outLength; ++x) {
    line.starts.push_back(static_cast<int32_t>(random() % (line.inLength - line.taps + 1)));
    for (int32_t t = 0; t < line.taps; ++t) line.weights.push_back(static_cast<int32_t>(random() % (2 * largest)) - largest);
    // Once in a while more than 16 bits hold.
    if (random() % 400 == 0) std::fill_n(line.weights.end() - line.taps, line.taps, 0), line.weights.back() = 32768;
  }
  std::sort(line.starts.begin(), line.starts.end());
  return line;
}

std::vector<uint8_t> resamplePlainly(const Line& across, const Line& down, const std::vector<uint8_t>& input) {
  std::vector<uint8_t> output;
  for (int32_t y = 0; y < down.outLength; ++y) {
    for (int32_t x = 0; x < across.outLength; ++x) {
      int32_t sum = 1 << 19;
      for (int32_t v = 0; v < down.taps; ++v) {
        const uint8_t* const row = input.data() + (down.starts[y] + v) * across.inLength + across.starts[x];
        int32_t line = 128;
        for (int32_t h = 0; h < across.taps; ++h) line += row[h] * across.weights[x * across.taps + h];
        sum += (line >> 8) * down.weights[y * down.taps + v];
      }
      output.push_back(static_cast<uint8_t>(std::clamp(sum >> 20, 0, 255)));
    }
  }
  return output;
}

}  // namespace

bool resamplingAgrees(uint32_t seed) {
  Random random(seed);
  const Line across = randomLine(random), down = randomLine(random);
  std::vector<uint8_t> input(static_cast<size_t>(across.inLength) * down.inLength);
  for (uint8_t& sample : input) sample = static_cast<uint8_t>(random());
  std::vector<uint8_t> output(static_cast<size_t>(across.outLength) * down.outLength);
  tandem::resampleU8(across.view(), down.view(), PlaneU8{input.data(), across.inLength},
                     PlaneU8{output.data(), across.outLength});
  return output == resamplePlainly(across, down, input);
}

}  // namespace tandem_test
