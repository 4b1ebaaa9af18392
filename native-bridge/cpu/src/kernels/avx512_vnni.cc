#include "kernel_set.h"
#include "macros.h"

#define TANDEM_SET_SYMBOL kAvx512Vnni
#define TANDEM_SET_NAME "avx512-vnni"
#define TANDEM_PAIRS_SATURATE false
#define TANDEM_SIGNED_CODES false
#include "vec_avx512.h"

using namespace tandem;
#include "kernel_file.inc"
