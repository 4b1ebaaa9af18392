// A picture of its own memory with padded rows and a guard around them.
#pragma once

#include <cstdint>
#include <cstring>
#include <vector>

#include "../src/band_runner.h"
#include "random_network.h"

namespace tandem_test {

struct TestPicture {
  static constexpr int kGuard = 64;

  int planes, width, height, bitDepth, sampleBytes;
  ptrdiff_t stride;
  std::vector<uint8_t> bytes;

  TestPicture(int planeCount, int w, int h, int depth)
      : planes(planeCount), width(w), height(h), bitDepth(depth), sampleBytes(depth > 8 ? 2 : 1),
        stride(w * sampleBytes + 6), bytes(static_cast<size_t>(stride * h * planeCount) + 2 * kGuard, 0xa5) {}

  uint8_t* row(int plane, int y) { return bytes.data() + kGuard + (plane * height + y) * stride; }
  const uint8_t* row(int plane, int y) const { return bytes.data() + kGuard + (plane * height + y) * stride; }

  void set(int plane, int y, int x, int code) {
    if (sampleBytes == 1) {
      row(plane, y)[x] = static_cast<uint8_t>(code);
    } else {
      const uint16_t sample = static_cast<uint16_t>(code);
      std::memcpy(row(plane, y) + 2 * x, &sample, 2);
    }
  }

  int32_t sample(size_t index) const {
    const int x = static_cast<int>(index % width), y = static_cast<int>(index / width % height);
    const uint8_t* r = row(static_cast<int>(index / width / height), y);
    if (sampleBytes == 1) return r[x];
    uint16_t value;
    std::memcpy(&value, r + 2 * x, 2);
    return value;
  }

  void randomise(Random& random) {
    for (int p = 0; p < planes; ++p) {
      for (int y = 0; y < height; ++y) {
        for (int x = 0; x < width; ++x) set(p, y, x, static_cast<int>(random() % (1u << bitDepth)));
      }
    }
  }

  tandem::ConstPicture view() const {
    tandem::ConstPicture view;
    for (int p = 0; p < planes; ++p) {
      view.planes[p] = row(p, 0);
      view.strideBytes[p] = stride;
    }
    return view;
  }

  tandem::Picture target() {
    tandem::Picture target;
    for (int p = 0; p < planes; ++p) {
      target.planes[p] = row(p, 0);
      target.strideBytes[p] = stride;
    }
    return target;
  }

  bool marginsIntact() const {
    for (int i = 0; i < kGuard; ++i) {
      if (bytes[i] != 0xa5 || bytes[bytes.size() - 1 - i] != 0xa5) return false;
    }
    for (int p = 0; p < planes; ++p) {
      for (int y = 0; y < height; ++y) {
        for (ptrdiff_t i = width * sampleBytes; i < stride; ++i) {
          if (row(p, y)[i] != 0xa5) return false;
        }
      }
    }
    return true;
  }
};

}  // namespace tandem_test
