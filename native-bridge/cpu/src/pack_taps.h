// Weights and taps of one layer, in the order and form of one instruction set's kernels.
#pragma once

#include "plan.h"

namespace tandem {

// Fills taps, groups and their storage of plan.layers[index]; needs only the network and the kernels of the plan.
void packLayer(Plan& plan, int32_t index);

}  // namespace tandem
