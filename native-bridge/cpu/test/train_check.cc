#include "train_check.h"

#include <cmath>
#include <cstdio>
#include <random>
#include <vector>

#include "../src/train_pass.h"

namespace tandem {
namespace {

using Values = std::vector<double>;

// Activations of one batch as the definition has them: [patch][channel][y][x], borders of zeros.
struct Naive {
  const TrainTask& task;
  const std::vector<float>& parameters;
  std::vector<Values> inputs, sums, outs;
  Values gradient;

  double pixel(const Values& planes, int channels, int patch, int c, int y, int x) const {
    if (y < 0 || x < 0 || y >= task.side || x >= task.side) return 0;
    return planes[((static_cast<size_t>(patch) * channels + c) * task.side + y) * task.side + x];
  }

  // Calls with (patch, output, input, tap's place among the weights, y, x, y of the input, x of the input).
  template <class Visit>
  void everyTap(const TrainLayer& layer, Visit visit) const {
    const int k = layer.kernel, half = k / 2;
    for (int p = 0; p < task.batch; ++p)
      for (int o = 0; o < layer.outputs; ++o)
        for (int i = 0; i < layer.inputs; ++i)
          for (int tap = 0; tap < k * k; ++tap)
            for (int y = 0; y < task.side; ++y)
              for (int x = 0; x < task.side; ++x)
                visit(p, o, i, (o * layer.inputs + i) * k * k + tap, y, x, y + tap / k - half, x + tap % k - half);
  }

  size_t at(int channels, int patch, int c, int y, int x) const {
    return ((static_cast<size_t>(patch) * channels + c) * task.side + y) * task.side + x;
  }

  void forward(const std::vector<float>& low) {
    size_t place = 0;
    for (size_t l = 0; l < task.layers.size(); ++l) {
      const TrainLayer& layer = task.layers[l];
      Values in = l == 0 ? Values(low.begin(), low.end()) : outs[l - 1];
      if (layer.addsFirst) for (size_t i = 0; i < in.size(); ++i) in[i] += outs[0][i];
      const float* weights = parameters.data() + place;
      const float* bias = weights + static_cast<size_t>(layer.outputs) * layer.inputs * layer.kernel * layer.kernel;
      Values sum(static_cast<size_t>(task.batch) * layer.outputs * task.side * task.side);
      for (size_t i = 0; i < sum.size(); ++i) sum[i] = bias[i / (task.side * task.side) % layer.outputs];
      everyTap(layer, [&](int p, int o, int i, int w, int y, int x, int yi, int xi) {
        sum[at(layer.outputs, p, o, y, x)] += weights[w] * pixel(in, layer.inputs, p, i, yi, xi);
      });
      Values out = sum;
      for (size_t i = 0; i < out.size(); ++i) {
        const int o = static_cast<int>(i / (task.side * task.side) % layer.outputs);
        if (layer.isActivated && out[i] < 0) out[i] *= bias[layer.outputs + o];
        if (layer.residualFrom >= 0) out[i] += outs[layer.residualFrom][i];
      }
      inputs.push_back(in), sums.push_back(sum), outs.push_back(out);
      place = bias + layer.outputs * (layer.isActivated ? 2 : 1) - parameters.data();
    }
  }

  double loss(const std::vector<float>& low, const std::vector<float>& high, Values& slope) const {
    const Values& out = outs.back();
    slope.assign(out.size(), 0);
    const int area = task.side * task.side, channels = task.layers.back().outputs;
    const size_t count = static_cast<size_t>(area) * channels;
    double sum = 0;
    for (int patch = 0; patch < task.batch; ++patch) {
      double absolute = 0, squared = 0;
      for (size_t i = patch * count; i < (patch + 1) * count; ++i) {
        const double error = out[i] + low[patch * area + i % area] - high[i];
        absolute += std::fabs(error) / count, squared += error * error / count;
        slope[i] = error;
      }
      for (size_t i = patch * count; i < (patch + 1) * count; ++i) {
        const double error = slope[i];
        slope[i] = task.loss == TrainLoss::kAbsolute ? (error > 0) - (error < 0) : 2 * error;
        if (task.loss == TrainLoss::kPsnr) slope[i] *= 10 / std::log(10) / (squared + kPsnrFloor);
        slope[i] /= static_cast<double>(out.size());
      }
      if (task.loss == TrainLoss::kAbsolute) sum += absolute;
      if (task.loss == TrainLoss::kSquared) sum += squared;
      if (task.loss == TrainLoss::kPsnr) sum += 10 * std::log10(squared + kPsnrFloor);
    }
    return sum / task.batch;
  }

  void backward(const Values& last) {
    std::vector<Values> slopes(outs.size());
    for (size_t l = 0; l < outs.size(); ++l) slopes[l].assign(outs[l].size(), 0);
    slopes.back() = last;
    size_t end = parameters.size();
    gradient.assign(end, 0);
    for (size_t l = task.layers.size(); l-- > 0;) {
      const TrainLayer& layer = task.layers[l];
      const size_t weightCount = static_cast<size_t>(layer.outputs) * layer.inputs * layer.kernel * layer.kernel;
      const size_t first = end - weightCount - layer.outputs * (layer.isActivated ? 2 : 1);
      const size_t bias = first + weightCount;
      Values slope = slopes[l];
      if (layer.residualFrom >= 0) for (size_t i = 0; i < slope.size(); ++i) slopes[layer.residualFrom][i] += slope[i];
      for (size_t i = 0; i < slope.size(); ++i) {
        const int o = static_cast<int>(i / (task.side * task.side) % layer.outputs);
        if (layer.isActivated && sums[l][i] < 0) {
          gradient[bias + layer.outputs + o] += slope[i] * sums[l][i];
          slope[i] *= parameters[bias + layer.outputs + o];
        }
        gradient[bias + o] += slope[i];
      }
      Values passed(inputs[l].size(), 0);
      everyTap(layer, [&](int p, int o, int i, int w, int y, int x, int yi, int xi) {
        if (yi < 0 || xi < 0 || yi >= task.side || xi >= task.side) return;
        const double s = slope[at(layer.outputs, p, o, y, x)];
        gradient[first + w] += s * inputs[l][at(layer.inputs, p, i, yi, xi)];
        passed[at(layer.inputs, p, i, yi, xi)] += s * parameters[first + w];
      });
      if (l > 0) for (size_t i = 0; i < passed.size(); ++i) slopes[l - 1][i] += passed[i];
      if (layer.addsFirst) for (size_t i = 0; i < passed.size(); ++i) slopes[0][i] += passed[i];
      end = first;
    }
  }
};

TrainTask randomTask(std::mt19937& random) {
  const auto pick = [&random](int from, int to) { return static_cast<int>(from + random() % (to - from + 1)); };
  TrainTask task{};
  task.batch = pick(1, 3);
  task.side = pick(1, 40);
  task.loss = static_cast<TrainLoss>(random() % 3);
  const int width = 4 * pick(1, 6), hidden = pick(0, 3);
  int inputs = 1;
  for (int l = 0; l <= hidden; ++l) {
    const int outputs = random() % 3 == 0 ? 4 * pick(1, 6) : width;
    int from = -1;
    for (int b = 0; b < l; ++b) if (task.layers[b].outputs == outputs && random() % 3 == 0) from = b;
    task.layers.push_back({inputs, outputs, random() % 3 == 0 ? 1 : 3, random() % 4 != 0, from, false});
    inputs = outputs;
  }
  const int scale = pick(2, 4);
  const bool fits = task.layers[0].outputs == inputs;
  task.layers.push_back({inputs, scale * scale, random() % 4 == 0 ? 1 : 3, false, -1, fits && random() % 4 != 0});
  return task;
}

}  // namespace

bool trainingAgrees(const KernelSet& kernels, uint32_t seed) {
  std::mt19937 random(seed);
  const TrainTask task = randomTask(random);
  TrainPass pass(kernels, task);
  std::uniform_real_distribution<float> around(-0.5f, 0.5f), code(0.0f, 1.0f);
  const auto fill = [&random](size_t count, auto& from) {
    std::vector<float> values(count);
    for (float& value : values) value = from(random);
    return values;
  };
  const size_t pixels = static_cast<size_t>(task.batch) * task.side * task.side;
  const std::vector<float> parameters = fill(pass.parameterCount(), around);
  std::vector<float> gradient(pass.parameterCount(), NAN);
  for (int round = 0; round < 2; ++round) {  // the second starts from memory that was used
    const std::vector<float> low = fill(pixels, code), high = fill(pixels * task.layers.back().outputs, code);
    Naive naive{task, parameters, {}, {}, {}, {}};
    naive.forward(low);
    Values slope;
    const double expected = naive.loss(low, high, slope);
    naive.backward(slope);
    const double loss = pass.run(parameters.data(), low.data(), high.data(), gradient.data());
    double most = 0, worst = 0;
    for (size_t i = 0; i < gradient.size(); ++i) {
      most = std::fmax(most, std::fabs(naive.gradient[i]));
      worst = std::fmax(worst, std::fabs(naive.gradient[i] - gradient[i]));
    }
    // An absolute error near 0 may have either sign in single precision.
    const double tolerance = (task.loss == TrainLoss::kAbsolute ? 1e-3 : 1e-4) * most + 1e-9;
    if (!(worst <= tolerance) || std::fabs(loss - expected) > 1e-5 * std::fabs(expected) + 1e-6) {
      std::printf("training %s: gradient off by %g of %g, loss %g for %g\n", kernels.name, worst, most, loss, expected);
      return false;
    }
  }
  return true;
}

}  // namespace tandem
