#include "band_runner.h"

#include <algorithm>
#include <cstring>

namespace tandem {
namespace {

// Room on both sides of a row of codes: words of neighbours are formed beyond the picture's edges.
constexpr int32_t kCodeMargin = 64;

void fillWords(uint8_t* at, uint32_t word, int64_t bytes) {
  for (int64_t i = 0; i < bytes; i += 4) std::memcpy(at + i, &word, 4);
}

}  // namespace

BandRunner::BandRunner(const Plan& plan)
    : plan_(plan), arena_(static_cast<size_t>(plan.arenaBytes)), offsets_(plan.layers.size()) {
  // Padding is written once: kernels never write it, except behind the last column (padRight).
  for (const PlanTensor& tensor : plan.tensors) {
    if (tensor.rowBytes > 0 && tensor.padWord != 0) {
      fillWords(arena_.data() + tensor.origin - 64, tensor.padWord, tensor.rowBytes * (tensor.depth + 1));
    }
  }
  int64_t sumPlanes = 0;
  for (const PackedGroup& group : plan.network.layers.back().groups) sumPlanes += group.size;
  sums_ = AlignedBuffer(static_cast<size_t>(sumPlanes * plan.planeBytes + 64));
  if (plan.isInt8()) {
    const uint8_t black = plan.kernels->signedCodes ? 0x80 : 0;
    for (auto& codes : codes_) codes.assign(static_cast<size_t>(plan.geometry.width) + 2 * kCodeMargin, black);
  }
  for (size_t i = 0; i < plan.layers.size(); ++i) {
    const PlanLayer& layer = plan.layers[i];
    offsets_[i].tables.resize(layer.taps.size() * static_cast<size_t>(layer.period));
    offsets_[i].known.resize(static_cast<size_t>(layer.period));
    offsets_[i].spare.resize(layer.taps.size() + 1);
  }
}

void BandRunner::run(const ConstPicture& input, const Picture& output, const Rect& rect) {
  input_ = input;
  output_ = output;
  rect_ = rect;
  // A tensor with halo h is made h rows ahead of the output; the first rows of all are the input's.
  for (int32_t y = rect.y0 - 2 * plan_.halo(); y < rect.y1; ++y) step(y);
}

void BandRunner::step(int32_t y) {
  const auto rowIn = [&](int32_t tensor) {
    const int32_t halo = plan_.tensors[tensor].halo;
    if (halo < 0) return -1;
    const int32_t row = y + halo;
    const int32_t from = std::max(0, rect_.y0 - halo), to = std::min(plan_.geometry.height, rect_.y1 + halo);
    return row >= from && row < to ? row : -1;
  };
  const int32_t first = rowIn(0);
  if (first >= 0) readRow(first);
  const int32_t layers = static_cast<int32_t>(plan_.layers.size());
  for (int32_t i = 0, end; i < layers; i = end) {
    end = i + 1;
    while (plan_.tensors[end].passing) ++end;
    const int32_t row = rowIn(end);
    if (row >= 0) convolveChain(i, end, row);
  }
}

// Layers that hand their outputs on without keeping them work on a few columns at a time.
void BandRunner::convolveChain(int32_t first, int32_t end, int32_t y) {
  const Range columns = columnsOf(end);
  if (end == first + 1) {
    convolve(first, y, columns);
  } else {
    for (int32_t from = columns.from; from < columns.to; from += kPassingColumns) {
      const Range part{from, std::min(columns.to, from + kPassingColumns)};
      for (int32_t i = first; i < end; ++i) convolve(i, y, part);
    }
  }
  if (end == static_cast<int32_t>(plan_.layers.size())) {
    finish(y);
  } else if (columns.to > plan_.geometry.width) {
    padRight(end, y);
  }
}

BandRunner::Range BandRunner::columnsOf(int32_t tensor) const {
  const int32_t halo = plan_.tensors[tensor].halo;
  const int32_t from = std::max(0, rect_.x0 - halo), to = std::min(plan_.geometry.width, rect_.x1 + halo);
  return {from / kUnit * kUnit, (to + kUnit - 1) / kUnit * kUnit};
}

uint8_t* BandRunner::rowOf(int32_t tensor, int32_t y) const {
  const PlanTensor& t = plan_.tensors[tensor];
  return arena_.data() + t.origin + y % t.depth * t.rowBytes;
}

void BandRunner::readRow(int32_t y) {
  Range columns = columnsOf(0);
  columns.to = std::min(columns.to, plan_.geometry.width);
  if (!plan_.isInt8()) return readF32(y, columns);
  return plan_.network.planes == 1 ? readLuma(y, columns) : readColours(y, columns);
}

void BandRunner::readF32(int32_t y, Range columns) {
  const int32_t bytes = plan_.sampleBytes();
  const float scale = plan_.network.inputMaximum / static_cast<float>(plan_.network.maximumCode());
  const auto convert = bytes == 2 ? plan_.kernels->u16ToF32 : plan_.kernels->u8ToF32;
  for (int32_t p = 0; p < plan_.network.planes; ++p) {
    const uint8_t* samples = input_.planes[p] + y * input_.strideBytes[p] + columns.from * bytes;
    float* out = reinterpret_cast<float*>(rowOf(0, y) + p * plan_.planeBytes) + columns.from;
    convert(samples, out, columns.to - columns.from, scale);
  }
}

void BandRunner::quantise(const uint8_t* samples, uint8_t* codes, int32_t count) const {
  if (plan_.quantised.empty()) {
    std::memcpy(codes, samples, static_cast<size_t>(count));
  } else {
    for (int32_t x = 0; x < count; ++x) {
      uint16_t sample;
      std::memcpy(&sample, samples + x * 2, 2);
      codes[x] = plan_.quantised[sample];
    }
  }
  if (plan_.kernels->signedCodes) {
    for (int32_t x = 0; x < count; ++x) codes[x] ^= 0x80;
  }
}

// Words of four horizontal neighbours. Those beyond the picture's edge hold pixels too, so some are written into the margins.
void BandRunner::readLuma(int32_t y, Range columns) {
  const int32_t reach = 8;
  const int32_t from = std::max(0, columns.from - reach), to = std::min(plan_.geometry.width, columns.to + reach);
  uint8_t* const codes = codes_[0].data() + kCodeMargin;
  quantise(input_.planes[0] + y * input_.strideBytes[0] + from * plan_.sampleBytes(), codes + from, to - from);
  const int32_t first = columns.from - 4, count = columns.to + 4 - first;
  plan_.kernels->neighboursToWords(codes + first, reinterpret_cast<uint32_t*>(rowOf(0, y)) + first, count);
}

void BandRunner::readColours(int32_t y, Range columns) {
  const int32_t count = columns.to - columns.from;
  for (int32_t p = 0; p < 3; ++p) {
    const uint8_t* samples = input_.planes[p] + y * input_.strideBytes[p] + columns.from * plan_.sampleBytes();
    quantise(samples, codes_[p].data(), count);
  }
  uint32_t* const out = reinterpret_cast<uint32_t*>(rowOf(0, y)) + columns.from;
  for (int32_t x = 0; x < count; ++x) {
    out[x] = static_cast<uint32_t>(codes_[0][x]) | static_cast<uint32_t>(codes_[1][x]) << 8 |
             static_cast<uint32_t>(codes_[2][x]) << 16;
  }
}

void BandRunner::writeOffsets(int32_t index, int32_t y, TapOffset* out) const {
  const auto placeOf = [&](int32_t tensor, int32_t plane, int32_t dy) {
    const PlanTensor& t = plan_.tensors[tensor];
    const int32_t row = y + dy;
    const int64_t ring = row < 0 || row >= plan_.geometry.height ? t.depth : row % t.depth;
    return t.origin + ring * t.rowBytes + plane * t.planeBytes;
  };
  for (const PlanTap& tap : plan_.layers[index].taps) {
    const int64_t pixel = placeOf(tap.tensor, tap.plane, tap.dy) + tap.dx * 4;
    const PlanLine& ahead = tap.ahead;
    const int64_t line = placeOf(ahead.tensor, ahead.plane, ahead.dy) + ahead.line * 64;
    *out++ = {static_cast<int32_t>(pixel), static_cast<int32_t>(line)};
  }
}

const TapOffset* BandRunner::offsetsFor(int32_t index, int32_t y) {
  const PlanLayer& layer = plan_.layers[index];
  Offsets& offsets = offsets_[index];
  const bool border = y < layer.pad || y + layer.pad >= plan_.geometry.height;
  if (border || layer.period == 0) {
    writeOffsets(index, y, offsets.spare.data());
    return offsets.spare.data();
  }
  const int32_t phase = y % layer.period;
  TapOffset* const table = offsets.tables.data() + static_cast<size_t>(phase) * layer.taps.size();
  if (!offsets.known[phase]) {
    writeOffsets(index, y, table);
    offsets.known[phase] = true;
  }
  return table;
}

void BandRunner::convolve(int32_t index, int32_t y, Range columns) {
  const PlanLayer& layer = plan_.layers[index];
  const bool last = layer.row.raw;
  const bool addsHere = !last || !plan_.isInt8();
  // Kernels count columns from the picture's edge; a passing tensor holds its own alone.
  const auto shiftOf = [&](int32_t tensor) {
    return plan_.tensors[tensor].passing ? static_cast<ptrdiff_t>(columns.from) * 4 : 0;
  };
  ConvRow row = layer.row;
  row.arena = arena_.data() - shiftOf(layer.inputs[0]);
  row.offsets = offsetsFor(index, y);
  row.x0 = columns.from;
  row.x1 = columns.to;
  row.out = (last ? sums_.data() : rowOf(index + 1, y)) - shiftOf(index + 1);
  row.before = layer.addBefore >= 0 && addsHere ? rowOf(layer.addBefore, y) : nullptr;
  row.after = layer.addAfter >= 0 ? rowOf(layer.addAfter, y) : nullptr;
  (plan_.isInt8() ? plan_.kernels->convInt8 : plan_.kernels->convF32)(row);
}

// The last vector of a row may have overwritten the padding behind the last column.
void BandRunner::padRight(int32_t tensor, int32_t y) {
  const PlanTensor& t = plan_.tensors[tensor];
  uint8_t* at = rowOf(tensor, y) + static_cast<int64_t>(plan_.geometry.width) * 4;
  for (int32_t p = 0; p < t.planes; ++p, at += plan_.planeBytes) fillWords(at, t.padWord, 16);
}

// quant.md, last layer: the added tensor's codes enter the sum.
void BandRunner::addToLast(int32_t y) {
  const int32_t added = plan_.layers.back().addBefore;
  const int32_t zero = plan_.network.zeroPointOf(added);
  const uint32_t flip = plan_.kernels->signedCodes ? 0x80 : 0;
  const int32_t channels = plan_.network.layers.back().outChannels;
  for (int32_t c = 0; c < channels; ++c) {
    const uint32_t* words = reinterpret_cast<const uint32_t*>(rowOf(added, y) + c / 4 * plan_.planeBytes);
    int32_t* sums = reinterpret_cast<int32_t*>(sums_.data() + c * plan_.planeBytes);
    for (int32_t x = rect_.x0; x < rect_.x1; ++x) {
      const int32_t code = static_cast<int32_t>((words[x] >> (c % 4 * 8) & 255) ^ flip);
      sums[x] += (code - zero) * plan_.aLast[c];
    }
  }
}

void BandRunner::finish(int32_t y) {
  const PackedNetwork& network = plan_.network;
  if (plan_.isInt8() && plan_.layers.back().addBefore >= 0) addToLast(y);
  const int32_t perColour = network.scale * network.scale;
  FinishRow row{};
  row.planeBytes = plan_.planeBytes;
  row.x0 = rect_.x0;
  row.x1 = rect_.x1;
  row.scale = network.scale;
  row.maximum = network.maximumCode();
  row.codesPerUnit = static_cast<float>(network.maximumCode()) / network.inputMaximum;
  row.fractionBits = std::max(8, 20 - network.bitDepth);
  for (int32_t p = 0; p < network.planes; ++p) {
    row.sums = sums_.data() + p * perColour * plan_.planeBytes;
    row.base = network.nearestBase ? input_.planes[p] + y * input_.strideBytes[p] : nullptr;
    row.out = output_.planes[p] + y * network.scale * output_.strideBytes[p];
    row.rowBytes = output_.strideBytes[p];
    row.last = plan_.last.data() + (plan_.isInt8() ? p * perColour : 0);
    plan_.kernels->finish[plan_.isInt8()][plan_.sampleBytes() - 1](row);
  }
}

}  // namespace tandem
