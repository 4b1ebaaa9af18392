#include "kernel_set.h"
#include "macros.h"

#define TANDEM_SET_SYMBOL kAvx2
#define TANDEM_SET_NAME "avx2"
#define TANDEM_PAIRS_SATURATE true
#define TANDEM_SIGNED_CODES false
#include "vec_avx2.h"

using namespace tandem;
#include "kernel_file.inc"
