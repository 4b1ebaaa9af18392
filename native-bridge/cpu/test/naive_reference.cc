#include "naive_reference.h"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace tandem_test {
namespace {

using tandem::PackedGroup;
using tandem::PackedLayer;
using tandem::PackedNetwork;
using tandem::PackedTap;

struct Size {
  int width, height;
};

// [channel][y][x]; codes in int8, values in f32.
using Values = std::vector<double>;

int32_t sampleAt(const PackedNetwork& network, const tandem::ConstPicture& picture, int plane, int y, int x) {
  const uint8_t* row = picture.planes[plane] + y * picture.strideBytes[plane];
  if (network.bitDepth == 8) return row[x];
  uint16_t sample;
  std::memcpy(&sample, row + 2 * x, 2);
  return sample;
}

int64_t sat16(int64_t v) { return std::clamp<int64_t>(v, -32768, 32767); }
int64_t mulh(int64_t a, int64_t b) { return (a * b + 16384) >> 15; }

struct Context {
  const PackedNetwork& network;
  Size size;
  const std::vector<Values>& tensors;

  double at(int tensor, int channel, int y, int x) const {
    const bool inside = y >= 0 && y < size.height && x >= 0 && x < size.width;
    if (!inside) return network.zeroPointOf(tensor);
    return tensors[tensor][(static_cast<size_t>(channel) * size.height + y) * size.width + x];
  }

  // Over the concatenated inputs; zero for channels that do not exist.
  double input(const PackedLayer& layer, int channel, int y, int x) const {
    for (const int tensor : layer.inputs) {
      if (channel < network.channelsOf(tensor)) return at(tensor, channel, y, x);
      channel -= network.channelsOf(tensor);
    }
    return 0;
  }
};

double sumAt(const Context& context, const PackedLayer& layer, const PackedGroup& group, int c, int y, int x) {
  const bool int8 = context.network.dataType == tandem::DataType::kInt8;
  const int zero = context.network.zeroPointOf(layer.inputs[0]), pad = layer.kernel / 2;
  double sum = int8 ? group.bias[c] : group.biasF32[c];
  for (size_t t = 0; t < group.taps.size(); ++t) {
    const PackedTap& tap = group.taps[t];
    for (int d = 0; d < group.tapDepth; ++d) {
      const double value = context.input(layer, tap.channel + d, y + tap.ky - pad, x + tap.kx - pad);
      if (int8) {
        sum += group.weightsInt8[(t * group.size + c) * 4 + d] * (value - zero);
      } else {
        sum += static_cast<double>(group.weightsF32[(t * group.tapDepth + d) * group.size + c]) * value;
      }
    }
  }
  return sum;
}

double hiddenInt8(const Context& context, const PackedLayer& layer, const PackedGroup& group, int c, int64_t sum,
                  double before, double after) {
  const auto centred = [&](int tensor, double code) {
    return (static_cast<int64_t>(code) - context.network.zeroPointOf(tensor)) * 128;
  };
  const int shift = group.shift[c], f = layer.addAfter >= 0 ? 3 : 0;
  int64_t t = sat16((sum + (shift > 0 ? int64_t{1} << (shift - 1) : 0)) >> shift);
  if (layer.addBefore >= 0) t = sat16(t + mulh(centred(layer.addBefore, before), group.aBefore[c]));
  int64_t r = mulh(t, t < 0 ? group.mNeg[c] : group.mPos[c]);
  if (layer.addAfter >= 0) r = sat16(r + mulh(centred(layer.addAfter, after), group.aAfter[c]));
  const int64_t y = sat16(r + (int64_t{layer.outputZeroPoint} << f) + (f > 0 ? 4 : 0)) >> f;
  return static_cast<double>(std::clamp<int64_t>(y, 0, 255));
}

int32_t lastInt8(const PackedNetwork& network, const PackedGroup& group, int c, int64_t sum, int32_t base) {
  const int g = std::max(8, 20 - network.bitDepth), split = group.split[c];
  const int64_t limit = int64_t{32768} << split;
  const int64_t acc = std::clamp<int64_t>(sum, -limit, limit - 1);
  const int64_t v = acc * group.m[c] >> split;
  const int64_t code = ((int64_t{base} << g) + v + (int64_t{1} << (g - 1))) >> g;
  return static_cast<int32_t>(std::clamp<int64_t>(code, 0, network.maximumCode()));
}

Values inputTensor(const PackedNetwork& network, Size size, const tandem::ConstPicture& picture) {
  Values values;
  const int64_t full = network.maximumCode();
  for (int p = 0; p < network.planes; ++p) {
    for (int y = 0; y < size.height; ++y) {
      for (int x = 0; x < size.width; ++x) {
        const int64_t v = sampleAt(network, picture, p, y, x);
        const bool int8 = network.dataType == tandem::DataType::kInt8;
        values.push_back(int8 ? static_cast<double>((510 * v + full) / (2 * full))
                              : static_cast<double>(v) * network.inputMaximum / static_cast<double>(full));
      }
    }
  }
  return values;
}

}  // namespace

NaiveResult runNaive(const PackedNetwork& network, int width, int height, const tandem::ConstPicture& picture) {
  const Size size{width, height};
  const bool int8 = network.dataType == tandem::DataType::kInt8;
  const int s = network.scale;
  std::vector<Values> tensors{inputTensor(network, size, picture)};
  const Context context{network, size, tensors};
  NaiveResult result;
  result.codes.resize(static_cast<size_t>(network.planes) * width * height * s * s);
  result.exact.resize(result.codes.size());
  for (const PackedLayer& layer : network.layers) {
    const bool last = &layer == &network.layers.back();
    Values out(static_cast<size_t>(layer.outChannels) * width * height);
    for (int channel = 0, g = 0, c = 0; channel < layer.outChannels; ++channel, ++c) {
      if (c == layer.groups[g].size) ++g, c = 0;
      const PackedGroup& group = layer.groups[g];
      for (int y = 0; y < height; ++y) {
        for (int x = 0; x < width; ++x) {
          double sum = sumAt(context, layer, group, c, y, x);
          const double before = layer.addBefore >= 0 ? context.at(layer.addBefore, channel, y, x) : 0;
          const double after = layer.addAfter >= 0 ? context.at(layer.addAfter, channel, y, x) : 0;
          if (!last) {
            const size_t at = (static_cast<size_t>(channel) * height + y) * width + x;
            if (int8) {
              out[at] = hiddenInt8(context, layer, group, c, static_cast<int64_t>(sum), before, after);
            } else {
              sum += before;
              out[at] = (sum < 0 ? sum * group.slope[c] : sum) + after;
            }
            continue;
          }
          const int plane = channel / (s * s), row = channel % (s * s) / s, column = channel % s;
          const size_t at = ((static_cast<size_t>(plane) * height + y) * s + row) * width * s + x * s + column;
          const int32_t base = network.nearestBase ? sampleAt(network, picture, plane, y, x) : 0;
          if (int8) {
            if (layer.addBefore >= 0) sum += (before - network.zeroPointOf(layer.addBefore)) * group.aLast[c];
            result.codes[at] = lastInt8(network, group, c, static_cast<int64_t>(sum), base);
          } else {
            const double maximum = network.maximumCode();
            const double exact = base + (sum + before) * maximum / network.inputMaximum;
            result.exact[at] = std::clamp(exact, 0.0, maximum);
            result.codes[at] = static_cast<int32_t>(std::floor(result.exact[at] + 0.5));
          }
        }
      }
    }
    tensors.push_back(std::move(out));
  }
  return result;
}

}  // namespace tandem_test
