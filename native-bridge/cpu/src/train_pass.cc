#include "train_pass.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "engine.h"

namespace tandem {
namespace {

// Planes of the patches that go together: they should stay in the last cache, beside another training's.
constexpr size_t kTogetherBytes = size_t{8} << 20;
constexpr int kMostSide = 512, kMostChannels = 1024, kMostLayers = 128, kMostBatch = 1024;

int inFours(int channels) { return (channels + 3) / 4 * 4; }

void check(bool isGood, const char* expected) {
  if (!isGood) throw EngineError(std::string("expected ") + expected + " but got something else");
}

void checkTask(const TrainTask& task) {
  check(task.batch >= 1 && task.batch <= kMostBatch, "a batch of 1 to 1024 patches");
  check(task.side >= 1 && task.side <= kMostSide, "patches of 1 to 512 pixels a side");
  check(task.loss >= TrainLoss::kAbsolute && task.loss <= TrainLoss::kPsnr, "one of the losses");
  check(task.layers.size() >= 2 && task.layers.size() <= kMostLayers, "2 to 128 layers");
  int inputs = 1;
  for (size_t l = 0; l < task.layers.size(); ++l) {
    const TrainLayer& layer = task.layers[l];
    check(layer.inputs == inputs, "layers that read the one before");
    check(layer.outputs >= 1 && layer.outputs <= kMostChannels, "1 to 1024 channels");
    check(layer.kernel == 1 || layer.kernel == 3, "kernels of 1 or 3");
    const bool isBefore = layer.residualFrom >= -1 && layer.residualFrom < static_cast<int>(l);
    check(isBefore && (layer.residualFrom < 0 || task.layers[layer.residualFrom].outputs == layer.outputs),
          "a residual of an earlier layer as wide");
    check(!layer.addsFirst || (l > 0 && task.layers[0].outputs == layer.inputs), "a first layer as wide as what it is added to");
    inputs = layer.outputs;
  }
}

}  // namespace

float* TrainPass::Planes::at(const TrainPass& pass, int patchIndex) const {
  const ptrdiff_t pixel0 = pass.shape_.stride + kUnit;
  return reinterpret_cast<float*>(buffer.data()) + patchIndex * patch + pixel0;
}

TrainPass::Planes TrainPass::makePlanes(int channels) const {
  Planes planes;
  planes.patch = channels * shape_.plane;
  // A last row's right border is the next plane's first; the last plane's lies behind all.
  planes.buffer = AlignedBuffer(sizeof(float) * static_cast<size_t>(planes.patch * together_ + 2 * kUnit));
  return planes;
}

TrainPass::TrainPass(const KernelSet& kernels, TrainTask task) : kernels_(kernels), task_(std::move(task)) {
  checkTask(task_);
  const int width = (task_.side + kUnit - 1) / kUnit * kUnit;
  const ptrdiff_t stride = width + kUnit;
  shape_ = {task_.side, width, stride, stride * (task_.side + 2)};
  int channels = 0;
  for (const TrainLayer& layer : task_.layers) channels += 3 * inFours(layer.outputs);
  const size_t patchBytes = sizeof(float) * static_cast<size_t>(channels * shape_.plane);
  together_ = static_cast<int>(std::clamp<size_t>(kTogetherBytes / patchBytes, 1, static_cast<size_t>(task_.batch)));
  low_ = makePlanes(1);
  for (const TrainLayer& layer : task_.layers) {
    LayerState& state = states_.emplace_back();
    state.outputs = inFours(layer.outputs);
    const size_t taps = static_cast<size_t>(layer.kernel) * layer.kernel;
    const size_t padded = state.outputs * taps * static_cast<size_t>(layer.inputs);
    state.weights = parameterCount_;
    state.bias = state.weights + static_cast<size_t>(layer.outputs) * layer.inputs * taps;
    state.slopes = state.bias + layer.outputs;
    parameterCount_ = state.slopes + (layer.isActivated ? layer.outputs : 0);
    if (layer.isActivated) state.sums = makePlanes(state.outputs);
    state.out = makePlanes(state.outputs);
    state.gradient = makePlanes(state.outputs);
    state.forwardWeights.resize(padded);
    state.backwardWeights.resize(inFours(layer.inputs) * taps * static_cast<size_t>(layer.outputs));
    state.paddedBias.resize(std::max(state.outputs, inFours(layer.inputs)));
    state.paddedSlopes.resize(state.outputs);
    state.biasGradient.resize(state.outputs);
    state.slopeGradient.resize(state.outputs);
    state.lanes = AlignedBuffer(sizeof(float) * padded * static_cast<size_t>(kernels_.trainLanes));
    if (layer.addsFirst) skip_ = makePlanes(inFours(layer.inputs));
  }
  passed_ = makePlanes(inFours(task_.layers.back().inputs));
}

// For the kernels: [tile][input][ky][kx][output of the tile]. Backwards inputs and outputs change places and taps are turned.
void TrainPass::packWeights(const float* parameters) {
  const auto pack = [this](std::vector<float>& packed, int inputs, int outputs, int kernel, auto weightOf) {
    std::fill(packed.begin(), packed.end(), 0.0f);
    float* place = packed.data();
    for (int output = 0; output < inFours(outputs);) {
      const int tile = inFours(outputs) - output >= kernels_.trainTile ? kernels_.trainTile : 4;
      for (int i = 0; i < inputs; ++i) {
        for (int tap = 0; tap < kernel * kernel; ++tap, place += tile) {
          for (int o = 0; o < std::min(tile, outputs - output); ++o) place[o] = weightOf(output + o, i, tap);
        }
      }
      output += tile;
    }
  };
  for (size_t l = 0; l < states_.size(); ++l) {
    const TrainLayer& layer = task_.layers[l];
    LayerState& state = states_[l];
    const float* weights = parameters + state.weights;
    const int taps = layer.kernel * layer.kernel;
    const auto at = [&](int output, int input, int tap) { return weights[(output * layer.inputs + input) * taps + tap]; };
    pack(state.forwardWeights, layer.inputs, layer.outputs, layer.kernel, at);
    pack(state.backwardWeights, layer.outputs, layer.inputs, layer.kernel,
         [&](int output, int input, int tap) { return at(input, output, taps - 1 - tap); });
    std::copy_n(parameters + state.bias, layer.outputs, state.paddedBias.begin());
    if (layer.isActivated) std::copy_n(parameters + state.slopes, layer.outputs, state.paddedSlopes.begin());
    std::fill(state.biasGradient.begin(), state.biasGradient.end(), 0.0);
    std::fill(state.slopeGradient.begin(), state.slopeGradient.end(), 0.0);
    std::memset(state.lanes.data(), 0, sizeof(float) * state.forwardWeights.size() * static_cast<size_t>(kernels_.trainLanes));
  }
}

void TrainPass::loadLow(const float* low, int patch, int slot) {
  const int side = task_.side;
  for (int y = 0; y < side; ++y) {
    std::copy_n(low + (static_cast<ptrdiff_t>(patch) * side + y) * side, side, low_.at(*this, slot) + y * shape_.stride);
  }
}

const TrainPass::Planes& TrainPass::inputOf(size_t layer) const {
  if (task_.layers[layer].addsFirst) return skip_;
  return layer == 0 ? low_ : states_[layer - 1].out;
}

void TrainPass::forward(int patches) {
  for (size_t l = 0; l < states_.size(); ++l) {
    const TrainLayer& layer = task_.layers[l];
    LayerState& state = states_[l];
    for (int patch = 0; patch < patches; ++patch) {
      if (layer.addsFirst) {
        const float* a = states_[0].out.at(*this, patch);
        const float* b = states_[l - 1].out.at(*this, patch);
        float* sum = skip_.at(*this, patch);
        const ptrdiff_t length = inFours(layer.inputs) * shape_.plane - shape_.stride - kUnit;
        for (ptrdiff_t i = 0; i < length; ++i) sum[i] = a[i] + b[i];
      }
      TrainConv conv{};
      conv.shape = shape_;
      conv.kernel = layer.kernel;
      conv.inputs = layer.inputs;
      conv.outputs = state.outputs;
      conv.in = inputOf(l).at(*this, patch);
      conv.weights = state.forwardWeights.data();
      conv.bias = state.paddedBias.data();
      conv.slope = layer.isActivated ? state.paddedSlopes.data() : nullptr;
      conv.added = layer.residualFrom < 0 ? nullptr : states_[layer.residualFrom].out.at(*this, patch);
      conv.sums = layer.isActivated ? state.sums.at(*this, patch) : nullptr;
      conv.out = state.out.at(*this, patch);
      kernels_.trainConv(conv);
    }
  }
}

// Of one patch: prediction minus high into `errors`, laid out as `out` is. Returns the sum of their squares or magnitudes.
double TrainPass::sumErrors(const float* low, const float* high, const float* out, float* errors) const {
  const int side = task_.side, channels = task_.layers.back().outputs;
  const bool isAbsolute = task_.loss == TrainLoss::kAbsolute;
  double sum = 0;
  for (int c = 0; c < channels; ++c) {
    for (int y = 0; y < side; ++y) {
      const float* const base = low + y * side;
      const float* const target = high + (static_cast<ptrdiff_t>(c) * side + y) * side;
      const ptrdiff_t at = c * shape_.plane + y * shape_.stride;
      float row = 0;
      for (int x = 0; x < side; ++x) {
        const float error = out[at + x] + base[x] - target[x];
        row += isAbsolute ? std::fabs(error) : error * error;
        errors[at + x] = error;
      }
      sum += row;
    }
  }
  return sum;
}

// d loss / d prediction into the last layer's gradient. Returns what these patches add to the loss.
double TrainPass::lossOf(const float* low, const float* high, int first, int patches) {
  const int side = task_.side, channels = task_.layers.back().outputs;
  const ptrdiff_t pixels = static_cast<ptrdiff_t>(side) * side;
  const double count = static_cast<double>(channels) * pixels, batch = task_.batch;
  LayerState& last = states_.back();
  double loss = 0;
  for (int patch = 0; patch < patches; ++patch) {
    const int index = first + patch;
    float* const gradient = last.gradient.at(*this, patch);
    const float* const out = last.out.at(*this, patch);
    const double mean = sumErrors(low + index * pixels, high + index * channels * pixels, out, gradient) / count;
    double factor = 1 / (count * batch);
    if (task_.loss == TrainLoss::kSquared) factor *= 2;
    if (task_.loss == TrainLoss::kPsnr) factor *= 20 / (std::log(10.0) * (mean + kPsnrFloor));
    const float share = static_cast<float>(factor);
    const bool isAbsolute = task_.loss == TrainLoss::kAbsolute;
    for (int c = 0; c < channels; ++c) {
      for (int y = 0; y < side; ++y) {
        float* const row = gradient + c * shape_.plane + y * shape_.stride;
        for (int x = 0; x < side; ++x) {
          row[x] = share * (isAbsolute ? static_cast<float>((row[x] > 0) - (row[x] < 0)) : row[x]);
        }
      }
    }
    loss += task_.loss == TrainLoss::kPsnr ? 10 * std::log10(mean + kPsnrFloor) : mean;
  }
  last.hasGradient = true;
  return loss / batch;
}

// The first that gives writes, later ones add.
void TrainPass::giveGradient(size_t layer, const Planes& from, int patches) {
  LayerState& state = states_[layer];
  const ptrdiff_t length = state.outputs * shape_.plane - shape_.stride - kUnit;
  for (int patch = 0; patch < patches; ++patch) {
    const float* given = from.at(*this, patch);
    float* gradient = state.gradient.at(*this, patch);
    if (state.hasGradient) {
      for (ptrdiff_t i = 0; i < length; ++i) gradient[i] += given[i];
    } else {
      std::copy_n(given, length, gradient);
    }
  }
  state.hasGradient = true;
}

void TrainPass::backward(int patches) {
  for (size_t l = states_.size(); l-- > 0;) {
    const TrainLayer& layer = task_.layers[l];
    LayerState& state = states_[l];
    if (layer.residualFrom >= 0) giveGradient(layer.residualFrom, state.gradient, patches);
    for (int patch = 0; patch < patches; ++patch) {
      TrainActivation activation{};
      activation.shape = shape_;
      activation.channels = state.outputs;
      activation.sums = layer.isActivated ? state.sums.at(*this, patch) : nullptr;
      activation.slope = state.paddedSlopes.data();
      activation.gradient = state.gradient.at(*this, patch);
      activation.biasGradient = state.biasGradient.data();
      activation.slopeGradient = state.slopeGradient.data();
      kernels_.trainActivation(activation);
    }
    const Planes& input = inputOf(l);
    kernels_.trainWeights({shape_, layer.kernel, layer.inputs, state.outputs, patches, input.patch, state.gradient.patch,
                           input.at(*this, 0), state.gradient.at(*this, 0), reinterpret_cast<float*>(state.lanes.data())});
    state.hasGradient = false;
    if (l == 0) continue;
    LayerState& before = states_[l - 1];
    const Planes& to = layer.addsFirst ? passed_ : before.gradient;
    static const std::vector<float> noBias(kMostChannels, 0.0f);
    for (int patch = 0; patch < patches; ++patch) {
      TrainConv conv{};
      conv.shape = shape_;
      conv.kernel = layer.kernel;
      conv.inputs = layer.outputs;
      conv.outputs = inFours(layer.inputs);
      conv.in = state.gradient.at(*this, patch);
      conv.weights = state.backwardWeights.data();
      conv.bias = noBias.data();
      conv.out = to.at(*this, patch);
      conv.added = !layer.addsFirst && before.hasGradient ? conv.out : nullptr;
      kernels_.trainConv(conv);
    }
    if (layer.addsFirst) {
      giveGradient(l - 1, passed_, patches);
      giveGradient(0, passed_, patches);
    } else {
      before.hasGradient = true;
    }
  }
}

void TrainPass::collect(float* gradient) const {
  const int lanes = kernels_.trainLanes;
  for (size_t l = 0; l < states_.size(); ++l) {
    const TrainLayer& layer = task_.layers[l];
    const LayerState& state = states_[l];
    const int k = layer.kernel;
    const auto* const sums = reinterpret_cast<const float*>(state.lanes.data());
    const int wide = state.outputs / kernels_.trainTile * kernels_.trainTile;
    for (int output = 0; output < layer.outputs; ++output) {
      const int tile = output < wide ? kernels_.trainTile : 4;
      const int first = output < wide ? output / tile * tile : wide + (output - wide) / 4 * 4;
      for (int i = 0; i < layer.inputs; ++i) {
        for (int tap = 0; tap < k * k; ++tap) {
          const ptrdiff_t before = static_cast<ptrdiff_t>(first) * layer.inputs * k + static_cast<ptrdiff_t>(i * k + tap / k) * tile;
          const float* const place = sums + ((before + output - first) * k + tap % k) * lanes;
          float sum = 0;
          for (int lane = 0; lane < lanes; ++lane) sum += place[lane];
          gradient[state.weights + (static_cast<size_t>(output) * layer.inputs + i) * k * k + tap] = sum;
        }
      }
      gradient[state.bias + output] = static_cast<float>(state.biasGradient[output]);
      if (layer.isActivated) gradient[state.slopes + output] = static_cast<float>(state.slopeGradient[output]);
    }
  }
}

double TrainPass::run(const float* parameters, const float* low, const float* high, float* gradient) {
  packWeights(parameters);
  double loss = 0;
  for (int first = 0; first < task_.batch; first += together_) {
    const int patches = std::min(together_, task_.batch - first);
    for (int patch = 0; patch < patches; ++patch) loadLow(low, first + patch, patch);
    forward(patches);
    loss += lossOf(low, high, first, patches);
    backward(patches);
  }
  collect(gradient);
  return loss;
}

}  // namespace tandem
