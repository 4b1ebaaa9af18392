#include "cpu_features.h"

#include <cstdlib>

#include "packed_network.h"

#if defined(__x86_64__) || defined(_M_X64)
#include <cpuid.h>
#elif defined(__linux__)
#include <sys/auxv.h>
#elif defined(_WIN32)
#include <windows.h>
#endif

namespace tandem {
namespace {

#if defined(__x86_64__) || defined(_M_X64)

uint64_t enabledState() {
  uint32_t low, high;
  asm volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  return static_cast<uint64_t>(high) << 32 | low;
}

bool has(uint32_t word, int bit) { return (word >> bit & 1) != 0; }

uint32_t detect() {
  uint32_t a, b, c, d, features = 0;
  if (!__get_cpuid(1, &a, &b, &c, &d) || !has(c, 27)) return 0;  // the system saves no wide registers
  const bool fma = has(c, 12);
  const uint64_t state = enabledState();
  if ((state & 6) != 6 || !__get_cpuid_count(7, 0, &a, &b, &c, &d)) return 0;
  if (fma && has(b, 5)) features |= kFeatureAvx2;
  if ((state & 0xe6) == 0xe6 && has(b, 16) && has(b, 17) && has(b, 30) && has(b, 31)) features |= kFeatureAvx512;
  if ((features & kFeatureAvx512) != 0 && has(c, 11)) features |= kFeatureAvx512Vnni;
  if ((features & kFeatureAvx2) != 0 && __get_cpuid_count(7, 1, &a, &b, &c, &d) && has(a, 4)) {
    features |= kFeatureAvxVnni;
  }
  return features;
}

#elif defined(__APPLE__)

uint32_t detect() { return kFeatureDot; }  // every Apple processor that runs a desktop

#elif defined(_WIN32)

uint32_t detect() { return IsProcessorFeaturePresent(PF_ARM_V82_DP_INSTRUCTIONS_AVAILABLE) ? kFeatureDot : 0u; }

#else

uint32_t detect() { return (getauxval(AT_HWCAP) >> 20 & 1) != 0 ? kFeatureDot : 0u; }  // HWCAP_ASIMDDP

#endif

struct Candidate {
  const KernelSet* set;
  uint32_t needs;
};

const Candidate kCandidates[] = {
#define TANDEM_KERNELS(symbol, name, needs) {&symbol, needs},
#include "kernels/kernels.def"
#undef TANDEM_KERNELS
};

}  // namespace

uint32_t detectCpuFeatures() { return detect(); }

std::vector<const KernelSet*> availableKernels() {
  const uint32_t features = detectCpuFeatures();
  std::vector<const KernelSet*> sets;
  for (const Candidate& candidate : kCandidates) {
    if ((candidate.needs & ~features) == 0) sets.push_back(candidate.set);
  }
  return sets;
}

const KernelSet& chooseKernels(const std::string& wanted) {
  const char* const forced = std::getenv("TANDEM_CPU_ISA");
  const std::string name = !wanted.empty() ? wanted : forced != nullptr ? forced : "";
  const auto sets = availableKernels();
  std::string names;
  for (const KernelSet* set : sets) {
    if (name.empty() || name == set->name) return *set;
    names += std::string(names.empty() ? "" : ", ") + set->name;
  }
  throw EngineError("expected an instruction set this processor has (" + names + ") but got '" + name + "'");
}

}  // namespace tandem
