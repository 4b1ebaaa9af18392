// One pass of a training step over a batch: forward, loss, gradients of all weights, biases and slopes. On the calling thread.
#pragma once

#include <cstdint>
#include <vector>

#include "aligned_buffer.h"
#include "kernels/kernel_set.h"

namespace tandem {

struct TrainLayer {
  int inputs, outputs;
  int kernel;         // 1 or 3
  bool isActivated;   // by a PReLU; its slopes are parameters
  int residualFrom;   // layer whose output is added behind the activation; -1: none
  bool addsFirst;     // the first layer's output is added to its input
};

enum class TrainLoss : int32_t {
  kAbsolute,  // mean of |error|
  kSquared,   // mean of error^2
  kPsnr,      // mean over the patches of 10 log10(mean of error^2 + kPsnrFloor): the PSNR of a patch, negated
};

// The mean squared error of rounding to 8 bits. models/search/train/run/loss.ts has the same number.
constexpr double kPsnrFloor = 1.0 / (12 * 255 * 255);

struct TrainTask {
  std::vector<TrainLayer> layers;  // the first reads one channel, the last has scale x scale
  int batch;
  int side;   // pixels of a patch each way
  TrainLoss loss;
};

class TrainPass {
 public:
  // Throws EngineError for a task that is none.
  TrainPass(const KernelSet& kernels, TrainTask task);

  // Numbers of a layer follow one another: weights [outputs][inputs][k][k], bias [outputs], slopes [outputs] if activated.
  size_t parameterCount() const { return parameterCount_; }
  const TrainTask& task() const { return task_; }

  // low [batch][side][side], high [batch][scale^2][side][side]: prediction = low + what the last layer gives. Returns the loss.
  double run(const float* parameters, const float* low, const float* high, float* gradient);

 private:
  struct Planes {
    AlignedBuffer buffer;
    ptrdiff_t patch = 0;  // floats between patches
    float* at(const TrainPass& pass, int patchIndex) const;
  };
  struct LayerState {
    size_t weights = 0, bias = 0, slopes = 0;  // places in the parameters
    int outputs = 0;                           // rounded up to fours
    Planes sums, out, gradient;
    bool hasGradient = false;
    std::vector<float> forwardWeights, backwardWeights, paddedBias, paddedSlopes;
    std::vector<double> biasGradient, slopeGradient;
    AlignedBuffer lanes;
  };

  Planes makePlanes(int channels) const;
  void packWeights(const float* parameters);
  void loadLow(const float* low, int patch, int slot);
  const Planes& inputOf(size_t layer) const;
  void forward(int patches);
  double lossOf(const float* low, const float* high, int first, int patches);
  double sumErrors(const float* low, const float* high, const float* out, float* errors) const;
  void backward(int patches);
  void giveGradient(size_t layer, const Planes& from, int patches);
  void collect(float* gradient) const;

  const KernelSet& kernels_;
  TrainTask task_;
  TrainShape shape_{};
  size_t parameterCount_ = 0;
  int together_ = 1;  // patches that go through all layers before the next ones
  Planes low_, skip_, passed_;
  std::vector<LayerState> states_;
};

}  // namespace tandem
