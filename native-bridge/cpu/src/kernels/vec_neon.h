// NEON vectors: 32 registers of 4 lanes. Activations are kept as code - 128, because the dot product is s8 x s8.
#pragma once
#include <arm_neon.h>

namespace {

struct VecF {
  using T = float32x4_t;
  static constexpr int kLanes = 4, kTall = 3, kWide = 5;
  static TANDEM_INLINE T load(const void* p) { return vld1q_f32(static_cast<const float*>(p)); }
  static TANDEM_INLINE T broadcast(const float* p) { return vdupq_n_f32(*p); }
  static TANDEM_INLINE void store(void* p, T v) { vst1q_f32(static_cast<float*>(p), v); }
  static TANDEM_INLINE T add(T a, T b) { return vaddq_f32(a, b); }
  static TANDEM_INLINE T mul(T a, T b) { return vmulq_f32(a, b); }
  static TANDEM_INLINE T fused(T a, T b, T sum) { return vfmaq_f32(sum, a, b); }
  // In a register from here on: a compiler would read it from memory once for each product.
  static TANDEM_INLINE T kept(T v) {
    asm("" : "+w"(v));
    return v;
  }
  // Lane by lane: where x < 0 the one, else the other.
  static TANDEM_INLINE T whereNegative(T x, T negative, T other) { return vbslq_f32(vcltzq_f32(x), negative, other); }
  static TANDEM_INLINE T relu(T x) { return vmaxq_f32(x, vdupq_n_f32(0)); }
  static TANDEM_INLINE T prelu(T x, T slope) { return vbslq_f32(vcltzq_f32(x), vmulq_f32(x, slope), x); }
  template <int kVectors>
  static TANDEM_INLINE void multiplyAdd(T (&sum)[kVectors], const T (&x)[kVectors], const float* weight) {
    const T w = vdupq_n_f32(*weight);
    TANDEM_UNROLL
    for (int v = 0; v < kVectors; ++v) sum[v] = vfmaq_f32(sum[v], x[v], w);
  }
};

// Byte i of channel-major codes <-> pixel-major codes (a 4 x 4 transpose is its own inverse).
alignas(16) constexpr uint8_t kTransposeBytes[16] = {0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15};

struct VecI {
  using T = int32x4_t;
  using X = int8x16_t;
  static constexpr int kLanes = 4;
  static TANDEM_INLINE T load(const void* p) { return vld1q_s32(static_cast<const int32_t*>(p)); }
  static TANDEM_INLINE X loadPixels(const void* p) { return vld1q_s8(static_cast<const int8_t*>(p)); }
  static TANDEM_INLINE void store(void* p, T v) { vst1q_s32(static_cast<int32_t*>(p), v); }
#if defined(__ARM_FEATURE_DOTPROD)
  using Sum = int32x4_t;
  static constexpr int kTall = 3, kWide = 5;
  static TANDEM_INLINE Sum start(const int32_t* bias) { return vdupq_n_s32(*bias); }
  static TANDEM_INLINE T finish(Sum sum) { return sum; }
  static TANDEM_INLINE void dotOne(Sum& sum, X x, X w) { sum = vdotq_s32(sum, x, w); }
#else
  // Two halves per pixel until `finish`.
  struct Sum {
    int32x4_t low, high;
  };
  static constexpr int kTall = 0, kWide = 3;
  static TANDEM_INLINE Sum start(const int32_t* bias) {
    const int32_t both[4] = {*bias, 0, *bias, 0};
    return {vld1q_s32(both), vld1q_s32(both)};
  }
  static TANDEM_INLINE T finish(const Sum& sum) { return vpaddq_s32(sum.low, sum.high); }
  static TANDEM_INLINE void dotOne(Sum& sum, X x, X w) {
    sum.low = vpadalq_s16(sum.low, vmull_s8(vget_low_s8(x), vget_low_s8(w)));
    sum.high = vpadalq_s16(sum.high, vmull_high_s8(x, w));
  }
#endif
  template <int kVectors>
  static TANDEM_INLINE void dot(Sum (&sum)[kVectors], const X (&x)[kVectors], const int32_t* weight) {
    const X w = vreinterpretq_s8_s32(vdupq_n_s32(*weight));
    TANDEM_UNROLL
    for (int v = 0; v < kVectors; ++v) dotOne(sum[v], x[v], w);
  }
  static TANDEM_INLINE int16x8_t as16(T v) { return vreinterpretq_s16_s32(v); }
  static TANDEM_INLINE T from16(int16x8_t v) { return vreinterpretq_s32_s16(v); }
  static TANDEM_INLINE T splat16(int16_t v) { return from16(vdupq_n_s16(v)); }
  static TANDEM_INLINE T row16(const int16_t* p) { return from16(vld1q_s16(p)); }
  static TANDEM_INLINE T shiftRight(T v, const int32_t* count) { return vshlq_s32(v, vdupq_n_s32(-*count)); }
  static TANDEM_INLINE T pack16(T a, T b) { return from16(vcombine_s16(vqmovn_s32(a), vqmovn_s32(b))); }
  static TANDEM_INLINE T mulh(T a, T b) { return from16(vqrdmulhq_s16(as16(a), as16(b))); }
  static TANDEM_INLINE T max16(T a, T b) { return from16(vmaxq_s16(as16(a), as16(b))); }
  static TANDEM_INLINE T min16(T a, T b) { return from16(vminq_s16(as16(a), as16(b))); }
  static TANDEM_INLINE T adds16(T a, T b) { return from16(vqaddq_s16(as16(a), as16(b))); }
  template <int kCount>
  static TANDEM_INLINE T shiftRight16(T v) {
    return from16(vshrq_n_s16(as16(v), kCount));
  }
  // u8 codes <-> code - 128, in both directions.
  static TANDEM_INLINE uint8x16_t flip(uint8x16_t v) { return veorq_u8(v, vdupq_n_u8(0x80)); }
  static TANDEM_INLINE T packCodes(T a, T b) {
    const uint8x16_t codes = vcombine_u8(vqmovun_s16(as16(a)), vqmovun_s16(as16(b)));
    return vreinterpretq_s32_u8(flip(vqtbl1q_u8(codes, vld1q_u8(kTransposeBytes))));
  }
  // (code - zero) x 128; `zero` comes multiplied.
  static TANDEM_INLINE void unpackCodes(T codes, int16_t zero, T (&out)[2]) {
    const uint8x16_t bytes = vqtbl1q_u8(flip(vreinterpretq_u8_s32(codes)), vld1q_u8(kTransposeBytes));
    const int16x8_t z = vdupq_n_s16(zero);
    out[0] = from16(vsubq_s16(vreinterpretq_s16_u16(vshll_n_u8(vget_low_u8(bytes), 7)), z));
    out[1] = from16(vsubq_s16(vreinterpretq_s16_u16(vshll_high_n_u8(bytes, 7)), z));
  }
};

}  // namespace
