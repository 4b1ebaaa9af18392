#pragma once

#include <cstdint>

#include "../src/kernels/kernel_set.h"

namespace tandem {

// A random chain's loss and gradients against sums in double precision.
bool trainingAgrees(const KernelSet& kernels, uint32_t seed);

}  // namespace tandem
