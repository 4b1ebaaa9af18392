#include "kernel_set.h"
#include "macros.h"

#define TANDEM_SET_SYMBOL kNeon
#define TANDEM_SET_NAME "neon"
#define TANDEM_PAIRS_SATURATE false
#define TANDEM_SIGNED_CODES true
#include "vec_neon.h"

using namespace tandem;
#include "kernel_file.inc"
