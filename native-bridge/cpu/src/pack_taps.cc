#include "pack_taps.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <map>

namespace tandem {
namespace {

using Word = std::array<int8_t, 4>;  // weights of four input channels

struct Int8Tap {
  PlanTap at;
  std::vector<Word> words;  // [size]
};

// Where a channel of the concatenated inputs lies.
PlanTap locate(const PackedNetwork& network, const PackedLayer& layer, const PackedTap& tap) {
  int32_t channel = tap.channel;
  size_t i = 0;
  while (i + 1 < layer.inputs.size() && channel >= network.channelsOf(layer.inputs[i])) {
    channel -= network.channelsOf(layer.inputs[i++]);
  }
  const int32_t pad = layer.kernel / 2;
  const int32_t plane = network.dataType == DataType::kInt8 ? channel / 4 : channel;
  return {layer.inputs[i], plane, tap.ky - pad, tap.kx - pad};
}

Word wordOf(const PackedGroup& group, size_t tap, int32_t c) {
  Word word;
  std::memcpy(word.data(), &group.weightsInt8[(tap * group.size + c) * 4], 4);
  return word;
}

// A luma input keeps four horizontal neighbours in a word (x - 1 ... x + 2): one product covers up to four columns.
std::vector<Int8Tap> regroupLuma(const PackedGroup& group, int32_t pad) {
  std::map<std::pair<int32_t, int32_t>, std::vector<Word>> byPlace;
  for (size_t t = 0; t < group.taps.size(); ++t) {
    const PackedTap& tap = group.taps[t];
    const int32_t first = tap.kx / 4 * 4;  // column of the word's first byte
    std::vector<Word>& words = byPlace[{tap.ky - pad, first - pad + 1}];
    words.resize(static_cast<size_t>(group.size), Word{});
    for (int32_t c = 0; c < group.size; ++c) words[c][tap.kx - first] = wordOf(group, t, c)[0];
  }
  std::vector<Int8Tap> taps;
  for (auto& [place, words] : byPlace) taps.push_back({{0, 0, place.first, place.second}, std::move(words)});
  return taps;
}

bool pairSaturates(int32_t a, int32_t b) {
  return std::max(a, 0) + std::max(b, 0) > 128 || std::min(a, 0) + std::min(b, 0) < -128;
}

// 255 x (w0 + w1) must fit 16 bits; where it does not, the tap is computed twice with half of its channels each.
std::vector<Int8Tap> splitSaturating(std::vector<Int8Tap> taps) {
  std::vector<Int8Tap> safe;
  for (Int8Tap& tap : taps) {
    const bool saturates = std::any_of(tap.words.begin(), tap.words.end(), [](const Word& w) {
      return pairSaturates(w[0], w[1]) || pairSaturates(w[2], w[3]);
    });
    if (saturates) {
      Int8Tap odd = tap;
      for (Word& w : tap.words) w[1] = w[3] = 0;
      for (Word& w : odd.words) w[0] = w[2] = 0;
      safe.push_back(std::move(odd));
    }
    safe.push_back(std::move(tap));
  }
  return safe;
}

std::vector<Int8Tap> int8Taps(const Plan& plan, const PackedLayer& layer, const PackedGroup& group) {
  std::vector<Int8Tap> taps;
  if (layer.inputs[0] == 0 && plan.network.planes == 1) {
    taps = regroupLuma(group, layer.kernel / 2);
  } else {
    for (size_t t = 0; t < group.taps.size(); ++t) {
      Int8Tap tap{locate(plan.network, layer, group.taps[t]), {}};
      for (int32_t c = 0; c < group.size; ++c) tap.words.push_back(wordOf(group, t, c));
      taps.push_back(std::move(tap));
    }
  }
  return plan.kernels->pairsSaturate ? splitSaturating(std::move(taps)) : taps;
}

// Half of a group of eight: kernels that work on four channels at a time split fewer taps that way.
PackedGroup halfOf(const PackedGroup& group, int32_t first) {
  PackedGroup half;
  half.size = 4;
  half.tapDepth = group.tapDepth;
  half.taps = group.taps;
  const auto cut = [first](const std::vector<int32_t>& v) {
    return v.empty() ? v : std::vector<int32_t>(v.begin() + first, v.begin() + first + 4);
  };
  half.bias = cut(group.bias);
  half.shift = cut(group.shift);
  half.mPos = cut(group.mPos);
  half.mNeg = cut(group.mNeg);
  half.aBefore = cut(group.aBefore);
  half.aAfter = cut(group.aAfter);
  for (size_t t = 0; t < group.taps.size(); ++t) {
    const int8_t* const from = &group.weightsInt8[(t * group.size + first) * 4];
    half.weightsInt8.insert(half.weightsInt8.end(), from, from + 16);
  }
  return half;
}

QuadParams quadOf(const PackedGroup& group, int32_t first, int32_t storedZero, const std::vector<Int8Tap>& taps) {
  QuadParams quad{};
  for (int32_t i = 0; i < 4; ++i) {
    const int32_t c = first + i;
    int32_t sum = 0;
    for (const Int8Tap& tap : taps) {
      for (const int8_t w : tap.words[c]) sum += w;
    }
    quad.bias[i] = group.bias[c] - storedZero * sum;
    if (group.shift.empty()) continue;
    quad.shift[i] = group.shift[c];
    if (group.shift[c] > 0) quad.bias[i] += 1 << (group.shift[c] - 1);
    for (int32_t px = 0; px < 4; ++px) {
      const int32_t lane = i % 2 * 4 + px;
      quad.mPos[i / 2][lane] = static_cast<int16_t>(group.mPos[c]);
      quad.mNeg[i / 2][lane] = static_cast<int16_t>(group.mNeg[c]);
      quad.aBefore[i / 2][lane] = static_cast<int16_t>(group.aBefore[c]);
      quad.aAfter[i / 2][lane] = static_cast<int16_t>(group.aAfter[c]);
    }
  }
  return quad;
}

void packInt8(Plan& plan, PlanLayer& out, const PackedLayer& layer) {
  std::vector<PackedGroup> groups;
  for (const PackedGroup& group : layer.groups) {
    if (group.size == 8 && plan.kernels->pairsSaturate) {
      groups.push_back(halfOf(group, 0));
      groups.push_back(halfOf(group, 4));
    } else {
      groups.push_back(group);
    }
  }
  const bool last = layer.groups[0].shift.empty();
  const int32_t zero = plan.network.zeroPointOf(layer.inputs[0]) - (plan.kernels->signedCodes ? 128 : 0);
  std::vector<Word> words;
  std::vector<QuadParams> quads;
  std::vector<size_t> firstWord, firstQuad;
  int32_t channel = 0;
  bool atMostOne = true;
  for (const PackedGroup& group : groups) {
    const std::vector<Int8Tap> taps = int8Taps(plan, layer, group);
    ConvGroup g{};
    g.size = group.size;
    g.tapDepth = 1;
    g.tapCount = static_cast<int32_t>(taps.size());
    g.firstTap = static_cast<int32_t>(out.taps.size());
    g.outPlane = last ? channel : channel / 4;
    firstWord.push_back(words.size());
    firstQuad.push_back(quads.size());
    for (const Int8Tap& tap : taps) {
      out.taps.push_back(tap.at);
      words.insert(words.end(), tap.words.begin(), tap.words.end());
    }
    for (int32_t c = 0; c < group.size; c += 4) quads.push_back(quadOf(group, c, zero, taps));
    for (size_t c = 0; c < group.mNeg.size(); ++c) atMostOne = atMostOne && group.mNeg[c] <= group.mPos[c];
    out.groups.push_back(g);
    channel += group.size;
  }
  out.row.slopesAtMostOne = atMostOne;
  out.weights = AlignedBuffer(words.size() * 4 + 64);
  if (!words.empty()) std::memcpy(out.weights.data(), words.data(), words.size() * 4);
  out.perChannel = AlignedBuffer(quads.size() * sizeof(QuadParams));
  std::memcpy(out.perChannel.data(), quads.data(), quads.size() * sizeof(QuadParams));
  for (size_t g = 0; g < out.groups.size(); ++g) {
    out.groups[g].weights = out.weights.data() + firstWord[g] * 4;
    out.groups[g].quads = reinterpret_cast<const QuadParams*>(out.perChannel.data()) + firstQuad[g];
  }
}

void packF32(Plan& plan, PlanLayer& out, const PackedLayer& layer) {
  size_t weightCount = 0, channels = 0;
  for (const PackedGroup& group : layer.groups) {
    weightCount += group.weightsF32.size();
    channels += static_cast<size_t>(group.size);
  }
  out.weights = AlignedBuffer(weightCount * 4 + 64);
  out.perChannel = AlignedBuffer(channels * 2 * 4);
  float* weight = reinterpret_cast<float*>(out.weights.data());
  float* const bias = reinterpret_cast<float*>(out.perChannel.data());
  float* const slope = bias + channels;
  const auto allSlopesAre = [&layer](float value) {
    return std::all_of(layer.groups.begin(), layer.groups.end(), [value](const PackedGroup& group) {
      return std::count(group.slope.begin(), group.slope.end(), value) == group.size;
    });
  };
  out.row.activation = allSlopesAre(1)   ? Activation::kNone
                       : allSlopesAre(0) ? Activation::kRelu
                                         : Activation::kPrelu;
  int32_t channel = 0;
  for (const PackedGroup& group : layer.groups) {
    ConvGroup g{};
    g.size = group.size;
    g.tapDepth = group.tapDepth;
    g.tapCount = static_cast<int32_t>(group.taps.size());
    g.firstTap = static_cast<int32_t>(out.taps.size());
    g.outPlane = channel;
    g.weights = weight;
    g.bias = bias + channel;
    g.slope = slope + channel;
    std::copy(group.weightsF32.begin(), group.weightsF32.end(), weight);
    std::copy(group.biasF32.begin(), group.biasF32.end(), bias + channel);
    std::copy(group.slope.begin(), group.slope.end(), slope + channel);
    weight += group.weightsF32.size();
    for (const PackedTap& tap : group.taps) out.taps.push_back(locate(plan.network, layer, tap));
    out.groups.push_back(g);
    channel += group.size;
  }
}

}  // namespace

void packLayer(Plan& plan, int32_t index) {
  const PackedLayer& layer = plan.network.layers[index];
  PlanLayer& out = plan.layers[index];
  out.pad = layer.kernel / 2;
  out.inputs = layer.inputs;
  out.addBefore = layer.addBefore;
  out.addAfter = layer.addAfter;
  if (plan.isInt8()) {
    packInt8(plan, out, layer);
  } else {
    packF32(plan, out, layer);
  }
}

}  // namespace tandem
