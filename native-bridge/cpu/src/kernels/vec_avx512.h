// AVX-512 vectors: 32 registers, so 8 channels x 3 vectors (or 4 x 5) of sums stay in them.
#pragma once
#if defined(__GNUC__) && !defined(__clang__)
// GCC 12's own header initialises "undefined" vectors with themselves (GCC bug 105593).
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#pragma GCC diagnostic ignored "-Wuninitialized"
#endif
#include <immintrin.h>

namespace {

struct VecF {
  using T = __m512;
  static constexpr int kLanes = 16, kTall = 3, kWide = 5;
  static TANDEM_INLINE T load(const void* p) { return _mm512_loadu_ps(p); }
  static TANDEM_INLINE T broadcast(const float* p) { return _mm512_set1_ps(*p); }
  static TANDEM_INLINE void store(void* p, T v) { _mm512_storeu_ps(p, v); }
  static TANDEM_INLINE T add(T a, T b) { return _mm512_add_ps(a, b); }
  static TANDEM_INLINE T mul(T a, T b) { return _mm512_mul_ps(a, b); }
  static TANDEM_INLINE T fused(T a, T b, T sum) { return _mm512_fmadd_ps(a, b, sum); }
  // In a register from here on: a compiler would read it from memory once for each product.
  static TANDEM_INLINE T kept(T v) {
    asm("" : "+v"(v));
    return v;
  }
  // Lane by lane: where x < 0 the one, else the other.
  static TANDEM_INLINE T whereNegative(T x, T negative, T other) {
    return _mm512_mask_mov_ps(other, _mm512_cmp_ps_mask(x, _mm512_setzero_ps(), _CMP_LT_OQ), negative);
  }
  static TANDEM_INLINE T relu(T x) { return _mm512_max_ps(x, _mm512_setzero_ps()); }
  static TANDEM_INLINE T prelu(T x, T slope) {
    const __mmask16 negative = _mm512_cmp_ps_mask(x, _mm512_setzero_ps(), _CMP_LT_OQ);
    return _mm512_mask_mul_ps(x, negative, x, slope);
  }
  template <int kVectors>
  static TANDEM_INLINE void multiplyAdd(T (&sum)[kVectors], const T (&x)[kVectors], const float* weight) {
    const T w = _mm512_set1_ps(*weight);
    TANDEM_UNROLL
    for (int v = 0; v < kVectors; ++v) sum[v] = _mm512_fmadd_ps(x[v], w, sum[v]);
  }
};

}  // namespace

namespace {

// Byte i of channel-major codes <-> pixel-major codes, within 128 bits (a 4 x 4 transpose is its own inverse).
alignas(16) constexpr uint8_t kTransposeBytes[16] = {0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15};

struct VecI {
  using T = __m512i;
  using X = __m512i;
  using Sum = __m512i;
  static constexpr int kLanes = 16, kTall = 3, kWide = 5;
  static TANDEM_INLINE T load(const void* p) { return _mm512_loadu_si512(p); }
  static TANDEM_INLINE X loadPixels(const void* p) { return _mm512_loadu_si512(p); }
  static TANDEM_INLINE void store(void* p, T v) { _mm512_storeu_si512(p, v); }
  static TANDEM_INLINE Sum start(const int32_t* bias) { return _mm512_set1_epi32(*bias); }
  static TANDEM_INLINE T finish(Sum sum) { return sum; }
  template <int kVectors>
  static TANDEM_INLINE void dot(Sum (&sum)[kVectors], const X (&x)[kVectors], const int32_t* weight) {
    const T w = _mm512_set1_epi32(*weight);
#if defined(__AVX512VNNI__)
    TANDEM_UNROLL
    for (int v = 0; v < kVectors; ++v) sum[v] = _mm512_dpbusd_epi32(sum[v], x[v], w);
#else
    const T ones = _mm512_set1_epi16(1);
    TANDEM_UNROLL
    for (int v = 0; v < kVectors; ++v) {
      sum[v] = _mm512_add_epi32(sum[v], _mm512_madd_epi16(_mm512_maddubs_epi16(x[v], w), ones));
    }
#endif
  }
  static TANDEM_INLINE T splat16(int16_t v) { return _mm512_set1_epi16(v); }
  static TANDEM_INLINE T row16(const int16_t* p) {
    return _mm512_broadcast_i32x4(_mm_load_si128(reinterpret_cast<const __m128i*>(p)));
  }
  static TANDEM_INLINE T shiftRight(T v, const int32_t* count) {
    return _mm512_srav_epi32(v, _mm512_set1_epi32(*count));
  }
  static TANDEM_INLINE T pack16(T a, T b) { return _mm512_packs_epi32(a, b); }
  static TANDEM_INLINE T mulh(T a, T b) { return _mm512_mulhrs_epi16(a, b); }
  static TANDEM_INLINE T max16(T a, T b) { return _mm512_max_epi16(a, b); }
  static TANDEM_INLINE T min16(T a, T b) { return _mm512_min_epi16(a, b); }
  static TANDEM_INLINE T adds16(T a, T b) { return _mm512_adds_epi16(a, b); }
  template <int kCount>
  static TANDEM_INLINE T shiftRight16(T v) {
    return _mm512_srai_epi16(v, kCount);
  }
  static TANDEM_INLINE T transpose(T v) {
    const __m128i order = _mm_load_si128(reinterpret_cast<const __m128i*>(kTransposeBytes));
    return _mm512_shuffle_epi8(v, _mm512_broadcast_i32x4(order));
  }
  static TANDEM_INLINE T packCodes(T a, T b) { return transpose(_mm512_packus_epi16(a, b)); }
  // (code - zero) x 128; `zero` comes multiplied.
  static TANDEM_INLINE void unpackCodes(T codes, int16_t zero, T (&out)[2]) {
    const T bytes = transpose(codes), none = _mm512_setzero_si512(), z = splat16(zero);
    out[0] = _mm512_sub_epi16(_mm512_srli_epi16(_mm512_unpacklo_epi8(none, bytes), 1), z);
    out[1] = _mm512_sub_epi16(_mm512_srli_epi16(_mm512_unpackhi_epi8(none, bytes), 1), z);
  }
};

}  // namespace
