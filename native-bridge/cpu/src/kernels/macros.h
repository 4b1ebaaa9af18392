// Compiler words used by the kernels. GCC, Clang and clang-cl understand them; MSVC's own front end is not supported.
#pragma once

#define TANDEM_INLINE inline __attribute__((always_inline))
#define TANDEM_NOINLINE __attribute__((noinline))
#if defined(__clang__)
#define TANDEM_UNROLL _Pragma("clang loop unroll(full)")
#else
#define TANDEM_UNROLL _Pragma("GCC unroll 8")
#endif
