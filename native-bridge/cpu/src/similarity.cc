#include "similarity.h"

#include <cmath>
#include <vector>

// One source, compiled for each vector width; the loader chooses. Sanitizers run before it could.
#if defined(__x86_64__) && defined(__linux__) && defined(__GNUC__) && !defined(__clang__) && \
    !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define TANDEM_CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define TANDEM_CLONES
#endif

namespace tandem {
namespace {

constexpr int kWindow = 11;
constexpr int kHalf = 5;

// Weights of one half of the window, the outermost first.
struct Gaussian {
  double weight[kHalf + 1];
  Gaussian() {
    double sum = 0;
    for (int i = 0; i <= kHalf; ++i) {
      weight[i] = std::exp(-(i - kHalf) * (i - kHalf) / (2 * 1.5 * 1.5));
      sum += i < kHalf ? 2 * weight[i] : weight[i];
    }
    for (double& w : weight) w /= sum;
  }
};

const Gaussian kGaussian;

// Sums and differences say all: var(a) + var(b) and cov(a, b) are half the sum and a quarter of the difference of
// theirs, so four moments do instead of five.
struct Lines {
  double* sum;
  double* difference;
  double* sumSquared;
  double* differenceSquared;
};

TANDEM_CLONES void filterLine(const double* line, int count, const double* w, double* __restrict out) {
  for (int x = 0; x < count; ++x) {
    const double* at = line + x;
    out[x] = w[0] * (at[0] + at[10]) + w[1] * (at[1] + at[9]) + w[2] * (at[2] + at[8]) + w[3] * (at[3] + at[7]) +
             w[4] * (at[4] + at[6]) + w[5] * at[5];
  }
}

TANDEM_CLONES void filterColumns(const double* const* rows, int count, const double* w, double* __restrict out) {
  const double *r0 = rows[0], *r1 = rows[1], *r2 = rows[2], *r3 = rows[3], *r4 = rows[4], *r5 = rows[5];
  const double *r6 = rows[6], *r7 = rows[7], *r8 = rows[8], *r9 = rows[9], *r10 = rows[10];
  for (int x = 0; x < count; ++x) {
    out[x] = w[0] * (r0[x] + r10[x]) + w[1] * (r1[x] + r9[x]) + w[2] * (r2[x] + r8[x]) + w[3] * (r3[x] + r7[x]) +
             w[4] * (r4[x] + r6[x]) + w[5] * r5[x];
  }
}

TANDEM_CLONES void mapLine(const double* moments, int count, double c1, double c2, double* __restrict out) {
  const double *sums = moments, *differences = moments + count;
  const double *sumsSquared = moments + 2 * static_cast<ptrdiff_t>(count);
  const double *differencesSquared = moments + 3 * static_cast<ptrdiff_t>(count);
  for (int x = 0; x < count; ++x) {
    const double s = sums[x], d = differences[x];
    const double vs = sumsSquared[x] - s * s, vd = differencesSquared[x] - d * d;
    const double twoMeans = (s * s - d * d) / 2, meansSquared = (s * s + d * d) / 2;
    out[x] = ((twoMeans + c1) * ((vs - vd) / 2 + c2)) / ((meansSquared + c1) * ((vs + vd) / 2 + c2));
  }
}

#define TANDEM_SPLIT_LINE(Sample)                                                                 \
  TANDEM_CLONES void splitLine(const Sample* a, const Sample* b, int width, double* __restrict lines) {\
    double* __restrict sum = lines;                                                                       \
    double* __restrict difference = sum + width;                                                          \
    double* __restrict sumSquared = difference + width;                                                   \
    double* __restrict differenceSquared = sumSquared + width;                                            \
    for (int x = 0; x < width; ++x) {                                                             \
      const double s = static_cast<int32_t>(a[x]) + static_cast<int32_t>(b[x]);                   \
      const double d = static_cast<int32_t>(a[x]) - static_cast<int32_t>(b[x]);                   \
      sum[x] = s;                                                                                 \
      difference[x] = d;                                                                          \
      sumSquared[x] = s * s;                                                                      \
      differenceSquared[x] = d * d;                                                               \
    }                                                                                             \
  }
// Clones are no templates.
TANDEM_SPLIT_LINE(uint8_t)
TANDEM_SPLIT_LINE(uint16_t)

// Four sums at a time: one alone waits for itself.
TANDEM_CLONES double sumLine(const double* line, int count) {
  double sums[4] = {0, 0, 0, 0};
  int x = 0;
  for (; x + 4 <= count; x += 4) {
    for (int i = 0; i < 4; ++i) sums[i] += line[x + i];
  }
  for (; x < count; ++x) sums[0] += line[x];
  return (sums[0] + sums[1]) + (sums[2] + sums[3]);
}

}  // namespace

template <class Sample>
Similarity compareSamples(PlaneView<Sample> a, PlaneView<Sample> b, int width, int height, double peak) {
  const double c1 = (0.01 * peak) * (0.01 * peak), c2 = (0.03 * peak) * (0.03 * peak);
  const int across = width - kWindow + 1, down = height - kWindow + 1;
  constexpr int kMoments = 4;
  std::vector<double> lines(static_cast<size_t>(kMoments) * width);
  std::vector<double> ring(static_cast<size_t>(kWindow) * kMoments * across);
  std::vector<double> moments(static_cast<size_t>(kMoments) * across), map(across);
  const auto ringLine = [&](int y) { return ring.data() + static_cast<size_t>(y % kWindow) * kMoments * across; };
  double squaredError = 0, total = 0;
  for (int y = 0; y < height; ++y) {
    splitLine(a.data + y * a.stride, b.data + y * b.stride, width, lines.data());
    squaredError += sumLine(lines.data() + 3 * static_cast<size_t>(width), width);
    for (int m = 0; m < kMoments; ++m) {
      filterLine(lines.data() + static_cast<size_t>(m) * width, across, kGaussian.weight,
                 ringLine(y) + static_cast<size_t>(m) * across);
    }
    if (y < kWindow - 1) continue;
    const double* rows[kWindow];
    for (int t = 0; t < kWindow; ++t) rows[t] = ringLine(y - kWindow + 1 + t);
    filterColumns(rows, kMoments * across, kGaussian.weight, moments.data());
    mapLine(moments.data(), across, c1, c2, map.data());
    total += sumLine(map.data(), across);
  }
  return {squaredError, total / (static_cast<double>(across) * down)};
}

template Similarity compareSamples(PlaneView<uint8_t>, PlaneView<uint8_t>, int, int, double);
template Similarity compareSamples(PlaneView<uint16_t>, PlaneView<uint16_t>, int, int, double);

}  // namespace tandem
