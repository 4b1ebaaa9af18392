#include "kernel_set.h"
#include "macros.h"

#define TANDEM_SET_SYMBOL kAvx512
#define TANDEM_SET_NAME "avx512"
#define TANDEM_PAIRS_SATURATE true
#define TANDEM_SIGNED_CODES false
#include "vec_avx512.h"

using namespace tandem;
#include "kernel_file.inc"
