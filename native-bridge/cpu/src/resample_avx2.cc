#include "resample_avx2.h"

#if defined(__x86_64__) || defined(_M_X64)

#include <immintrin.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <vector>

#include "cpu_features.h"

#define TANDEM_AVX2 __attribute__((target("avx2")))

namespace tandem {
namespace {

constexpr int32_t kTaps = 4;
constexpr int32_t kStep = 16;  // samples of an output line made at once

// Weights fit 16 bits, and a line made from 8-bit samples does with 6 bits below the point.
bool fits(const LineTaps& line) {
  if (line.taps != kTaps) return false;
  for (int32_t x = 0; x < line.outLength; ++x) {
    int32_t sum = 0;
    for (int32_t t = 0; t < kTaps; ++t) {
      const int32_t weight = std::abs(line.weights[x * kTaps + t]);
      if (weight > INT16_MAX) return false;
      sum += weight;
    }
    if ((sum * 255 + 128) >> 8 > INT16_MAX) return false;
  }
  return true;
}

int32_t pairOf(int32_t low, int32_t high) {
  return static_cast<int32_t>((static_cast<uint32_t>(high) << 16) | (static_cast<uint32_t>(low) & 0xffffu));
}

// Weights of taps 0 and 1, and of taps 2 and 3, of each sample in a word; rounded up to whole steps.
struct PairedWeights {
  std::vector<int32_t> starts, first, second;

  explicit PairedWeights(const LineTaps& line) {
    const size_t padded = static_cast<size_t>((line.outLength + kStep - 1) / kStep * kStep);
    starts.assign(padded, line.starts[line.outLength - 1]);
    first.assign(padded, 0);
    second.assign(padded, 0);
    for (int32_t x = 0; x < line.outLength; ++x) {
      const int32_t* const weight = line.weights + static_cast<ptrdiff_t>(x) * kTaps;
      starts[x] = line.starts[x];
      first[x] = pairOf(weight[0], weight[1]);
      second[x] = pairOf(weight[2], weight[3]);
    }
  }
};

template <typename T>
TANDEM_AVX2 inline __m256i load(const T* from) {
  return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from));
}

// Eight samples of a line: one word of the input holds the four that each needs.
TANDEM_AVX2 inline __m256i eightAcross(const PairedWeights& line, const uint8_t* in, size_t x) {
  const __m256i low = _mm256_set_epi8(-1, 13, -1, 12, -1, 9, -1, 8, -1, 5, -1, 4, -1, 1, -1, 0,  //
                                      -1, 13, -1, 12, -1, 9, -1, 8, -1, 5, -1, 4, -1, 1, -1, 0);
  const __m256i high = _mm256_set_epi8(-1, 15, -1, 14, -1, 11, -1, 10, -1, 7, -1, 6, -1, 3, -1, 2,  //
                                       -1, 15, -1, 14, -1, 11, -1, 10, -1, 7, -1, 6, -1, 3, -1, 2);
  const __m256i starts = load(line.starts.data() + x);
  const __m256i four = _mm256_i32gather_epi32(reinterpret_cast<const int*>(in), starts, 1);
  const __m256i first = load(line.first.data() + x), second = load(line.second.data() + x);
  const __m256i sum = _mm256_add_epi32(_mm256_madd_epi16(_mm256_shuffle_epi8(four, low), first),
                                       _mm256_madd_epi16(_mm256_shuffle_epi8(four, high), second));
  return _mm256_srai_epi32(_mm256_add_epi32(sum, _mm256_set1_epi32(128)), 8);
}

TANDEM_AVX2 void resampleAcross(const PairedWeights& line, const uint8_t* in, int16_t* out) {
  for (size_t x = 0; x < line.starts.size(); x += kStep) {
    const __m256i packed = _mm256_packs_epi32(eightAcross(line, in, x), eightAcross(line, in, x + kStep / 2));
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(out + x), _mm256_permute4x64_epi64(packed, 0xd8));
  }
}

// Sixteen samples of an output row, as 16-bit words.
TANDEM_AVX2 inline __m256i sixteenDown(const int16_t* const* lines, __m256i first, __m256i second, size_t x) {
  const __m256i a = load(lines[0] + x), b = load(lines[1] + x), c = load(lines[2] + x), d = load(lines[3] + x);
  const __m256i half = _mm256_set1_epi32(1 << 19);
  const __m256i low = _mm256_add_epi32(_mm256_madd_epi16(_mm256_unpacklo_epi16(a, b), first),
                                       _mm256_madd_epi16(_mm256_unpacklo_epi16(c, d), second));
  const __m256i high = _mm256_add_epi32(_mm256_madd_epi16(_mm256_unpackhi_epi16(a, b), first),
                                        _mm256_madd_epi16(_mm256_unpackhi_epi16(c, d), second));
  return _mm256_packs_epi32(_mm256_srai_epi32(_mm256_add_epi32(low, half), 20),
                            _mm256_srai_epi32(_mm256_add_epi32(high, half), 20));
}

TANDEM_AVX2 void resampleDown(const int16_t* const* lines, const int32_t* weight, int32_t width, uint8_t* out) {
  const __m256i first = _mm256_set1_epi32(pairOf(weight[0], weight[1]));
  const __m256i second = _mm256_set1_epi32(pairOf(weight[2], weight[3]));
  for (int32_t x = 0; x < width; x += kStep) {
    const __m256i words = sixteenDown(lines, first, second, static_cast<size_t>(x));
    const __m256i bytes = _mm256_permute4x64_epi64(_mm256_packus_epi16(words, words), 0xd8);
    const __m128i row = _mm256_castsi256_si128(bytes);
    if (width - x >= kStep) {
      _mm_storeu_si128(reinterpret_cast<__m128i*>(out + x), row);
      continue;
    }
    alignas(16) uint8_t tail[kStep];
    _mm_store_si128(reinterpret_cast<__m128i*>(tail), row);
    std::memcpy(out + x, tail, static_cast<size_t>(width - x));
  }
}

}  // namespace

bool canResampleAvx2(const LineTaps& across, const LineTaps& down) {
  static const bool hasAvx2 = (detectCpuFeatures() & kFeatureAvx2) != 0;
  return hasAvx2 && fits(across) && fits(down);
}

void resampleU8Avx2(const LineTaps& across, const LineTaps& down, PlaneU8 input, PlaneU8 output) {
  const PairedWeights line(across);
  const size_t width = line.starts.size();
  std::vector<int16_t> ring(width * kTaps);
  const auto ringLine = [&](int32_t y) { return ring.data() + static_cast<size_t>(y % kTaps) * width; };
  int32_t made = 0;
  for (int32_t y = 0; y < down.outLength; ++y) {
    const int32_t start = down.starts[y];
    for (made = std::max(made, start); made < start + kTaps; ++made) {
      resampleAcross(line, input.data + made * input.stride, ringLine(made));
    }
    const int16_t* const lines[kTaps] = {ringLine(start), ringLine(start + 1), ringLine(start + 2), ringLine(start + 3)};
    const int32_t* const weight = down.weights + static_cast<ptrdiff_t>(y) * kTaps;
    resampleDown(lines, weight, across.outLength, output.data + y * output.stride);
  }
}

}  // namespace tandem

#else

namespace tandem {

bool canResampleAvx2(const LineTaps&, const LineTaps&) { return false; }
void resampleU8Avx2(const LineTaps&, const LineTaps&, PlaneU8, PlaneU8) {}

}  // namespace tandem

#endif
