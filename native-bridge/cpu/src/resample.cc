#include "resample.h"

#include <algorithm>
#include <vector>

#include "resample_avx2.h"

namespace tandem {
namespace {

// One line of the ring; 6 bits stay below the point.
void resampleAcross(const LineTaps& line, const uint8_t* in, int32_t* out) {
  for (int32_t x = 0; x < line.outLength; ++x) {
    const uint8_t* const sample = in + line.starts[x];
    const int32_t* const weight = line.weights + static_cast<ptrdiff_t>(x) * line.taps;
    int32_t sum = 128;
    for (int32_t t = 0; t < line.taps; ++t) sum += sample[t] * weight[t];
    out[x] = sum >> 8;
  }
}

uint8_t clampToU8(int32_t value) { return static_cast<uint8_t>(value < 0 ? 0 : value > 255 ? 255 : value); }

void resampleDown(const int32_t* const* lines, const int32_t* weight, int32_t taps, int32_t width, uint8_t* out) {
  if (taps == 4) {
    const int32_t *const a = lines[0], *const b = lines[1], *const c = lines[2], *const d = lines[3];
    for (int32_t x = 0; x < width; ++x) {
      const int32_t sum = a[x] * weight[0] + b[x] * weight[1] + c[x] * weight[2] + d[x] * weight[3];
      out[x] = clampToU8((sum + (1 << 19)) >> 20);
    }
    return;
  }
  for (int32_t x = 0; x < width; ++x) {
    int32_t sum = 1 << 19;
    for (int32_t t = 0; t < taps; ++t) sum += lines[t][x] * weight[t];
    out[x] = clampToU8(sum >> 20);
  }
}

}  // namespace

void resampleU8(const LineTaps& across, const LineTaps& down, PlaneU8 input, PlaneU8 output) {
  if (canResampleAvx2(across, down)) return resampleU8Avx2(across, down, input, output);
  const int32_t width = across.outLength;
  std::vector<int32_t> ring(static_cast<size_t>(width) * down.taps);
  std::vector<const int32_t*> lines(static_cast<size_t>(down.taps));
  const auto line = [&](int32_t y) { return ring.data() + static_cast<ptrdiff_t>(y % down.taps) * width; };
  int32_t made = 0;
  for (int32_t y = 0; y < down.outLength; ++y) {
    const int32_t start = down.starts[y];
    for (made = std::max(made, start); made < start + down.taps; ++made) {
      resampleAcross(across, input.data + made * input.stride, line(made));
    }
    for (int32_t t = 0; t < down.taps; ++t) lines[t] = line(start + t);
    const int32_t* const weight = down.weights + static_cast<ptrdiff_t>(y) * down.taps;
    resampleDown(lines.data(), weight, down.taps, width, output.data + y * output.stride);
  }
}

}  // namespace tandem
