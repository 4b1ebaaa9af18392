#include "similarity.h"

#include <algorithm>
#include <cmath>
#include <numeric>
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

struct Constants {
  double c1, c2;
};

// Sums and differences say all: var(a) + var(b) and cov(a, b) are half the sum and a quarter of the difference of
// theirs, so four moments do instead of five. A line holds them one after another: sum, difference, and their squares.

// Columns of windows that are done at a time: the ring of filtered lines then stays in the nearest cache, and loops
// whose length is known need no ends.
constexpr int kStrip = 64;
constexpr int kStripSamples = kStrip + kWindow - 1;
constexpr int kMoments = 4;

struct Sums {
  double squaredError = 0, ssim = 0, contrast = 0;
};

inline double window(const double* at, const double* w) {
  return w[0] * (at[0] + at[10]) + w[1] * (at[1] + at[9]) + w[2] * (at[2] + at[8]) + w[3] * (at[3] + at[7]) +
         w[4] * (at[4] + at[6]) + w[5] * at[5];
}

TANDEM_CLONES void filterLines(const double* lines, const double* w, double* __restrict out) {
  for (int m = 0; m < kMoments; ++m) {
    for (int x = 0; x < kStrip; ++x) out[m * kStrip + x] = window(lines + m * kStripSamples + x, w);
  }
}

// One line of windows from eleven filtered lines, added to the sums of their columns: SSIM, and its contrast and structure
// alone for multi-scale SSIM.
TANDEM_CLONES void mapLine(const double* const* rows, const double* w, const Constants& constants,
                           double* __restrict contrast, double* __restrict ssim) {
  const double c1 = constants.c1, c2 = constants.c2;
  const double *r0 = rows[0], *r1 = rows[1], *r2 = rows[2], *r3 = rows[3], *r4 = rows[4], *r5 = rows[5];
  const double *r6 = rows[6], *r7 = rows[7], *r8 = rows[8], *r9 = rows[9], *r10 = rows[10];
  double moments[kMoments * kStrip];
  for (int x = 0; x < kMoments * kStrip; ++x) {
    moments[x] = w[0] * (r0[x] + r10[x]) + w[1] * (r1[x] + r9[x]) + w[2] * (r2[x] + r8[x]) +
                 w[3] * (r3[x] + r7[x]) + w[4] * (r4[x] + r6[x]) + w[5] * r5[x];
  }
  for (int x = 0; x < kStrip; ++x) {
    const double s = moments[x], d = moments[kStrip + x];
    const double vs = moments[2 * kStrip + x] - s * s, vd = moments[3 * kStrip + x] - d * d;
    const double twoMeans = (s * s - d * d) / 2, meansSquared = (s * s + d * d) / 2;
    const double structure = ((vs - vd) / 2 + c2) / ((vs + vd) / 2 + c2);
    contrast[x] += structure;
    ssim[x] += structure * (twoMeans + c1) / (meansSquared + c1);
  }
}

// Samples in, as what they are summed in: differences of unsigned ones are signed.
#define TANDEM_SPLIT_LINE(Sample, Wide)                                                                    \
  TANDEM_CLONES void splitLine(const Sample* a, const Sample* b, int width, double* __restrict lines,    \
                               double* __restrict squaredErrors) {                                       \
    double* __restrict sum = lines;                                                                      \
    double* __restrict difference = sum + kStripSamples;                                                         \
    double* __restrict sumSquared = difference + kStripSamples;                                                  \
    double* __restrict differenceSquared = sumSquared + kStripSamples;                                           \
    for (int x = 0; x < width; ++x) {                                                                    \
      const double s = static_cast<Wide>(a[x]) + static_cast<Wide>(b[x]);                                \
      const double d = static_cast<Wide>(a[x]) - static_cast<Wide>(b[x]);                                \
      sum[x] = s;                                                                                        \
      difference[x] = d;                                                                                 \
      sumSquared[x] = s * s;                                                                             \
      differenceSquared[x] = d * d;                                                                      \
      squaredErrors[x] += d * d;                                                                         \
    }                                                                                                    \
  }
// Clones are no templates.
TANDEM_SPLIT_LINE(uint8_t, int32_t)
TANDEM_SPLIT_LINE(uint16_t, int32_t)
TANDEM_SPLIT_LINE(double, double)

// The windows whose left edge lies in `count` columns from `left` on. Samples are counted once: `own` of this strip's.
template <class Sample>
void addStrip(const PlaneView<Sample>& a, const PlaneView<Sample>& b, int left, int count, int own, int height,
              const Constants& constants, Sums& sums) {
  // What lies beyond the last column is computed from nothing and not counted.
  alignas(64) double lines[kMoments * kStripSamples] = {}, ring[kWindow * kMoments * kStrip];
  // By column, so that no sum waits for another.
  alignas(64) double squaredErrors[kStripSamples] = {}, contrast[kStrip] = {}, ssim[kStrip] = {};
  for (int y = 0; y < height; ++y) {
    splitLine(a.data + y * a.stride + left, b.data + y * b.stride + left, count + kWindow - 1, lines,
              squaredErrors);
    filterLines(lines, kGaussian.weight, ring + (y % kWindow) * kMoments * kStrip);
    if (y < kWindow - 1) continue;
    const double* rows[kWindow];
    for (int t = 0; t < kWindow; ++t) rows[t] = ring + ((y + 1 + t) % kWindow) * kMoments * kStrip;
    mapLine(rows, kGaussian.weight, constants, contrast, ssim);
  }
  sums.squaredError = std::accumulate(squaredErrors, squaredErrors + own, sums.squaredError);
  sums.ssim = std::accumulate(ssim, ssim + count, sums.ssim);
  sums.contrast = std::accumulate(contrast, contrast + count, sums.contrast);
}

// Means over all windows, and the sum of squared errors over all samples.
template <class Sample>
Sums compareScale(const PlaneView<Sample>& a, const PlaneView<Sample>& b, int width, int height,
                  const Constants& constants) {
  const int across = width - kWindow + 1, down = height - kWindow + 1;
  Sums sums;
  for (int left = 0; left < across; left += kStrip) {
    const bool isLast = left + kStrip >= across;
    const int count = isLast ? across - left : kStrip;
    addStrip(a, b, left, count, isLast ? count + kWindow - 1 : count, height, constants, sums);
  }
  const double windows = static_cast<double>(across) * down;
  return {sums.squaredError, sums.ssim / windows, sums.contrast / windows};
}

// The mean of each 2x2 samples; an odd last row or column is left out.
struct HalfPlane {
  int width, height;
  std::vector<double> data;

  template <class Sample>
  HalfPlane(const PlaneView<Sample>& from, int fromWidth, int fromHeight)
      : width(fromWidth / 2), height(fromHeight / 2), data(static_cast<size_t>(width) * height) {
    for (int y = 0; y < height; ++y) {
      const Sample* above = from.data + 2 * y * from.stride;
      const Sample* below = above + from.stride;
      double* out = data.data() + static_cast<size_t>(y) * width;
      for (int x = 0; x < width; ++x) {
        out[x] = (static_cast<double>(above[2 * x]) + above[2 * x + 1] + below[2 * x] + below[2 * x + 1]) / 4;
      }
    }
  }

  PlaneView<double> view() const { return {data.data(), width}; }
};

// Wang, Simoncelli and Bovik 2003: a weight for each scale, the finest first.
constexpr double kScaleWeights[] = {0.0448, 0.2856, 0.3001, 0.2363, 0.1333};
constexpr int kScales = 5;

// No similarity at all is what a negative base means.
double weighed(double similarity, int scale) { return std::pow(std::max(0.0, similarity), kScaleWeights[scale]); }

template <class Sample>
double coarserScales(const PlaneView<Sample>& a, const PlaneView<Sample>& b, int width, int height,
                     const Constants& constants) {
  double product = 1;
  HalfPlane x(a, width, height), y(b, width, height);
  for (int scale = 1; scale < kScales; ++scale) {
    const Sums sums = compareScale(x.view(), y.view(), x.width, x.height, constants);
    const bool isLast = scale == kScales - 1;
    product *= weighed(isLast ? sums.ssim : sums.contrast, scale);
    if (isLast) break;
    x = HalfPlane(x.view(), x.width, x.height);
    y = HalfPlane(y.view(), y.width, y.height);
  }
  return product;
}

}  // namespace

template <class Sample>
Similarity compareSamples(PlaneView<Sample> a, PlaneView<Sample> b, int width, int height, double peak,
                          bool isMultiScale) {
  const Constants constants{(0.01 * peak) * (0.01 * peak), (0.03 * peak) * (0.03 * peak)};
  const Sums sums = compareScale(a, b, width, height, constants);
  const double coarser = isMultiScale ? coarserScales(a, b, width, height, constants) : 0;
  return {sums.squaredError, sums.ssim, isMultiScale ? weighed(sums.contrast, 0) * coarser : 0};
}

template Similarity compareSamples(PlaneView<uint8_t>, PlaneView<uint8_t>, int, int, double, bool);
template Similarity compareSamples(PlaneView<uint16_t>, PlaneView<uint16_t>, int, int, double, bool);

}  // namespace tandem
