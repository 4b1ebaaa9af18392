#include "plan.h"

#include <algorithm>
#include <numeric>
#include <set>
#include <tuple>

#include "pack_taps.h"

namespace tandem {
namespace {

constexpr int64_t kLine = 64;
constexpr int32_t kMaxPeriod = 64;

// Pixels are padded by a line on the left and at least one on the right. Neighbouring planes start in different cache sets:
// the stride is an odd number of lines.
int64_t planeBytesFor(int32_t width) {
  const int64_t rounded = (static_cast<int64_t>(width) + kUnit - 1) / kUnit * kUnit;
  const int64_t lines = rounded * 4 / kLine + 2;
  return (lines | 1) * kLine;
}

// Whole groups may reach beyond a tensor's channels: those of the layer that writes it and of those that add it.
void choosePlanes(Plan& plan) {
  const int32_t perPlane = plan.isInt8() ? 4 : 1;
  plan.tensors[0].planes = plan.isInt8() ? 1 : plan.network.planes;
  for (size_t i = 0; i < plan.layers.size(); ++i) {
    int32_t covered = 0;
    for (const PackedGroup& group : plan.network.layers[i].groups) covered += group.size;
    for (const int32_t tensor : {static_cast<int32_t>(i) + 1, plan.layers[i].addBefore, plan.layers[i].addAfter}) {
      if (tensor >= 0) plan.tensors[tensor].planes = std::max(plan.tensors[tensor].planes, covered / perPlane);
    }
  }
}

// Lines that the next tile reads for the first time, in the order of its taps, and those it writes where there is room.
std::vector<PlanLine> linesOfNextTile(const Plan& plan, const PlanLayer& layer, int32_t vectors, size_t room) {
  std::vector<PlanLine> lines;
  std::set<std::tuple<int32_t, int32_t, int32_t>> seen;
  const auto add = [&](int32_t tensor, int32_t firstPlane, int32_t planes, int32_t dy, int32_t firstLine) {
    if (plan.tensors[tensor].passing) return;
    for (int32_t line = firstLine; line < firstLine + vectors; ++line) {
      for (int32_t p = 0; p < planes; ++p) lines.push_back({tensor, firstPlane + p, dy, line});
    }
  };
  for (const ConvGroup& group : layer.groups) {
    for (int32_t t = group.firstTap; t < group.firstTap + group.tapCount; ++t) {
      const PlanTap& tap = layer.taps[t];
      // A tile of n lines has touched the one behind it too if its taps reach beyond their own pixel.
      if (!seen.insert({tap.tensor, tap.plane, tap.dy}).second) continue;
      add(tap.tensor, tap.plane, group.tapDepth, tap.dy, vectors + (layer.pad > 0 ? 1 : 0));
    }
  }
  const int32_t out = static_cast<int32_t>(&layer - plan.layers.data()) + 1;
  if (out == static_cast<int32_t>(plan.layers.size())) return lines;
  const int32_t planes = plan.tensors[out].planes;
  if (lines.size() + static_cast<size_t>(planes * vectors) <= room) add(out, 0, planes, 0, vectors);
  return lines;
}

// Spreads those lines evenly over the taps of the tile in work: caches further away answer few requests at a time.
void spreadLines(const Plan& plan, PlanLayer& layer) {
  bool anyEight = false;
  int32_t slots = 0;
  for (const ConvGroup& group : layer.groups) {
    anyEight |= group.size == 8;
    slots += group.tapCount * group.tapDepth;
  }
  const std::vector<PlanLine> lines = linesOfNextTile(plan, layer, anyEight ? 3 : 5, static_cast<size_t>(slots));
  if (lines.empty()) return;
  const int64_t count = static_cast<int64_t>(lines.size());
  int64_t slot = 0;
  for (const ConvGroup& group : layer.groups) {
    for (int32_t t = group.firstTap; t < group.firstTap + group.tapCount; ++t) {
      // A tap of several planes fetches from as many.
      const int64_t at = slot * count / slots;
      layer.taps[t].ahead = lines[at / group.tapDepth * group.tapDepth];
      slot += group.tapDepth;
    }
  }
}

void spreadHalo(Plan& plan) {
  plan.tensors.back().halo = 0;
  for (size_t i = plan.layers.size(); i-- > 0;) {
    const int32_t halo = plan.tensors[i + 1].halo;
    if (halo < 0) continue;
    const PlanLayer& layer = plan.layers[i];
    const auto need = [&plan](int32_t tensor, int32_t rows) {
      if (tensor >= 0) plan.tensors[tensor].halo = std::max(plan.tensors[tensor].halo, rows);
    };
    for (const int32_t input : layer.inputs) need(input, halo + layer.pad);
    need(layer.addBefore, halo);
    need(layer.addAfter, halo);
  }
}

// A ring keeps the rows from the newest written to the oldest that the slowest reader needs.
void chooseDepths(Plan& plan) {
  for (size_t i = 0; i < plan.layers.size(); ++i) {
    const int32_t halo = plan.tensors[i + 1].halo;
    if (halo < 0) continue;
    const PlanLayer& layer = plan.layers[i];
    const auto keep = [&](int32_t tensor, int32_t pad) {
      if (tensor < 0) return;
      PlanTensor& read = plan.tensors[tensor];
      read.depth = std::max(read.depth, read.halo - halo + pad + 1);
    };
    for (const int32_t input : layer.inputs) keep(input, layer.pad);
    keep(layer.addBefore, 0);
    keep(layer.addAfter, 0);
  }
}

// A tensor passes if one layer makes it and the next, of a 1x1 kernel, alone reads it, and nothing is added to either form.
void findPassing(Plan& plan) {
  for (size_t i = 0; i + 1 < plan.layers.size(); ++i) {
    const int32_t tensor = static_cast<int32_t>(i) + 1;
    int32_t readers = 0;
    for (const PlanLayer& layer : plan.layers) {
      readers += static_cast<int32_t>(std::count(layer.inputs.begin(), layer.inputs.end(), tensor));
      readers += (layer.addBefore == tensor) + (layer.addAfter == tensor);
    }
    const PlanLayer &maker = plan.layers[i], &reader = plan.layers[i + 1];
    const bool addsNothing = maker.addBefore < 0 && maker.addAfter < 0;
    plan.tensors[tensor].passing =
        readers == 1 && reader.inputs == std::vector<int32_t>{tensor} && reader.pad == 0 && addsNothing;
  }
}

void layOut(Plan& plan) {
  int64_t at = 0;
  // The last layer's output is not kept: its sums become pixels at once.
  for (size_t t = 0; t + 1 < plan.tensors.size(); ++t) {
    PlanTensor& tensor = plan.tensors[t];
    if (tensor.halo < 0) continue;
    tensor.planeBytes = tensor.passing ? kPassingColumns * 4 : plan.planeBytes;
    tensor.rowBytes = tensor.planes * tensor.planeBytes;
    tensor.origin = at + kLine;
    at += tensor.rowBytes * (tensor.depth + 1);
  }
  plan.arenaBytes = at + kLine;
  if (plan.arenaBytes > INT32_MAX) {
    throw EngineError("expected rows that fit 2 GB but got a network and width that need " +
                      std::to_string(plan.arenaBytes) + " bytes");
  }
}

void choosePeriod(const Plan& plan, PlanLayer& layer) {
  int64_t period = 1;
  const auto repeatAfter = [&](int32_t tensor) {
    period = std::lcm(period, int64_t{std::max(1, plan.tensors[tensor].depth)});
  };
  for (const int32_t input : layer.inputs) repeatAfter(input);
  repeatAfter(static_cast<int32_t>(&layer - plan.layers.data()) + 1);
  layer.period = period > kMaxPeriod ? 0 : static_cast<int32_t>(period);
}

void fillRow(const Plan& plan, PlanLayer& layer, bool last) {
  const PackedNetwork& network = plan.network;
  const auto zero = [&network](int32_t tensor) {
    return static_cast<int16_t>(tensor < 0 ? 0 : network.zeroPointOf(tensor) * 128);
  };
  const int32_t tensor = static_cast<int32_t>(&layer - plan.layers.data()) + 1;
  ConvRow& row = layer.row;
  row.groups = layer.groups.data();
  row.groupCount = static_cast<int32_t>(layer.groups.size());
  row.inPlaneBytes = plan.tensors[layer.inputs[0]].planeBytes;
  row.outPlaneBytes = last ? plan.planeBytes : plan.tensors[tensor].planeBytes;
  row.raw = last;
  if (last) row.activation = Activation::kNone;
  row.beforeZero = zero(layer.addBefore);
  row.afterZero = zero(layer.addAfter);
  const int32_t z = network.zeroPointOf(tensor);
  row.outOffset = static_cast<int16_t>(layer.addAfter < 0 ? z : z * 8 + 4);
}

void fillEnds(Plan& plan) {
  const PackedNetwork& network = plan.network;
  for (const PackedGroup& group : network.layers.back().groups) {
    for (size_t c = 0; c < group.split.size(); ++c) {
      plan.last.push_back({group.split[c], group.m[c]});
      plan.aLast.push_back(group.aLast[c]);
    }
  }
  if (!plan.isInt8() || network.bitDepth == 8) return;
  const int64_t full = network.maximumCode();
  plan.quantised.assign(65536, 255);
  for (int64_t v = 0; v <= full; ++v) plan.quantised[v] = static_cast<uint8_t>((510 * v + full) / (2 * full));
}

}  // namespace

Plan makePlan(PackedNetwork network, Geometry geometry, const KernelSet& kernels) {
  if (geometry.width < 1 || geometry.height < 1 || geometry.width > 65536 || geometry.height > 65536) {
    throw EngineError("expected a picture of 1 to 65536 samples a side but got " + std::to_string(geometry.width) +
                      "x" + std::to_string(geometry.height));
  }
  Plan plan;
  plan.network = std::move(network);
  plan.geometry = geometry;
  plan.kernels = &kernels;
  plan.planeBytes = planeBytesFor(geometry.width);
  const size_t layers = plan.network.layers.size();
  plan.tensors.resize(layers + 1);
  plan.layers.resize(layers);
  for (size_t t = 0; t <= layers; ++t) {
    PlanTensor& tensor = plan.tensors[t];
    const uint32_t code = static_cast<uint32_t>(plan.network.zeroPointOf(static_cast<int32_t>(t)));
    if (plan.isInt8()) tensor.padWord = (kernels.signedCodes ? code ^ 0x80u : code) * 0x01010101u;
  }
  for (size_t i = 0; i < layers; ++i) packLayer(plan, static_cast<int32_t>(i));
  choosePlanes(plan);
  spreadHalo(plan);
  chooseDepths(plan);
  findPassing(plan);
  layOut(plan);
  for (size_t i = 0; i < layers; ++i) {
    choosePeriod(plan, plan.layers[i]);
    spreadLines(plan, plan.layers[i]);
    fillRow(plan, plan.layers[i], i + 1 == layers);
  }
  fillEnds(plan);
  return plan;
}

}  // namespace tandem
