#include "kernel_set.h"
#include "macros.h"

#define TANDEM_SET_SYMBOL kAvx2Vnni
#define TANDEM_SET_NAME "avx2-vnni"
#define TANDEM_PAIRS_SATURATE false
#define TANDEM_SIGNED_CODES false
#define TANDEM_DOT_VEX
#include "vec_avx2.h"

using namespace tandem;
#include "kernel_file.inc"
