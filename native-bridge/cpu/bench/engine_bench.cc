// Milliseconds a frame and the fraction of the machine's peak. The clock of a shared machine wanders, so the peak is measured
// right before and after every frame, and the fraction is the median of what the rounds gave.
// usage: engine_bench [isa=NAME] [width=640] [height=360] [rounds=9] [filter=TEXT]
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <memory>
#include <string>

#include <time.h>

#include "../src/band_runner.h"
#include "../src/cpu_features.h"
#include "../test/random_network.h"
#include "../test/test_picture.h"

using namespace tandem;
using namespace tandem_test;

namespace {

// Of this thread alone: other work on the machine counts less.
double nowMs() {
  timespec t;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) * 1e3 + static_cast<double>(t.tv_nsec) * 1e-6;
}

struct Case {
  std::string name;
  NetworkOptions options;
  double giga = 0;  // operations of the kept weights
  double best = 1e30;
  std::vector<double> fractions;
  std::unique_ptr<Plan> plan;
  std::unique_ptr<BandRunner> runner;
};

double operationsOf(const PackedNetwork& network, const Geometry& g) {
  double weights = 0;
  for (const PackedLayer& layer : network.layers) {
    const bool first = layer.inputs[0] == 0;
    for (const PackedGroup& group : layer.groups) {
      weights += static_cast<double>(group.taps.size()) * group.size * (first ? network.planes : group.tapDepth);
    }
  }
  return 2 * weights * g.width * g.height;
}

std::string option(int argc, char** argv, const char* key, const char* otherwise) {
  const size_t length = std::strlen(key);
  for (int i = 1; i < argc; ++i) {
    if (std::strncmp(argv[i], key, length) == 0 && argv[i][length] == '=') return argv[i] + length + 1;
  }
  return otherwise;
}

double peakGiga(double (*peak)(long)) {
  const long rounds = 60000;
  const double from = nowMs();
  const double operations = peak(rounds) * static_cast<double>(rounds);
  return operations / (nowMs() - from) * 1e-6;
}

}  // namespace

int main(int argc, char** argv) {
  const KernelSet& kernels = chooseKernels(option(argc, argv, "isa", ""));
  const Geometry geometry{std::atoi(option(argc, argv, "width", "640").c_str()),
                          std::atoi(option(argc, argv, "height", "360").c_str())};
  const int rounds = std::atoi(option(argc, argv, "rounds", "9").c_str());
  const std::string filter = option(argc, argv, "filter", "");
  std::vector<Case> cases;
  Random random(7);
  for (const bool int8 : {false, true}) {
    for (const int channels : {16, 24, 32}) {
      for (const double keep : {1.0, 0.5, 0.25}) {
        Case c;
        c.options.int8 = int8;
        c.options.channels = channels;
        c.options.keep = keep;
        char name[64];
        std::snprintf(name, sizeof(name), "%s C%d %.0f%%", int8 ? "int8" : "f32", channels, 100 * (1 - keep));
        c.name = name;
        if (!filter.empty() && c.name.find(filter) == std::string::npos) continue;
        const std::vector<uint8_t> bytes = makePlainNetwork(c.options, random);
        c.plan = std::make_unique<Plan>(makePlan(parsePackedNetwork(bytes.data(), bytes.size()), geometry, kernels));
        c.runner = std::make_unique<BandRunner>(*c.plan);
        c.giga = operationsOf(c.plan->network, geometry) * 1e-9;
        cases.push_back(std::move(c));
      }
    }
  }
  TestPicture in(1, geometry.width, geometry.height, 8), out(1, geometry.width * 2, geometry.height * 2, 8);
  in.randomise(random);
  double peakF32 = 0, peakInt8 = 0;
  for (int round = 0; round < rounds; ++round) {
    for (Case& c : cases) {
      double& peak = c.options.int8 ? peakInt8 : peakF32;
      const auto measure = c.options.int8 ? kernels.peakInt8 : kernels.peakF32;
      c.runner->run(in.view(), out.target(), {0, 0, geometry.width, geometry.height});
      const double before = peakGiga(measure);
      const double from = nowMs();
      c.runner->run(in.view(), out.target(), {0, 0, geometry.width, geometry.height});
      const double ms = nowMs() - from;
      const double after = peakGiga(measure);
      c.best = std::min(c.best, ms);
      c.fractions.push_back(c.giga / ms * 1e3 / (0.5 * (before + after)));
      peak = std::max({peak, before, after});
    }
  }
  std::printf("isa %s, %dx%d, one thread, peak f32 %.1f GFLOP/s, int8 %.1f Gop/s\n", kernels.name, geometry.width,
              geometry.height, peakF32, peakInt8);
  for (Case& c : cases) {
    std::sort(c.fractions.begin(), c.fractions.end());
    const size_t n = c.fractions.size();
    std::printf("%-14s %8.2f ms  %7.2f Gop  %7.1f Gop/s  %5.1f %% of peak (%.1f ... %.1f)\n", c.name.c_str(), c.best,
                c.giga, c.giga / c.best * 1e3, 100 * c.fractions[n / 2], 100 * c.fractions[0],
                100 * c.fractions[n - 1]);
  }
  return 0;
}
