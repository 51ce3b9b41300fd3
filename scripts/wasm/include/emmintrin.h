/**
 * The SSE to SSE4.1 intrinsics that ncnn uses, written with WebAssembly SIMD, so that ncnn's x86 layers compile for WebAssembly.
 *
 * Each function does what its namesake does on x86, with these exceptions: there is one rounding mode, to nearest; `_mm_rcp_ps` and
 * `_mm_rsqrt_ps` are exact instead of 12 bits; the conversion of a float outside of int32 saturates.
 */
#pragma once

#include <wasm_simd128.h>

typedef float __m128 __attribute__((__vector_size__(16), __aligned__(16)));
typedef double __m128d __attribute__((__vector_size__(16), __aligned__(16)));
typedef long long __m128i __attribute__((__vector_size__(16), __aligned__(16)));

// Only as what a pointer points to.
typedef long long __m64 __attribute__((__vector_size__(8), __aligned__(8)));

typedef int ncnn_i32x4 __attribute__((__vector_size__(16)));
typedef unsigned int ncnn_u32x4 __attribute__((__vector_size__(16)));
typedef short ncnn_i16x8 __attribute__((__vector_size__(16)));
typedef unsigned short ncnn_u16x8 __attribute__((__vector_size__(16)));
typedef signed char ncnn_i8x16 __attribute__((__vector_size__(16)));
typedef unsigned long long ncnn_u64x2 __attribute__((__vector_size__(16)));

#define NCNN_SSE static __inline__ __attribute__((__always_inline__, __nodebug__, __unused__))
#define NCNN_F(x) ((__m128)(x))
#define NCNN_I(x) ((__m128i)(x))
#define NCNN_V(x) ((v128_t)(x))

#define _MM_SHUFFLE(z, y, x, w) (((z) << 6) | ((y) << 4) | ((x) << 2) | (w))
#define _MM_FROUND_TO_NEAREST_INT 0
#define _MM_FROUND_TO_NEG_INF 1
#define _MM_FROUND_TO_POS_INF 2
#define _MM_FROUND_TO_ZERO 3
#define _MM_FROUND_NO_EXC 8
#define _MM_FROUND_NINT 0
#define _MM_FROUND_TRUNC 3

// Constants.
NCNN_SSE __m128 _mm_setzero_ps(void) { return NCNN_F(wasm_f32x4_const_splat(0.f)); }
NCNN_SSE __m128 _mm_set1_ps(float a) { return NCNN_F(wasm_f32x4_splat(a)); }
NCNN_SSE __m128 _mm_set_ps1(float a) { return _mm_set1_ps(a); }
NCNN_SSE __m128 _mm_set_ss(float a) { return NCNN_F(wasm_f32x4_make(a, 0.f, 0.f, 0.f)); }
NCNN_SSE __m128 _mm_setr_ps(float a, float b, float c, float d) { return NCNN_F(wasm_f32x4_make(a, b, c, d)); }
NCNN_SSE __m128 _mm_set_ps(float d, float c, float b, float a) { return NCNN_F(wasm_f32x4_make(a, b, c, d)); }
NCNN_SSE __m128i _mm_setzero_si128(void) { return NCNN_I(wasm_i64x2_const_splat(0)); }
NCNN_SSE __m128i _mm_set1_epi8(char a) { return NCNN_I(wasm_i8x16_splat(a)); }
NCNN_SSE __m128i _mm_set1_epi16(short a) { return NCNN_I(wasm_i16x8_splat(a)); }
NCNN_SSE __m128i _mm_set1_epi32(int a) { return NCNN_I(wasm_i32x4_splat(a)); }
NCNN_SSE __m128i _mm_setr_epi32(int a, int b, int c, int d) { return NCNN_I(wasm_i32x4_make(a, b, c, d)); }
NCNN_SSE __m128i _mm_set_epi32(int d, int c, int b, int a) { return NCNN_I(wasm_i32x4_make(a, b, c, d)); }
NCNN_SSE __m128i _mm_setr_epi16(short a, short b, short c, short d, short e, short f, short g, short h)
{
    return NCNN_I(wasm_i16x8_make(a, b, c, d, e, f, g, h));
}
NCNN_SSE __m128i _mm_set_epi16(short h, short g, short f, short e, short d, short c, short b, short a)
{
    return NCNN_I(wasm_i16x8_make(a, b, c, d, e, f, g, h));
}
NCNN_SSE __m128i _mm_setr_epi8(char a, char b, char c, char d, char e, char f, char g, char h, char i, char j, char k, char l, char m, char n,
                               char o, char p)
{
    return NCNN_I(wasm_i8x16_make(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p));
}

// Loads and stores. WebAssembly has no alignment faults.
NCNN_SSE __m128 _mm_loadu_ps(const float* p) { return NCNN_F(wasm_v128_load(p)); }
NCNN_SSE __m128 _mm_load_ps(const float* p) { return NCNN_F(wasm_v128_load(p)); }
NCNN_SSE __m128 _mm_load1_ps(const float* p) { return NCNN_F(wasm_v128_load32_splat(p)); }
NCNN_SSE __m128 _mm_load_ps1(const float* p) { return NCNN_F(wasm_v128_load32_splat(p)); }
NCNN_SSE __m128 _mm_load_ss(const float* p) { return NCNN_F(wasm_v128_load32_zero(p)); }
NCNN_SSE __m128 _mm_loadl_pi(__m128 a, const void* p) { return NCNN_F(wasm_v128_load64_lane(p, NCNN_V(a), 0)); }
NCNN_SSE __m128 _mm_loadh_pi(__m128 a, const void* p) { return NCNN_F(wasm_v128_load64_lane(p, NCNN_V(a), 1)); }
NCNN_SSE __m128d _mm_load1_pd(const double* p) { return (__m128d)wasm_v128_load64_splat(p); }
NCNN_SSE __m128i _mm_loadu_si128(const void* p) { return NCNN_I(wasm_v128_load(p)); }
NCNN_SSE __m128i _mm_load_si128(const void* p) { return NCNN_I(wasm_v128_load(p)); }
NCNN_SSE __m128i _mm_lddqu_si128(const void* p) { return NCNN_I(wasm_v128_load(p)); }
NCNN_SSE __m128i _mm_loadl_epi64(const void* p) { return NCNN_I(wasm_v128_load64_zero(p)); }
NCNN_SSE void _mm_storeu_ps(float* p, __m128 a) { wasm_v128_store(p, NCNN_V(a)); }
NCNN_SSE void _mm_store_ps(float* p, __m128 a) { wasm_v128_store(p, NCNN_V(a)); }
NCNN_SSE void _mm_store_ss(float* p, __m128 a) { wasm_v128_store32_lane(p, NCNN_V(a), 0); }
NCNN_SSE void _mm_storel_pi(void* p, __m128 a) { wasm_v128_store64_lane(p, NCNN_V(a), 0); }
NCNN_SSE void _mm_storeh_pi(void* p, __m128 a) { wasm_v128_store64_lane(p, NCNN_V(a), 1); }
NCNN_SSE void _mm_storel_pd(double* p, __m128d a) { wasm_v128_store64_lane(p, NCNN_V(a), 0); }
NCNN_SSE void _mm_storeh_pd(double* p, __m128d a) { wasm_v128_store64_lane(p, NCNN_V(a), 1); }
NCNN_SSE void _mm_storeu_si128(void* p, __m128i a) { wasm_v128_store(p, NCNN_V(a)); }
NCNN_SSE void _mm_store_si128(void* p, __m128i a) { wasm_v128_store(p, NCNN_V(a)); }
NCNN_SSE void _mm_storel_epi64(void* p, __m128i a) { wasm_v128_store64_lane(p, NCNN_V(a), 0); }

// The same bits as another type.
NCNN_SSE __m128 _mm_castsi128_ps(__m128i a) { return (__m128)a; }
NCNN_SSE __m128i _mm_castps_si128(__m128 a) { return (__m128i)a; }
NCNN_SSE __m128d _mm_castps_pd(__m128 a) { return (__m128d)a; }
NCNN_SSE __m128 _mm_castpd_ps(__m128d a) { return (__m128)a; }
NCNN_SSE __m128d _mm_castsi128_pd(__m128i a) { return (__m128d)a; }
NCNN_SSE __m128i _mm_castpd_si128(__m128d a) { return (__m128i)a; }

// One lane.
NCNN_SSE float _mm_cvtss_f32(__m128 a) { return a[0]; }
NCNN_SSE int _mm_cvtsi128_si32(__m128i a) { return ((ncnn_i32x4)a)[0]; }
NCNN_SSE long long _mm_cvtsi128_si64(__m128i a) { return a[0]; }
NCNN_SSE __m128i _mm_cvtsi32_si128(int a) { return NCNN_I(wasm_i32x4_make(a, 0, 0, 0)); }
#define _mm_extract_epi32(a, lane) (((ncnn_i32x4)(__m128i)(a))[lane])
#define _mm_extract_epi16(a, lane) ((int)((ncnn_u16x8)(__m128i)(a))[lane])
#define _mm_insert_epi16(a, value, lane) NCNN_I(wasm_i16x8_replace_lane(NCNN_V(a), lane, (short)(value)))
NCNN_SSE __m128 _mm_add_ss(__m128 a, __m128 b)
{
    a[0] += b[0];
    return a;
}
NCNN_SSE __m128 _mm_max_ss(__m128 a, __m128 b)
{
    a[0] = a[0] > b[0] ? a[0] : b[0];
    return a;
}

// Arithmetic on floats. Like on x86, min and max give the second operand where one is NaN.
NCNN_SSE __m128 _mm_add_ps(__m128 a, __m128 b) { return a + b; }
NCNN_SSE __m128 _mm_sub_ps(__m128 a, __m128 b) { return a - b; }
NCNN_SSE __m128 _mm_mul_ps(__m128 a, __m128 b) { return a * b; }
NCNN_SSE __m128 _mm_div_ps(__m128 a, __m128 b) { return a / b; }
NCNN_SSE __m128 _mm_min_ps(__m128 a, __m128 b) { return NCNN_F(wasm_f32x4_pmin(NCNN_V(b), NCNN_V(a))); }
NCNN_SSE __m128 _mm_max_ps(__m128 a, __m128 b) { return NCNN_F(wasm_f32x4_pmax(NCNN_V(b), NCNN_V(a))); }
NCNN_SSE __m128 _mm_sqrt_ps(__m128 a) { return NCNN_F(wasm_f32x4_sqrt(NCNN_V(a))); }
NCNN_SSE __m128 _mm_rcp_ps(__m128 a) { return _mm_div_ps(_mm_set1_ps(1.f), a); }
NCNN_SSE __m128 _mm_rsqrt_ps(__m128 a) { return _mm_div_ps(_mm_set1_ps(1.f), _mm_sqrt_ps(a)); }
NCNN_SSE __m128 _mm_addsub_ps(__m128 a, __m128 b) { return _mm_add_ps(a, _mm_mul_ps(b, _mm_setr_ps(-1.f, 1.f, -1.f, 1.f))); }
NCNN_SSE __m128 _mm_floor_ps(__m128 a) { return NCNN_F(wasm_f32x4_floor(NCNN_V(a))); }
NCNN_SSE __m128 _mm_ceil_ps(__m128 a) { return NCNN_F(wasm_f32x4_ceil(NCNN_V(a))); }
NCNN_SSE __m128 _mm_round_ps(__m128 a, int mode)
{
    switch (mode & 3)
    {
    case _MM_FROUND_TO_NEG_INF: return _mm_floor_ps(a);
    case _MM_FROUND_TO_POS_INF: return _mm_ceil_ps(a);
    case _MM_FROUND_TO_ZERO: return NCNN_F(wasm_f32x4_trunc(NCNN_V(a)));
    default: return NCNN_F(wasm_f32x4_nearest(NCNN_V(a)));
    }
}

// Comparisons and bits of floats.
NCNN_SSE __m128 _mm_cmpeq_ps(__m128 a, __m128 b) { return (__m128)(a == b); }
NCNN_SSE __m128 _mm_cmpneq_ps(__m128 a, __m128 b) { return (__m128)(a != b); }
NCNN_SSE __m128 _mm_cmplt_ps(__m128 a, __m128 b) { return (__m128)(a < b); }
NCNN_SSE __m128 _mm_cmple_ps(__m128 a, __m128 b) { return (__m128)(a <= b); }
NCNN_SSE __m128 _mm_cmpgt_ps(__m128 a, __m128 b) { return (__m128)(a > b); }
NCNN_SSE __m128 _mm_cmpge_ps(__m128 a, __m128 b) { return (__m128)(a >= b); }
NCNN_SSE __m128 _mm_and_ps(__m128 a, __m128 b) { return (__m128)((__m128i)a & (__m128i)b); }
NCNN_SSE __m128 _mm_or_ps(__m128 a, __m128 b) { return (__m128)((__m128i)a | (__m128i)b); }
NCNN_SSE __m128 _mm_xor_ps(__m128 a, __m128 b) { return (__m128)((__m128i)a ^ (__m128i)b); }
NCNN_SSE __m128 _mm_andnot_ps(__m128 a, __m128 b) { return (__m128)(~(__m128i)a & (__m128i)b); }
// `mask` is a constant with a bit for each lane that comes from `b`.
#define _mm_blend_ps(a, b, mask)                                                                                                             \
    NCNN_F(wasm_i32x4_shuffle(NCNN_V(a), NCNN_V(b), (mask) & 1 ? 4 : 0, (mask) & 2 ? 5 : 1, (mask) & 4 ? 6 : 2, (mask) & 8 ? 7 : 3))
#define _mm_blend_epi16(a, b, mask)                                                                                                          \
    NCNN_I(wasm_i16x8_shuffle(NCNN_V(a), NCNN_V(b), (mask) & 1 ? 8 : 0, (mask) & 2 ? 9 : 1, (mask) & 4 ? 10 : 2, (mask) & 8 ? 11 : 3,        \
                              (mask) & 16 ? 12 : 4, (mask) & 32 ? 13 : 5, (mask) & 64 ? 14 : 6, (mask) & 128 ? 15 : 7))

// Conversions.
NCNN_SSE __m128 _mm_cvtepi32_ps(__m128i a) { return NCNN_F(wasm_f32x4_convert_i32x4(NCNN_V(a))); }
NCNN_SSE __m128i _mm_cvttps_epi32(__m128 a) { return NCNN_I(wasm_i32x4_trunc_sat_f32x4(NCNN_V(a))); }
NCNN_SSE __m128i _mm_cvtps_epi32(__m128 a) { return NCNN_I(wasm_i32x4_trunc_sat_f32x4(wasm_f32x4_nearest(NCNN_V(a)))); }
NCNN_SSE __m128i _mm_cvtepi8_epi16(__m128i a) { return NCNN_I(wasm_i16x8_extend_low_i8x16(NCNN_V(a))); }
NCNN_SSE __m128i _mm_cvtepi16_epi32(__m128i a) { return NCNN_I(wasm_i32x4_extend_low_i16x8(NCNN_V(a))); }
NCNN_SSE __m128i _mm_cvtepi8_epi32(__m128i a) { return _mm_cvtepi16_epi32(_mm_cvtepi8_epi16(a)); }
NCNN_SSE __m128i _mm_packs_epi16(__m128i a, __m128i b) { return NCNN_I(wasm_i8x16_narrow_i16x8(NCNN_V(a), NCNN_V(b))); }
NCNN_SSE __m128i _mm_packus_epi16(__m128i a, __m128i b) { return NCNN_I(wasm_u8x16_narrow_i16x8(NCNN_V(a), NCNN_V(b))); }
NCNN_SSE __m128i _mm_packs_epi32(__m128i a, __m128i b) { return NCNN_I(wasm_i16x8_narrow_i32x4(NCNN_V(a), NCNN_V(b))); }
NCNN_SSE __m128i _mm_packus_epi32(__m128i a, __m128i b) { return NCNN_I(wasm_u16x8_narrow_i32x4(NCNN_V(a), NCNN_V(b))); }

// Arithmetic on integers.
NCNN_SSE __m128i _mm_add_epi8(__m128i a, __m128i b) { return NCNN_I(wasm_i8x16_add(NCNN_V(a), NCNN_V(b))); }
NCNN_SSE __m128i _mm_add_epi16(__m128i a, __m128i b) { return NCNN_I(wasm_i16x8_add(NCNN_V(a), NCNN_V(b))); }
NCNN_SSE __m128i _mm_add_epi32(__m128i a, __m128i b) { return NCNN_I(wasm_i32x4_add(NCNN_V(a), NCNN_V(b))); }
NCNN_SSE __m128i _mm_sub_epi8(__m128i a, __m128i b) { return NCNN_I(wasm_i8x16_sub(NCNN_V(a), NCNN_V(b))); }
NCNN_SSE __m128i _mm_sub_epi16(__m128i a, __m128i b) { return NCNN_I(wasm_i16x8_sub(NCNN_V(a), NCNN_V(b))); }
NCNN_SSE __m128i _mm_sub_epi32(__m128i a, __m128i b) { return NCNN_I(wasm_i32x4_sub(NCNN_V(a), NCNN_V(b))); }
NCNN_SSE __m128i _mm_mullo_epi16(__m128i a, __m128i b) { return NCNN_I(wasm_i16x8_mul(NCNN_V(a), NCNN_V(b))); }
NCNN_SSE __m128i _mm_mullo_epi32(__m128i a, __m128i b) { return NCNN_I(wasm_i32x4_mul(NCNN_V(a), NCNN_V(b))); }
NCNN_SSE __m128i _mm_mulhi_epi16(__m128i a, __m128i b)
{
    const v128_t low = wasm_i32x4_extmul_low_i16x8(NCNN_V(a), NCNN_V(b));
    const v128_t high = wasm_i32x4_extmul_high_i16x8(NCNN_V(a), NCNN_V(b));
    return NCNN_I(wasm_i16x8_shuffle(low, high, 1, 3, 5, 7, 9, 11, 13, 15));
}
NCNN_SSE __m128i _mm_mul_epu32(__m128i a, __m128i b)
{
    const ncnn_u64x2 low = {0xffffffffull, 0xffffffffull};
    return (__m128i)(((ncnn_u64x2)a & low) * ((ncnn_u64x2)b & low));
}
NCNN_SSE __m128i _mm_madd_epi16(__m128i a, __m128i b) { return NCNN_I(wasm_i32x4_dot_i16x8(NCNN_V(a), NCNN_V(b))); }
NCNN_SSE __m128i _mm_hadd_epi32(__m128i a, __m128i b)
{
    return NCNN_I(wasm_i32x4_add(wasm_i32x4_shuffle(NCNN_V(a), NCNN_V(b), 0, 2, 4, 6), wasm_i32x4_shuffle(NCNN_V(a), NCNN_V(b), 1, 3, 5, 7)));
}
NCNN_SSE __m128i _mm_min_epi16(__m128i a, __m128i b) { return NCNN_I(wasm_i16x8_min(NCNN_V(a), NCNN_V(b))); }
NCNN_SSE __m128i _mm_max_epi16(__m128i a, __m128i b) { return NCNN_I(wasm_i16x8_max(NCNN_V(a), NCNN_V(b))); }
NCNN_SSE __m128i _mm_max_epi8(__m128i a, __m128i b) { return NCNN_I(wasm_i8x16_max(NCNN_V(a), NCNN_V(b))); }
NCNN_SSE __m128i _mm_cmpeq_epi32(__m128i a, __m128i b) { return NCNN_I(wasm_i32x4_eq(NCNN_V(a), NCNN_V(b))); }
NCNN_SSE __m128i _mm_cmpgt_epi32(__m128i a, __m128i b) { return NCNN_I(wasm_i32x4_gt(NCNN_V(a), NCNN_V(b))); }
NCNN_SSE __m128i _mm_cmpgt_epi16(__m128i a, __m128i b) { return NCNN_I(wasm_i16x8_gt(NCNN_V(a), NCNN_V(b))); }
NCNN_SSE __m128i _mm_cmpgt_epi8(__m128i a, __m128i b) { return NCNN_I(wasm_i8x16_gt(NCNN_V(a), NCNN_V(b))); }
NCNN_SSE __m128i _mm_and_si128(__m128i a, __m128i b) { return a & b; }
NCNN_SSE __m128i _mm_or_si128(__m128i a, __m128i b) { return a | b; }
NCNN_SSE __m128i _mm_xor_si128(__m128i a, __m128i b) { return a ^ b; }
NCNN_SSE __m128i _mm_andnot_si128(__m128i a, __m128i b) { return ~a & b; }

// Shifts. x86 shifts by counts up to 255, WebAssembly by the count modulo the width.
NCNN_SSE __m128i _mm_slli_epi16(__m128i a, int n) { return (unsigned)n > 15 ? _mm_setzero_si128() : NCNN_I(wasm_i16x8_shl(NCNN_V(a), n)); }
NCNN_SSE __m128i _mm_slli_epi32(__m128i a, int n) { return (unsigned)n > 31 ? _mm_setzero_si128() : NCNN_I(wasm_i32x4_shl(NCNN_V(a), n)); }
NCNN_SSE __m128i _mm_slli_epi64(__m128i a, int n) { return (unsigned)n > 63 ? _mm_setzero_si128() : NCNN_I(wasm_i64x2_shl(NCNN_V(a), n)); }
NCNN_SSE __m128i _mm_srli_epi16(__m128i a, int n) { return (unsigned)n > 15 ? _mm_setzero_si128() : NCNN_I(wasm_u16x8_shr(NCNN_V(a), n)); }
NCNN_SSE __m128i _mm_srli_epi32(__m128i a, int n) { return (unsigned)n > 31 ? _mm_setzero_si128() : NCNN_I(wasm_u32x4_shr(NCNN_V(a), n)); }
NCNN_SSE __m128i _mm_srli_epi64(__m128i a, int n) { return (unsigned)n > 63 ? _mm_setzero_si128() : NCNN_I(wasm_u64x2_shr(NCNN_V(a), n)); }
NCNN_SSE __m128i _mm_srai_epi16(__m128i a, int n) { return NCNN_I(wasm_i16x8_shr(NCNN_V(a), (unsigned)n > 15 ? 15 : n)); }
NCNN_SSE __m128i _mm_srai_epi32(__m128i a, int n) { return NCNN_I(wasm_i32x4_shr(NCNN_V(a), (unsigned)n > 31 ? 31 : n)); }
NCNN_SSE __m128i _mm_srl_epi32(__m128i a, __m128i n) { return (unsigned long long)n[0] > 31 ? _mm_setzero_si128() : _mm_srli_epi32(a, (int)n[0]); }

// Bytes `n` to `n + 15` of the concatenation of `low` and `high`; a macro, as lanes are constants.
#define NCNN_CONCAT_SHIFT(low, high, n)                                                                                                      \
    NCNN_I(wasm_i8x16_shuffle(low, high, (n) & 31, ((n) + 1) & 31, ((n) + 2) & 31, ((n) + 3) & 31, ((n) + 4) & 31, ((n) + 5) & 31,           \
                              ((n) + 6) & 31, ((n) + 7) & 31, ((n) + 8) & 31, ((n) + 9) & 31, ((n) + 10) & 31, ((n) + 11) & 31,              \
                              ((n) + 12) & 31, ((n) + 13) & 31, ((n) + 14) & 31, ((n) + 15) & 31))
#define _mm_alignr_epi8(high, low, n) NCNN_CONCAT_SHIFT(NCNN_V(low), NCNN_V(high), n)
#define _mm_srli_si128(a, n) NCNN_CONCAT_SHIFT(NCNN_V(a), wasm_i64x2_const_splat(0), n)
#define _mm_slli_si128(a, n) NCNN_CONCAT_SHIFT(wasm_i64x2_const_splat(0), NCNN_V(a), 16 - (n))

// Lanes in another order.
#define _mm_shuffle_ps(a, b, m)                                                                                                              \
    NCNN_F(wasm_i32x4_shuffle(NCNN_V(a), NCNN_V(b), (m) & 3, ((m) >> 2) & 3, (((m) >> 4) & 3) + 4, (((m) >> 6) & 3) + 4))
#define _mm_shuffle_epi32(a, m) NCNN_I(wasm_i32x4_shuffle(NCNN_V(a), NCNN_V(a), (m) & 3, ((m) >> 2) & 3, ((m) >> 4) & 3, ((m) >> 6) & 3))
#define _mm_shufflelo_epi16(a, m)                                                                                                            \
    NCNN_I(wasm_i16x8_shuffle(NCNN_V(a), NCNN_V(a), (m) & 3, ((m) >> 2) & 3, ((m) >> 4) & 3, ((m) >> 6) & 3, 4, 5, 6, 7))
#define _mm_shufflehi_epi16(a, m)                                                                                                            \
    NCNN_I(wasm_i16x8_shuffle(NCNN_V(a), NCNN_V(a), 0, 1, 2, 3, ((m) & 3) + 4, (((m) >> 2) & 3) + 4, (((m) >> 4) & 3) + 4,                   \
                              (((m) >> 6) & 3) + 4))
// x86 takes the low four bits of an index, or gives 0 where its high bit is set; WebAssembly gives 0 for indices from 16.
NCNN_SSE __m128i _mm_shuffle_epi8(__m128i a, __m128i b)
{
    return NCNN_I(wasm_i8x16_swizzle(NCNN_V(a), wasm_v128_and(NCNN_V(b), wasm_i8x16_const_splat((signed char)0x8f))));
}
NCNN_SSE __m128 _mm_movehl_ps(__m128 a, __m128 b) { return NCNN_F(wasm_i64x2_shuffle(NCNN_V(b), NCNN_V(a), 1, 3)); }
NCNN_SSE __m128 _mm_movelh_ps(__m128 a, __m128 b) { return NCNN_F(wasm_i64x2_shuffle(NCNN_V(a), NCNN_V(b), 0, 2)); }
NCNN_SSE __m128 _mm_unpacklo_ps(__m128 a, __m128 b) { return NCNN_F(wasm_i32x4_shuffle(NCNN_V(a), NCNN_V(b), 0, 4, 1, 5)); }
NCNN_SSE __m128 _mm_unpackhi_ps(__m128 a, __m128 b) { return NCNN_F(wasm_i32x4_shuffle(NCNN_V(a), NCNN_V(b), 2, 6, 3, 7)); }
NCNN_SSE __m128d _mm_unpacklo_pd(__m128d a, __m128d b) { return (__m128d)wasm_i64x2_shuffle(NCNN_V(a), NCNN_V(b), 0, 2); }
NCNN_SSE __m128d _mm_unpackhi_pd(__m128d a, __m128d b) { return (__m128d)wasm_i64x2_shuffle(NCNN_V(a), NCNN_V(b), 1, 3); }
NCNN_SSE __m128i _mm_unpacklo_epi64(__m128i a, __m128i b) { return NCNN_I(wasm_i64x2_shuffle(NCNN_V(a), NCNN_V(b), 0, 2)); }
NCNN_SSE __m128i _mm_unpackhi_epi64(__m128i a, __m128i b) { return NCNN_I(wasm_i64x2_shuffle(NCNN_V(a), NCNN_V(b), 1, 3)); }
NCNN_SSE __m128i _mm_unpacklo_epi32(__m128i a, __m128i b) { return NCNN_I(wasm_i32x4_shuffle(NCNN_V(a), NCNN_V(b), 0, 4, 1, 5)); }
NCNN_SSE __m128i _mm_unpackhi_epi32(__m128i a, __m128i b) { return NCNN_I(wasm_i32x4_shuffle(NCNN_V(a), NCNN_V(b), 2, 6, 3, 7)); }
NCNN_SSE __m128i _mm_unpacklo_epi16(__m128i a, __m128i b)
{
    return NCNN_I(wasm_i16x8_shuffle(NCNN_V(a), NCNN_V(b), 0, 8, 1, 9, 2, 10, 3, 11));
}
NCNN_SSE __m128i _mm_unpackhi_epi16(__m128i a, __m128i b)
{
    return NCNN_I(wasm_i16x8_shuffle(NCNN_V(a), NCNN_V(b), 4, 12, 5, 13, 6, 14, 7, 15));
}
NCNN_SSE __m128i _mm_unpacklo_epi8(__m128i a, __m128i b)
{
    return NCNN_I(wasm_i8x16_shuffle(NCNN_V(a), NCNN_V(b), 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23));
}
NCNN_SSE __m128i _mm_unpackhi_epi8(__m128i a, __m128i b)
{
    return NCNN_I(wasm_i8x16_shuffle(NCNN_V(a), NCNN_V(b), 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31));
}
#define _MM_TRANSPOSE4_PS(r0, r1, r2, r3)               \
    do {                                                \
        const __m128 low01 = _mm_unpacklo_ps(r0, r1);   \
        const __m128 low23 = _mm_unpacklo_ps(r2, r3);   \
        const __m128 high01 = _mm_unpackhi_ps(r0, r1);  \
        const __m128 high23 = _mm_unpackhi_ps(r2, r3);  \
        (r0) = _mm_movelh_ps(low01, low23);             \
        (r1) = _mm_movehl_ps(low23, low01);             \
        (r2) = _mm_movelh_ps(high01, high23);           \
        (r3) = _mm_movehl_ps(high23, high01);           \
    } while (0)
