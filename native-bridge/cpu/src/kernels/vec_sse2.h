// SSE2 vectors: what every x86-64 processor has. No fused multiply-add, no byte shuffle, no u8 x s8 product.
#pragma once
#include <emmintrin.h>

namespace {

struct VecF {
  using T = __m128;
  static constexpr int kLanes = 4, kTall = 0, kWide = 2;
  static TANDEM_INLINE T load(const void* p) { return _mm_loadu_ps(static_cast<const float*>(p)); }
  static TANDEM_INLINE T broadcast(const float* p) { return _mm_set1_ps(*p); }
  static TANDEM_INLINE void store(void* p, T v) { _mm_storeu_ps(static_cast<float*>(p), v); }
  static TANDEM_INLINE T add(T a, T b) { return _mm_add_ps(a, b); }
  static TANDEM_INLINE T mul(T a, T b) { return _mm_mul_ps(a, b); }
  static TANDEM_INLINE T fused(T a, T b, T sum) { return _mm_add_ps(sum, _mm_mul_ps(a, b)); }
  // In a register from here on: a compiler would read it from memory once for each product.
  static TANDEM_INLINE T kept(T v) {
    asm("" : "+x"(v));
    return v;
  }
  // Lane by lane: where x < 0 the one, else the other.
  static TANDEM_INLINE T whereNegative(T x, T negative, T other) {
    const T mask = _mm_cmplt_ps(x, _mm_setzero_ps());
    return _mm_or_ps(_mm_andnot_ps(mask, other), _mm_and_ps(mask, negative));
  }
  static TANDEM_INLINE T relu(T x) { return _mm_max_ps(x, _mm_setzero_ps()); }
  static TANDEM_INLINE T prelu(T x, T slope) {
    const T negative = _mm_cmplt_ps(x, _mm_setzero_ps());
    return _mm_or_ps(_mm_andnot_ps(negative, x), _mm_and_ps(negative, _mm_mul_ps(x, slope)));
  }
  template <int kVectors>
  static TANDEM_INLINE void multiplyAdd(T (&sum)[kVectors], const T (&x)[kVectors], const float* weight) {
    const T w = _mm_set1_ps(*weight);
    TANDEM_UNROLL
    for (int v = 0; v < kVectors; ++v) sum[v] = _mm_add_ps(sum[v], _mm_mul_ps(x[v], w));
  }
};

struct VecI {
  using T = __m128i;
  // Pixels and sums as 16-bit channels, two pixels a vector; a sum keeps two halves per pixel until `finish`.
  struct X {
    __m128i low, high;
  };
  using Sum = X;
  static constexpr int kLanes = 4, kTall = 0, kWide = 1;
  static TANDEM_INLINE T load(const void* p) { return _mm_loadu_si128(static_cast<const T*>(p)); }
  static TANDEM_INLINE X loadPixels(const void* p) {
    const T codes = load(p), none = _mm_setzero_si128();
    return {_mm_unpacklo_epi8(codes, none), _mm_unpackhi_epi8(codes, none)};
  }
  static TANDEM_INLINE void store(void* p, T v) { _mm_storeu_si128(static_cast<T*>(p), v); }
  static TANDEM_INLINE Sum start(const int32_t* bias) {
    const T both = _mm_set_epi32(0, *bias, 0, *bias);
    return {both, both};
  }
  static TANDEM_INLINE T finish(const Sum& sum) {
    const __m128 low = _mm_castsi128_ps(sum.low), high = _mm_castsi128_ps(sum.high);
    return _mm_add_epi32(_mm_castps_si128(_mm_shuffle_ps(low, high, 0x88)),
                         _mm_castps_si128(_mm_shuffle_ps(low, high, 0xdd)));
  }
  template <int kVectors>
  static TANDEM_INLINE void dot(Sum (&sum)[kVectors], const X (&x)[kVectors], const int32_t* weight) {
    const T bytes = _mm_cvtsi32_si128(*weight);
    const T wide = _mm_srai_epi16(_mm_unpacklo_epi8(bytes, bytes), 8);
    const T w = _mm_unpacklo_epi64(wide, wide);
    TANDEM_UNROLL
    for (int v = 0; v < kVectors; ++v) {
      sum[v].low = _mm_add_epi32(sum[v].low, _mm_madd_epi16(x[v].low, w));
      sum[v].high = _mm_add_epi32(sum[v].high, _mm_madd_epi16(x[v].high, w));
    }
  }
  static TANDEM_INLINE T splat16(int16_t v) { return _mm_set1_epi16(v); }
  static TANDEM_INLINE T row16(const int16_t* p) { return load(p); }
  static TANDEM_INLINE T shiftRight(T v, const int32_t* count) { return _mm_sra_epi32(v, _mm_cvtsi32_si128(*count)); }
  static TANDEM_INLINE T pack16(T a, T b) { return _mm_packs_epi32(a, b); }
  static TANDEM_INLINE T mulh(T a, T b) {
    const T high = _mm_mulhi_epi16(a, b), low = _mm_mullo_epi16(a, b);
    const T rounded = _mm_srli_epi16(_mm_add_epi16(_mm_srli_epi16(low, 14), _mm_set1_epi16(1)), 1);
    return _mm_add_epi16(_mm_slli_epi16(high, 1), rounded);
  }
  static TANDEM_INLINE T max16(T a, T b) { return _mm_max_epi16(a, b); }
  static TANDEM_INLINE T min16(T a, T b) { return _mm_min_epi16(a, b); }
  static TANDEM_INLINE T adds16(T a, T b) { return _mm_adds_epi16(a, b); }
  template <int kCount>
  static TANDEM_INLINE T shiftRight16(T v) {
    return _mm_srai_epi16(v, kCount);
  }
  // 4 x 4 bytes: two perfect shuffles swap the halves of a byte's index.
  static TANDEM_INLINE T transpose(T v) {
    const T once = _mm_unpacklo_epi8(v, _mm_srli_si128(v, 8));
    return _mm_unpacklo_epi8(once, _mm_srli_si128(once, 8));
  }
  static TANDEM_INLINE T packCodes(T a, T b) { return transpose(_mm_packus_epi16(a, b)); }
  static TANDEM_INLINE void unpackCodes(T codes, int16_t zero, T (&out)[2]) {
    const T bytes = transpose(codes), none = _mm_setzero_si128(), z = splat16(zero);
    out[0] = _mm_sub_epi16(_mm_srli_epi16(_mm_unpacklo_epi8(none, bytes), 1), z);
    out[1] = _mm_sub_epi16(_mm_srli_epi16(_mm_unpackhi_epi8(none, bytes), 1), z);
  }
};

}  // namespace
