#include "packed_network.h"

#include <cmath>
#include <cstdlib>
#include <cstring>

namespace tandem {
namespace {

constexpr uint32_t kMaxLayers = 512, kMaxChannels = 1024, kMaxInputs = 16;

[[noreturn]] void fail(const std::string& expected, const std::string& got) {
  throw EngineError("expected a packed network with " + expected + " but got " + got);
}

class Reader {
 public:
  Reader(const uint8_t* bytes, size_t count) : at_(bytes), left_(count) {}

  uint32_t word() {
    uint32_t value;
    take(&value, 4);
    return value;
  }

  uint32_t within(uint32_t low, uint32_t high, const char* what) {
    const uint32_t value = word();
    if (value < low || value > high) {
      fail(std::string(what) + " in " + std::to_string(low) + " ... " + std::to_string(high), std::to_string(value));
    }
    return value;
  }

  template <class T>
  std::vector<T> array(size_t count) {
    if (count > left_ / sizeof(T)) fail("all of its words", "a truncated one");
    std::vector<T> values(count);
    take(values.data(), count * sizeof(T));
    return values;
  }

  bool atEnd() const { return left_ == 0; }

 private:
  void take(void* to, size_t count) {
    if (count > left_) fail("all of its words", "a truncated one");
    if (count > 0) std::memcpy(to, at_, count);
    at_ += count;
    left_ -= count;
  }

  const uint8_t* at_;
  size_t left_;
};

void requireWithin(const std::vector<int32_t>& values, int32_t low, int32_t high, const char* what) {
  for (const int32_t v : values) {
    if (v < low || v > high) fail(std::string(what) + " that fits quant.md", std::to_string(v));
  }
}

void requireFinite(const std::vector<float>& values) {
  for (const float v : values) {
    if (!std::isfinite(v)) fail("finite numbers", "one that is not");
  }
}

std::vector<PackedTap> readTaps(Reader& reader, uint32_t count, int32_t kernel, int32_t depth, int32_t channels) {
  std::vector<PackedTap> taps;
  for (const uint32_t word : reader.array<uint32_t>(count)) {
    const PackedTap tap{static_cast<int32_t>(word & 0xffff), static_cast<int32_t>(word >> 16 & 0xff),
                        static_cast<int32_t>(word >> 24)};
    const bool aligned = depth == 1 || tap.channel % depth == 0;
    if (tap.ky >= kernel || tap.kx >= kernel || tap.channel >= channels || !aligned) {
      fail("taps inside kernel and channels", "channel " + std::to_string(tap.channel) + " at row " +
                                                  std::to_string(tap.ky) + ", column " + std::to_string(tap.kx));
    }
    taps.push_back(tap);
  }
  return taps;
}

// quant.md: 255 * sum |w| + |bias| + |z * sum w| < 2^27, so that no order of summation overflows.
void requireNoOverflow(const PackedGroup& group, int32_t zeroPoint) {
  for (int32_t c = 0; c < group.size; ++c) {
    int64_t sum = 0, magnitude = 0;
    for (size_t t = 0; t < group.taps.size(); ++t) {
      for (int i = 0; i < 4; ++i) {
        const int32_t w = group.weightsInt8[(t * group.size + c) * 4 + i];
        sum += w;
        magnitude += std::abs(w);
      }
    }
    const int64_t bound = 255 * magnitude + std::llabs(group.bias[c]) + std::llabs(zeroPoint * sum);
    if (bound >= int64_t{1} << 27) fail("sums below 2^27", std::to_string(bound));
  }
}

void requireZeroBeyond(const PackedGroup& group, int32_t channels) {
  for (size_t t = 0; t < group.taps.size(); ++t) {
    for (int i = channels - group.taps[t].channel; i < 4; ++i) {
      for (int32_t c = 0; c < group.size; ++c) {
        if (group.weightsInt8[(t * group.size + c) * 4 + i] != 0) {
          fail("weight 0 for channels that do not exist", "another");
        }
      }
    }
  }
}

void readInt8(Reader& reader, PackedGroup& group, bool last) {
  const size_t size = static_cast<size_t>(group.size);
  group.bias = reader.array<int32_t>(size);
  requireWithin(group.bias, -(1 << 27), 1 << 27, "a bias");
  if (last) {
    group.split = reader.array<int32_t>(size);
    group.m = reader.array<int32_t>(size);
    group.aLast = reader.array<int32_t>(size);
    requireWithin(group.split, 0, 15, "a split");
    requireWithin(group.m, 0, 32767, "a multiplier");
    requireWithin(group.aLast, -(1 << 18), 1 << 18, "a multiplier of an added tensor");
  } else {
    group.shift = reader.array<int32_t>(size);
    group.mPos = reader.array<int32_t>(size);
    group.mNeg = reader.array<int32_t>(size);
    group.aBefore = reader.array<int32_t>(size);
    group.aAfter = reader.array<int32_t>(size);
    requireWithin(group.shift, 0, 24, "a shift");
    for (const auto* m : {&group.mPos, &group.mNeg, &group.aBefore, &group.aAfter}) {
      requireWithin(*m, -32767, 32767, "a multiplier");
    }
  }
}

PackedGroup readGroup(Reader& reader, const PackedNetwork& network, const PackedLayer& layer, bool last) {
  PackedGroup group;
  group.size = static_cast<int32_t>(reader.within(4, 8, "groups of 4 or 8 channels"));
  if (group.size % 4 != 0) fail("groups of 4 or 8 channels", std::to_string(group.size));
  group.tapDepth = static_cast<int32_t>(reader.within(1, 4, "taps of 1 or 4 channels"));
  const uint32_t tapCount = reader.within(0, 1u << 20, "a number of taps");
  int32_t channels = 0, padded = 0;
  for (const int32_t tensor : layer.inputs) channels += network.channelsOf(tensor);
  padded = network.dataType == DataType::kInt8 ? (channels + 3) & ~3 : channels;
  const size_t size = static_cast<size_t>(group.size);
  const bool f32 = network.dataType == DataType::kF32;
  if (f32 ? group.tapDepth == 2 || group.tapDepth == 3 : group.tapDepth != 4) {
    fail("taps of 1 or 4 channels (4 in int8)", std::to_string(group.tapDepth));
  }
  if (f32) {
    group.biasF32 = reader.array<float>(size);
    group.slope = reader.array<float>(size);
  } else {
    readInt8(reader, group, last);
  }
  group.taps = readTaps(reader, tapCount, layer.kernel, group.tapDepth, channels);
  for (const PackedTap& tap : group.taps) {
    if (tap.channel + group.tapDepth > padded) fail("taps inside the input's channels", "one that reaches beyond");
  }
  const size_t words = tapCount * size * (f32 ? static_cast<size_t>(group.tapDepth) : 1);
  if (f32) {
    group.weightsF32 = reader.array<float>(words);
    for (const auto* values : {&group.biasF32, &group.slope, &group.weightsF32}) requireFinite(*values);
  } else {
    group.weightsInt8 = reader.array<int8_t>(words * 4);
    requireNoOverflow(group, network.zeroPointOf(layer.inputs[0]));
    requireZeroBeyond(group, channels);
  }
  return group;
}

int32_t readAdded(uint32_t word, const PackedNetwork& network, int32_t tensor, int32_t channels) {
  if (word == 0) return -1;
  const int32_t added = static_cast<int32_t>(word) - 1;
  if (word >= static_cast<uint32_t>(tensor) + 1 || added == 0 || network.channelsOf(added) != channels) {
    fail("adds of earlier layers with as many channels", "tensor " + std::to_string(added));
  }
  return added;
}

// `tensor` is the one this layer makes.
PackedLayer readLayer(Reader& reader, const PackedNetwork& network, int32_t tensor, bool last) {
  PackedLayer layer;
  layer.kernel = static_cast<int32_t>(reader.within(1, 7, "kernels of 1, 3, 5 or 7"));
  if (layer.kernel % 2 == 0) fail("kernels of 1, 3, 5 or 7", std::to_string(layer.kernel));
  layer.outChannels = static_cast<int32_t>(reader.within(1, kMaxChannels, "output channels"));
  layer.addBefore = readAdded(reader.word(), network, tensor, layer.outChannels);
  layer.addAfter = readAdded(reader.word(), network, tensor, layer.outChannels);
  layer.outputZeroPoint = static_cast<int32_t>(reader.within(0, 255, "a zero point"));
  const uint32_t inputCount = reader.within(1, kMaxInputs, "inputs of a layer");
  const uint32_t groupCount = reader.within(1, kMaxChannels, "groups of a layer");
  const bool int8 = network.dataType == DataType::kInt8;
  for (uint32_t i = 0; i < inputCount; ++i) {
    const int32_t input = static_cast<int32_t>(reader.within(0, static_cast<uint32_t>(tensor) - 1, "earlier inputs"));
    const bool whole = i + 1 == inputCount || network.channelsOf(input) % 4 == 0;
    if (!whole || (int8 && input == 0 && inputCount > 1)) {
      fail("concatenated inputs of whole groups of four", "tensor " + std::to_string(input));
    }
    if (int8 && i > 0 && network.zeroPointOf(input) != network.zeroPointOf(layer.inputs[0])) {
      fail("one zero point for concatenated inputs", "several");
    }
    layer.inputs.push_back(input);
  }
  int32_t covered = 0;
  for (uint32_t g = 0; g < groupCount; ++g) {
    if (covered >= layer.outChannels) fail("groups that cover the channels once", "too many");
    layer.groups.push_back(readGroup(reader, network, layer, last));
    covered += layer.groups.back().size;
  }
  if (covered < layer.outChannels) fail("groups that cover the channels", "too few");
  if (last && layer.addAfter >= 0) fail("no add after the last layer", "one");
  return layer;
}

}  // namespace

PackedNetwork parsePackedNetwork(const uint8_t* bytes, size_t count) {
  Reader reader(bytes, count);
  if (reader.word() != kPackedMagic) fail("the mark TDPN", "other bytes");
  reader.within(kPackedVersion, kPackedVersion, "a version");
  PackedNetwork network;
  network.dataType = static_cast<DataType>(reader.within(0, 1, "a data type"));
  network.planes = static_cast<int32_t>(reader.within(1, 3, "1 or 3 planes"));
  if (network.planes == 2) fail("1 or 3 planes", "2");
  network.scale = static_cast<int32_t>(reader.within(1, 8, "a scale"));
  network.bitDepth = static_cast<int32_t>(reader.within(8, 16, "a bit depth"));
  network.nearestBase = reader.within(0, 1, "a base") == 1;
  network.inputMaximum = reader.array<float>(1)[0];
  if (!(network.inputMaximum > 0) || !std::isfinite(network.inputMaximum)) fail("a positive input maximum", "another");
  const uint32_t layerCount = reader.within(1, kMaxLayers, "layers");
  for (uint32_t i = 0; i < layerCount; ++i) {
    network.layers.push_back(readLayer(reader, network, static_cast<int32_t>(i) + 1, i + 1 == layerCount));
  }
  const int32_t wanted = network.planes * network.scale * network.scale;
  if (network.layers.back().outChannels != wanted) {
    fail(std::to_string(wanted) + " channels in the last layer", std::to_string(network.layers.back().outChannels));
  }
  if (!reader.atEnd()) fail("nothing behind its last layer", "more bytes");
  return network;
}

}  // namespace tandem
