// What this processor can do, and which kernels that gives.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "kernels/kernel_set.h"

namespace tandem {

enum CpuFeature : uint32_t {
  kFeatureAvx2 = 1u << 0,  // with FMA
  kFeatureAvxVnni = 1u << 1,
  kFeatureAvx512 = 1u << 2,  // F, BW, DQ, VL
  kFeatureAvx512Vnni = 1u << 3,
  kFeatureDot = 1u << 4,  // arm64 dot product
};

uint32_t detectCpuFeatures();

// All sets this processor can run, best first; never empty.
std::vector<const KernelSet*> availableKernels();

// The best set, or the one named by `wanted` (if not empty), else by the environment's TANDEM_CPU_ISA.
// Throws EngineError when it is unknown or cannot run here.
const KernelSet& chooseKernels(const std::string& wanted);

}  // namespace tandem
