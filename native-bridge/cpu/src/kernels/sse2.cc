#include "kernel_set.h"
#include "macros.h"

#define TANDEM_SET_SYMBOL kSse2
#define TANDEM_SET_NAME "sse2"
#define TANDEM_PAIRS_SATURATE false
#define TANDEM_SIGNED_CODES false
#include "vec_sse2.h"

using namespace tandem;
#include "kernel_file.inc"
