// Random networks, sizes and pictures on every instruction set this machine has, against the naive reference.
// usage: engine_test [seed] [rounds]
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "../src/band_runner.h"
#include "../src/cpu_features.h"
#include "../src/engine.h"
#include "naive_reference.h"
#include "random_network.h"
#include "resample_check.h"
#include "train_check.h"
#include "test_picture.h"

using namespace tandem;
using namespace tandem_test;

namespace {

int failures = 0;

void report(const char* what, const char* isa, uint32_t seed, const PackedNetwork& n, int w, int h, double got) {
  std::printf("FAIL %s: isa %s, seed %u, %s, %zu layers, scale %d, %d planes, %d bit, %dx%d: %g\n", what, isa, seed,
              n.dataType == DataType::kInt8 ? "int8" : "f32", n.layers.size(), n.scale, n.planes, n.bitDepth, w, h, got);
  ++failures;
}

// f32 may differ by rounding only; where the exact value lies near a tie, by one code.
bool differsTooMuch(const PackedNetwork& network, const NaiveResult& naive, size_t at, int32_t got) {
  if (network.dataType == DataType::kInt8) return got != naive.codes[at];
  const double tolerance = 0.5 + 2e-5 * network.maximumCode() + 1e-3;
  return std::fabs(got - naive.exact[at]) > tolerance;
}

void checkRects(const Plan& plan, const TestPicture& in, const TestPicture& whole, uint32_t seed, Random& random) {
  const int w = plan.geometry.width, h = plan.geometry.height, s = plan.network.scale;
  TestPicture out(plan.network.planes, w * s, h * s, plan.network.bitDepth);
  BandRunner runner(plan);
  const int x = static_cast<int>(random() % w), y = static_cast<int>(random() % h);
  // Four rectangles that meet in a random point.
  for (const Rect& r : {Rect{0, 0, x, y}, Rect{x, 0, w, y}, Rect{0, y, x, h}, Rect{x, y, w, h}}) {
    if (r.x0 < r.x1 && r.y0 < r.y1) runner.run(in.view(), out.target(), r);
  }
  if (out.bytes != whole.bytes) report("rectangles", plan.kernels->name, seed, plan.network, w, h, x * 10000.0 + y);
}

void checkNetwork(uint32_t seed) {
  Random random(seed);
  const std::vector<uint8_t> bytes = makeAnyNetwork(random);
  const PackedNetwork network = parsePackedNetwork(bytes.data(), bytes.size());
  const int sizes[] = {1, 2, 3, 5, 15, 16, 17, 31, 33, 47, 48, 49, 64, 70, 97};
  const int w = sizes[random() % 15], h = sizes[random() % 11];
  TestPicture in(network.planes, w, h, network.bitDepth);
  in.randomise(random);
  const NaiveResult naive = runNaive(network, w, h, in.view());
  for (const KernelSet* kernels : availableKernels()) {
    const Plan plan = makePlan(network, {w, h}, *kernels);
    BandRunner runner(plan);
    TestPicture out(network.planes, w * network.scale, h * network.scale, network.bitDepth);
    runner.run(in.view(), out.target(), {0, 0, w, h});
    for (size_t i = 0; i < naive.codes.size(); ++i) {
      if (!differsTooMuch(network, naive, i, out.sample(i))) continue;
      report("reference", kernels->name, seed, network, w, h, out.sample(i) - naive.exact[i] - naive.codes[i]);
      break;
    }
    if (!out.marginsIntact()) report("margins", kernels->name, seed, network, w, h, 0);
    checkRects(plan, in, out, seed, random);
  }
}

// Frames of which a part moves, through an engine with several lanes and threads: the same bits as without reuse and threads.
void checkEngine(uint32_t seed) {
  Random random(seed);
  const std::vector<uint8_t> bytes = makeAnyNetwork(random);
  const int w = 8 + static_cast<int>(random() % 140), h = 8 + static_cast<int>(random() % 60), frames = 7;
  EngineOptions options;
  options.threads = 1 + static_cast<int>(random() % 3);
  options.lanes = 1 + static_cast<int>(random() % options.threads);
  const PackedNetwork network = parsePackedNetwork(bytes.data(), bytes.size());
  const std::vector<const KernelSet*> sets = availableKernels();
  const KernelSet& kernels = *sets[random() % sets.size()];
  options.isa = kernels.name;
  const Plan plan = makePlan(network, {w, h}, kernels);
  std::vector<TestPicture> ins, outs;
  TestPicture picture(network.planes, w, h, network.bitDepth);
  picture.randomise(random);
  for (int f = 0; f < frames; ++f) {
    const int x0 = static_cast<int>(random() % w), y0 = static_cast<int>(random() % h);
    const int x1 = std::min(w, x0 + static_cast<int>(random() % 20)), y1 = std::min(h, y0 + static_cast<int>(random() % 9));
    for (int y = y0; f != 3 && y < y1; ++y) {
      for (int x = x0; x < x1; ++x) picture.set(static_cast<int>(random() % network.planes), y, x, 1);
    }
    if (f == 5) picture.randomise(random);
    ins.push_back(picture);
    outs.emplace_back(network.planes, w * network.scale, h * network.scale, network.bitDepth);
  }
  double share = 0;
  {
    Engine engine(network, {w, h}, options);
    for (int f = 0; f < frames; ++f) {
      engine.submit(ins[f].view(), outs[f].target(), [&share, f](const FrameResult& r) {
        if (f == 6) share = r.computedShare;
      });
    }
    engine.drain();
  }
  if (share < 0 || share > 1) report("share", "engine", seed, network, w, h, share);
  BandRunner runner(plan);
  for (int f = 0; f < frames; ++f) {
    TestPicture alone(network.planes, w * network.scale, h * network.scale, network.bitDepth);
    runner.run(ins[f].view(), alone.target(), {0, 0, w, h});
    if (alone.bytes != outs[f].bytes) report("engine frame", plan.kernels->name, seed, network, w, h, f);
  }
}

// One hidden layer of one tap whose first two weights are a and b.
std::vector<uint8_t> makePair(int a, int b) {
  std::vector<uint8_t> bytes;
  const auto word = [&bytes](uint32_t value) {
    for (int i = 0; i < 4; ++i) bytes.push_back(static_cast<uint8_t>(value >> (8 * i)));
  };
  const auto four = [&word](uint32_t value) {
    for (int i = 0; i < 4; ++i) word(value);
  };
  for (const uint32_t w : {0x4e504454u, 1u, 1u, 3u, 1u, 8u, 0u, 0x3f800000u, 2u}) word(w);
  for (const uint32_t w : {1u, 4u, 0u, 0u, 0u, 1u, 1u, 0u, 4u, 4u, 1u}) word(w);  // layer and group, one tap
  for (const uint32_t w : {0u, 4u, 4096u, 4096u, 0u, 0u}) four(w);                // bias, shift, mPos, mNeg, aBefore, aAfter
  word(0);
  four(static_cast<uint32_t>(a & 255) | static_cast<uint32_t>(b & 255) << 8);
  for (const uint32_t w : {1u, 3u, 0u, 0u, 0u, 1u, 1u, 1u, 4u, 4u, 1u}) word(w);
  for (const uint32_t w : {0u, 0u, 256u, 0u}) four(w);  // bias, split, m, aLast
  word(0);
  four(1);
  return bytes;
}

// A kernel whose pairs saturate gets a tap twice where 255 x (a + b) leaves 16 bits, and only there; all others once.
void checkPairs() {
  const int pairs[][3] = {{64, 64, 1},   {65, 64, 2},   {127, 1, 1},   {127, 2, 2},  {-64, -64, 1}, {-64, -65, 2},
                          {-128, 0, 1},  {-128, -1, 2}, {127, -128, 1}, {-127, 127, 1}, {127, 127, 2}, {-128, -128, 2}};
  for (const KernelSet* kernels : availableKernels()) {
    for (const auto& pair : pairs) {
      const std::vector<uint8_t> bytes = makePair(pair[0], pair[1]);
      const PackedNetwork network = parsePackedNetwork(bytes.data(), bytes.size());
      const Plan plan = makePlan(network, {9, 1}, *kernels);
      const size_t wanted = kernels->pairsSaturate ? static_cast<size_t>(pair[2]) : 1;
      if (plan.layers[0].taps.size() != wanted) report("pair", kernels->name, 0, network, pair[0], pair[1], 0);
      TestPicture in(3, 9, 1, 8), out(3, 9, 1, 8);
      for (int p = 0; p < 3; ++p) {
        for (int x = 0; x < 9; ++x) in.set(p, 0, x, 255 - x);
      }
      const NaiveResult naive = runNaive(network, 9, 1, in.view());
      BandRunner(plan).run(in.view(), out.target(), {0, 0, 9, 1});
      for (size_t i = 0; i < naive.codes.size(); ++i) {
        if (out.sample(i) == naive.codes[i]) continue;
        report("pair's sum", kernels->name, 0, network, pair[0], pair[1], out.sample(i));
        break;
      }
    }
  }
}

// A reader must refuse damaged bytes or return a network that can be run; it never reads outside.
void checkDamaged(uint32_t seed) {
  Random random(seed);
  std::vector<uint8_t> bytes = makeAnyNetwork(random);
  if (random() % 2 == 0) {
    bytes.resize(random() % bytes.size());
  } else {
    for (int i = 0; i < 3; ++i) bytes[random() % bytes.size() & ~3u] = static_cast<uint8_t>(random());
  }
  try {
    const Plan plan = makePlan(parsePackedNetwork(bytes.data(), bytes.size()), {19, 7}, *availableKernels()[0]);
    TestPicture in(plan.network.planes, 19, 7, plan.network.bitDepth);
    TestPicture out(plan.network.planes, 19 * plan.network.scale, 7 * plan.network.scale, plan.network.bitDepth);
    in.randomise(random);
    BandRunner(plan).run(in.view(), out.target(), {0, 0, 19, 7});
  } catch (const EngineError&) {
  }
}

}  // namespace

int main(int argc, char** argv) {
  const uint32_t first = argc > 1 ? static_cast<uint32_t>(std::atoi(argv[1])) : 1;
  const uint32_t rounds = argc > 2 ? static_cast<uint32_t>(std::atoi(argv[2])) : 300;
  for (const KernelSet* kernels : availableKernels()) std::printf("isa %s\n", kernels->name);
  checkPairs();
  for (uint32_t seed = first; seed < first + rounds && failures < 20; ++seed) {
    checkNetwork(seed);
    checkDamaged(seed);
    for (const KernelSet* kernels : availableKernels()) {
      if (!trainingAgrees(*kernels, seed)) std::printf("FAIL training: seed %u\n", seed), ++failures;
    }
    if (!resamplingAgrees(seed)) std::printf("FAIL resampling: seed %u\n", seed), ++failures;
    if (seed % 4 == 0) checkEngine(seed);
  }
  std::printf("%u networks, %d failures\n", rounds, failures);
  return failures == 0 ? 0 : 1;
}
