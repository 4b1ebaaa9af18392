// The packed network as models/format/packed-network.ts writes it, read and checked.
#pragma once

#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

namespace tandem {

constexpr uint32_t kPackedMagic = 0x4e504454;
constexpr uint32_t kPackedVersion = 1;

// What a caller can act on; the text is one sentence "expected ... but got ...".
struct EngineError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

enum class DataType : uint32_t { kF32 = 0, kInt8 = 1 };

struct PackedTap {
  int32_t channel, ky, kx;
};

struct PackedGroup {
  int32_t size = 0;
  int32_t tapDepth = 0;
  std::vector<PackedTap> taps;
  // f32
  std::vector<float> biasF32, slope, weightsF32;
  // int8: hidden layers have the first five, the last layer split, m and aLast
  std::vector<int32_t> bias, shift, mPos, mNeg, aBefore, aAfter, split, m, aLast;
  std::vector<int8_t> weightsInt8;
};

struct PackedLayer {
  int32_t kernel = 0;
  int32_t outChannels = 0;
  int32_t addBefore = -1, addAfter = -1;  // tensors, -1: none
  int32_t outputZeroPoint = 0;
  std::vector<int32_t> inputs;
  std::vector<PackedGroup> groups;
};

struct PackedNetwork {
  DataType dataType = DataType::kF32;
  int32_t planes = 0;
  int32_t scale = 0;
  int32_t bitDepth = 0;
  bool nearestBase = false;
  float inputMaximum = 0;
  std::vector<PackedLayer> layers;

  int32_t channelsOf(int32_t tensor) const { return tensor == 0 ? planes : layers[tensor - 1].outChannels; }
  int32_t zeroPointOf(int32_t tensor) const { return tensor == 0 ? 0 : layers[tensor - 1].outputZeroPoint; }
  int32_t maximumCode() const { return (1 << bitDepth) - 1; }
};

// Throws EngineError; reads nothing outside the bytes, and what it returns holds every promise of packed-network.ts.
PackedNetwork parsePackedNetwork(const uint8_t* bytes, size_t count);

}  // namespace tandem
