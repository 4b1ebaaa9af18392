// AVX2 + FMA vectors: 16 registers, 4 channels x 3 vectors of sums, 3 of pixels, 1 of weights: every one is in use, and
// compilers spill unless the broadcast and its products are one piece.
#pragma once
#include <immintrin.h>

namespace {

struct VecF {
  using T = __m256;
  static constexpr int kLanes = 8, kTall = 0, kWide = 3;
  static TANDEM_INLINE T load(const void* p) { return _mm256_loadu_ps(static_cast<const float*>(p)); }
  static TANDEM_INLINE T broadcast(const float* p) { return _mm256_broadcast_ss(p); }
  static TANDEM_INLINE void store(void* p, T v) { _mm256_storeu_ps(static_cast<float*>(p), v); }
  static TANDEM_INLINE T add(T a, T b) { return _mm256_add_ps(a, b); }
  static TANDEM_INLINE T mul(T a, T b) { return _mm256_mul_ps(a, b); }
  static TANDEM_INLINE T fused(T a, T b, T sum) { return _mm256_fmadd_ps(a, b, sum); }
  // In a register from here on: a compiler would read it from memory once for each product.
  static TANDEM_INLINE T kept(T v) {
    asm("" : "+x"(v));
    return v;
  }
  // Lane by lane: where x < 0 the one, else the other.
  static TANDEM_INLINE T whereNegative(T x, T negative, T other) {
    return _mm256_blendv_ps(other, negative, _mm256_cmp_ps(x, _mm256_setzero_ps(), _CMP_LT_OQ));
  }
  static TANDEM_INLINE T relu(T x) { return _mm256_max_ps(x, _mm256_setzero_ps()); }
  static TANDEM_INLINE T prelu(T x, T slope) {
    const T zero = _mm256_setzero_ps();
    return _mm256_blendv_ps(x, _mm256_mul_ps(x, slope), _mm256_cmp_ps(x, zero, _CMP_LT_OQ));
  }
  template <int kVectors>
  static TANDEM_INLINE void multiplyAdd(T (&sum)[kVectors], const T (&x)[kVectors], const float* weight) {
    T w;
    if constexpr (kVectors == 3) {
      asm("vbroadcastss %[m], %[w]\n\t"
          "vfmadd231ps %[w], %[x0], %[s0]\n\t"
          "vfmadd231ps %[w], %[x1], %[s1]\n\t"
          "vfmadd231ps %[w], %[x2], %[s2]"
          : [w] "=&x"(w), [s0] "+x"(sum[0]), [s1] "+x"(sum[1]), [s2] "+x"(sum[2])
          : [x0] "x"(x[0]), [x1] "x"(x[1]), [x2] "x"(x[2]), [m] "m"(*weight));
    } else {
      w = broadcast(weight);
      TANDEM_UNROLL
      for (int v = 0; v < kVectors; ++v) sum[v] = _mm256_fmadd_ps(x[v], w, sum[v]);
    }
  }
};

}  // namespace

namespace {

// Byte i of channel-major codes <-> pixel-major codes, within 128 bits (a 4 x 4 transpose is its own inverse).
alignas(16) constexpr uint8_t kTransposeBytes[16] = {0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15};

struct VecI {
  using T = __m256i;
  using X = __m256i;
  using Sum = __m256i;
#if defined(TANDEM_DOT_VEX) || defined(TANDEM_DOT_EVEX)
  static constexpr int kLanes = 8, kTall = 0, kWide = 3;
#else
  static constexpr int kLanes = 8, kTall = 0, kWide = 2;
#endif
  static TANDEM_INLINE T load(const void* p) { return _mm256_loadu_si256(static_cast<const T*>(p)); }
  static TANDEM_INLINE X loadPixels(const void* p) { return load(p); }
  static TANDEM_INLINE void store(void* p, T v) { _mm256_storeu_si256(static_cast<T*>(p), v); }
  static TANDEM_INLINE Sum start(const int32_t* bias) { return _mm256_set1_epi32(*bias); }
  static TANDEM_INLINE T finish(Sum sum) { return sum; }
  template <int kVectors>
  static TANDEM_INLINE void dot(Sum (&sum)[kVectors], const X (&x)[kVectors], const int32_t* weight) {
    const T w = _mm256_set1_epi32(*weight);
    TANDEM_UNROLL
    for (int v = 0; v < kVectors; ++v) {
#if defined(TANDEM_DOT_VEX)
      sum[v] = _mm256_dpbusd_avx_epi32(sum[v], x[v], w);
#elif defined(TANDEM_DOT_EVEX)
      sum[v] = _mm256_dpbusd_epi32(sum[v], x[v], w);
#else
      const T ones = _mm256_set1_epi16(1);
      sum[v] = _mm256_add_epi32(sum[v], _mm256_madd_epi16(_mm256_maddubs_epi16(x[v], w), ones));
#endif
    }
  }
  static TANDEM_INLINE T splat16(int16_t v) { return _mm256_set1_epi16(v); }
  static TANDEM_INLINE T row16(const int16_t* p) {
    return _mm256_broadcastsi128_si256(_mm_load_si128(reinterpret_cast<const __m128i*>(p)));
  }
  static TANDEM_INLINE T shiftRight(T v, const int32_t* count) {
    return _mm256_srav_epi32(v, _mm256_set1_epi32(*count));
  }
  static TANDEM_INLINE T pack16(T a, T b) { return _mm256_packs_epi32(a, b); }
  static TANDEM_INLINE T mulh(T a, T b) { return _mm256_mulhrs_epi16(a, b); }
  static TANDEM_INLINE T max16(T a, T b) { return _mm256_max_epi16(a, b); }
  static TANDEM_INLINE T min16(T a, T b) { return _mm256_min_epi16(a, b); }
  static TANDEM_INLINE T adds16(T a, T b) { return _mm256_adds_epi16(a, b); }
  template <int kCount>
  static TANDEM_INLINE T shiftRight16(T v) {
    return _mm256_srai_epi16(v, kCount);
  }
  static TANDEM_INLINE T transpose(T v) {
    const __m128i order = _mm_load_si128(reinterpret_cast<const __m128i*>(kTransposeBytes));
    return _mm256_shuffle_epi8(v, _mm256_broadcastsi128_si256(order));
  }
  static TANDEM_INLINE T packCodes(T a, T b) { return transpose(_mm256_packus_epi16(a, b)); }
  // (code - zero) x 128; `zero` comes multiplied.
  static TANDEM_INLINE void unpackCodes(T codes, int16_t zero, T (&out)[2]) {
    const T bytes = transpose(codes), none = _mm256_setzero_si256(), z = splat16(zero);
    out[0] = _mm256_sub_epi16(_mm256_srli_epi16(_mm256_unpacklo_epi8(none, bytes), 1), z);
    out[1] = _mm256_sub_epi16(_mm256_srli_epi16(_mm256_unpackhi_epi8(none, bytes), 1), z);
  }
};

}  // namespace
