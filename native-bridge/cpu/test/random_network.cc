#include "random_network.h"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace tandem_test {
namespace {

struct Tensor {
  int channels;
  int zero;  // int8
};

struct LayerSpec {
  int kernel = 3, outChannels = 4;
  std::vector<int> inputs;
  int addBefore = -1, addAfter = -1;
  int groupSize = 8, tapDepth = 4;
  double keep = 1;
  bool last = false;
  int activation = 2;  // 0 none, 1 ReLU, 2 PReLU
};

class Writer {
 public:
  Writer(Random& random, bool int8, int bitDepth) : random_(random), int8_(int8), bitDepth_(bitDepth) {}

  void word(uint32_t value) {
    for (int i = 0; i < 4; ++i) bytes.push_back(static_cast<uint8_t>(value >> (8 * i)));
  }
  void number(float value) {
    uint32_t bits;
    std::memcpy(&bits, &value, 4);
    word(bits);
  }
  int uniform(int low, int high) { return std::uniform_int_distribution<int>(low, high)(random_); }
  double real(double low, double high) { return std::uniform_real_distribution<double>(low, high)(random_); }
  bool chance(double p) { return real(0, 1) < p; }

  void header(int planes, int scale, bool base, size_t layers) {
    for (const uint32_t w : {0x4e504454u, 1u, int8_ ? 1u : 0u, static_cast<uint32_t>(planes),
                             static_cast<uint32_t>(scale), static_cast<uint32_t>(bitDepth_), base ? 1u : 0u}) {
      word(w);
    }
    number(1.0f);
    word(static_cast<uint32_t>(layers));
    tensors.push_back({planes, 0});
  }

  void layer(const LayerSpec& spec) {
    int channels = 0;
    for (const int t : spec.inputs) channels += tensors[t].channels;
    // Outputs that are concatenated later share a zero point; one in three layers has another.
    const int zero = !int8_ || spec.last ? 0 : uniform(0, 2) == 0 ? uniform(0, 255) : 40;
    std::vector<int> sizes;
    for (int covered = 0; covered < spec.outChannels; covered += sizes.back()) {
      sizes.push_back(spec.outChannels - covered > 4 ? spec.groupSize : 4);
    }
    word(static_cast<uint32_t>(spec.kernel));
    word(static_cast<uint32_t>(spec.outChannels));
    word(static_cast<uint32_t>(spec.addBefore + 1));
    word(static_cast<uint32_t>(spec.addAfter + 1));
    word(static_cast<uint32_t>(zero));
    word(static_cast<uint32_t>(spec.inputs.size()));
    word(static_cast<uint32_t>(sizes.size()));
    for (const int t : spec.inputs) word(static_cast<uint32_t>(t));
    for (const int size : sizes) group(spec, channels, size);
    tensors.push_back({spec.outChannels, zero});
  }

  std::vector<uint8_t> bytes;
  std::vector<Tensor> tensors;

 private:
  void group(const LayerSpec& spec, int channels, int size) {
    const int depth = int8_ ? 4 : channels % 4 == 0 ? spec.tapDepth : 1;
    std::vector<uint32_t> taps;
    for (int c = 0; c < channels; c += depth) {
      for (int ky = 0; ky < spec.kernel; ++ky) {
        for (int kx = 0; kx < spec.kernel; ++kx) taps.push_back(static_cast<uint32_t>(c | ky << 16 | kx << 24));
      }
    }
    std::shuffle(taps.begin(), taps.end(), random_);
    taps.resize(static_cast<size_t>(std::lround(static_cast<double>(taps.size()) * spec.keep)));
    std::sort(taps.begin(), taps.end());
    word(static_cast<uint32_t>(size));
    word(static_cast<uint32_t>(depth));
    word(static_cast<uint32_t>(taps.size()));
    const double fanIn = std::max<double>(1, static_cast<double>(taps.size()) * std::min(depth, channels));
    if (int8_) {
      int8Group(spec, channels, size, taps, fanIn);
    } else {
      f32Group(spec, size, depth, taps, fanIn);
    }
  }

  void f32Group(const LayerSpec& spec, int size, int depth, const std::vector<uint32_t>& taps, double fanIn) {
    for (int c = 0; c < size; ++c) number(static_cast<float>(real(-0.1, 0.1)));
    for (int c = 0; c < size; ++c) {
      number(spec.activation == 0 ? 1.0f : spec.activation == 1 ? 0.0f : static_cast<float>(real(-0.3, 1.2)));
    }
    for (const uint32_t tap : taps) word(tap);
    const double limit = (spec.last ? 0.5 : 1.6) / std::sqrt(fanIn);
    for (size_t i = 0; i < taps.size() * static_cast<size_t>(depth * size); ++i) {
      number(static_cast<float>(real(-limit, limit)));
    }
  }

  void int8Group(const LayerSpec& spec, int channels, int size, const std::vector<uint32_t>& taps, double fanIn) {
    const int wild = uniform(0, 3);  // one group in four has weights at the ends of the range
    for (int c = 0; c < size; ++c) word(static_cast<uint32_t>(uniform(-20000, 20000)));
    if (spec.last) {
      // Sums of about 60 x 60 x sqrt(fan in) become some tens of codes.
      const double unit = std::ldexp(real(5, 60) / (3600 * std::sqrt(fanIn)) * (std::pow(2, bitDepth_) / 256),
                                     std::max(8, 20 - bitDepth_));
      std::vector<int> split;
      for (int c = 0; c < size; ++c) {
        int s = 0;
        while (s < 15 && std::lround(unit * std::ldexp(1, s + 1)) <= 32767) ++s;
        split.push_back(s);
        word(static_cast<uint32_t>(s));
      }
      for (int c = 0; c < size; ++c) {
        word(static_cast<uint32_t>(std::min(32767L, std::lround(unit * std::ldexp(1, split[c])))));
      }
      for (int c = 0; c < size; ++c) word(static_cast<uint32_t>(uniform(-200, 300)));
    } else {
      const int base = static_cast<int>(std::lround(std::log2(3600 * std::sqrt(fanIn) / 512)));
      for (int c = 0; c < size; ++c) word(static_cast<uint32_t>(std::clamp(base + uniform(-2, 2), 0, 24)));
      const int top = spec.addAfter >= 0 ? 32767 : 4096;
      for (int c = 0; c < size; ++c) {
        mPos_[c] = uniform(top / 2, top);
        word(static_cast<uint32_t>(mPos_[c]));
      }
      const bool steep = chance(0.2);
      for (int c = 0; c < size; ++c) {
        const int m = spec.activation == 0 ? mPos_[c] : spec.activation == 1 ? 0 : uniform(-mPos_[c] / 2, mPos_[c]);
        word(static_cast<uint32_t>(steep ? uniform(-32767, 32767) : m));
      }
      for (int i = 0; i < 2 * size; ++i) word(static_cast<uint32_t>(uniform(-9000, 9000)));
    }
    for (const uint32_t tap : taps) word(tap);
    for (const uint32_t tap : taps) {
      for (int c = 0; c < size; ++c) {
        uint32_t four = 0;
        for (int i = 0; i < 4; ++i) {
          const bool exists = static_cast<int>(tap & 0xffff) + i < channels;
          const int w = wild == 0 ? (chance(0.5) ? 127 : -128) : std::clamp(static_cast<int>(real(-2, 2) * real(0, 70)), -128, 127);
          if (exists) four |= static_cast<uint32_t>(w & 255) << (8 * i);
        }
        word(four);
      }
    }
  }

  Random& random_;
  bool int8_;
  int bitDepth_;
  int mPos_[8] = {};
};

}  // namespace

std::vector<uint8_t> makePlainNetwork(const NetworkOptions& options, Random& random) {
  Writer writer(random, options.int8, options.bitDepth);
  writer.header(options.planes, options.scale, options.base, static_cast<size_t>(options.hiddenLayers) + 2);
  LayerSpec spec;
  spec.kernel = options.kernel;
  spec.outChannels = options.channels;
  spec.inputs = {0};
  spec.groupSize = options.channels % 8 == 0 ? 8 : 4;
  writer.layer(spec);
  spec.groupSize = options.blockOut;
  spec.tapDepth = options.blockIn;
  spec.keep = options.keep;
  for (int i = 0; i < options.hiddenLayers; ++i) {
    spec.inputs = {i + 1};
    spec.addAfter = options.residuals && i % 2 == 1 ? i : -1;
    spec.activation = spec.addAfter >= 0 ? 0 : 2;
    writer.layer(spec);
  }
  spec.addAfter = -1;
  spec.inputs = {options.hiddenLayers + 1};
  spec.outChannels = options.planes * options.scale * options.scale;
  spec.groupSize = spec.outChannels % 8 == 0 ? 8 : 4;
  spec.tapDepth = 4;
  spec.keep = 1;
  spec.last = true;
  writer.layer(spec);
  return writer.bytes;
}

std::vector<uint8_t> makeAnyNetwork(Random& random) {
  const bool int8 = random() % 2 == 0;
  const int depths[] = {8, 8, 9, 10, 12, 16};
  const int bitDepth = depths[random() % 6];
  Writer w(random, int8, bitDepth);
  const int planes = w.chance(0.3) ? 3 : 1, scale = w.uniform(1, 4), layers = w.uniform(1, 7);
  const int widths[] = {4, 8, 12, 16, 24, 5};
  w.header(planes, scale, w.chance(0.8), static_cast<size_t>(layers));
  const int main = widths[w.uniform(0, 5)];
  for (int i = 0; i < layers; ++i) {
    LayerSpec spec;
    const int tensors = static_cast<int>(w.tensors.size());
    spec.last = i + 1 == layers;
    spec.kernel = 1 + 2 * w.uniform(0, w.chance(0.2) ? 3 : 1);
    spec.outChannels = spec.last ? planes * scale * scale : w.chance(0.7) ? main : widths[w.uniform(0, 5)];
    spec.inputs = {w.chance(0.7) ? tensors - 1 : w.uniform(0, tensors - 1)};
    while (w.chance(0.25)) {
      const int front = w.uniform(0, tensors - 1);
      const bool fits = w.tensors[front].channels % 4 == 0 && !(int8 && (front == 0 || spec.inputs.back() == 0)) &&
                        (!int8 || w.tensors[front].zero == w.tensors[spec.inputs.back()].zero);
      if (!fits || spec.inputs.size() > 3) break;
      spec.inputs.insert(spec.inputs.begin(), front);
    }
    for (int t = 1; t < tensors; ++t) {
      if (w.tensors[t].channels != spec.outChannels) continue;
      if (w.chance(0.25)) spec.addBefore = t;
      if (!spec.last && w.chance(0.35)) spec.addAfter = t;
    }
    spec.groupSize = w.chance(0.6) ? 8 : 4;
    spec.tapDepth = w.chance(0.7) ? 4 : 1;
    spec.keep = w.chance(0.4) ? 1 : w.real(0, 1);
    spec.activation = w.uniform(0, 2);
    w.layer(spec);
  }
  return w.bytes;
}

}  // namespace tandem_test
