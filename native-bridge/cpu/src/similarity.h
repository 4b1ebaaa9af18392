// PSNR's squared error and SSIM of two planes, the definition of main/core/quality in double precision.
#pragma once

#include <cstddef>
#include <cstdint>

namespace tandem {

template <class Sample>
struct PlaneView {
  const Sample* data;
  ptrdiff_t stride;  // samples
};

struct Similarity {
  double squaredError;  // sum over the plane
  double ssim;          // mean; 11x11 gaussian of sigma 1.5, windows that lie inside
  double multiScale;    // MS-SSIM of five scales; 0 unless it is asked for
};

// Both planes are `width` by `height`, at least 11 each way and 176 for MS-SSIM; `peak` is the greatest code value.
template <class Sample>
Similarity compareSamples(PlaneView<Sample> a, PlaneView<Sample> b, int width, int height, double peak,
                          bool isMultiScale);

extern template Similarity compareSamples(PlaneView<uint8_t>, PlaneView<uint8_t>, int, int, double, bool);
extern template Similarity compareSamples(PlaneView<uint16_t>, PlaneView<uint16_t>, int, int, double, bool);

}  // namespace tandem
