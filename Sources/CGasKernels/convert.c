/* float32 to and from 16-bit formats.
 *
 * binary16 goes through the processor's instructions where it has them (F16C), eight numbers at a time. The portable versions
 * take the rest, or all, and have no branches, so that they vectorise: widening rebuilds the exponent by one multiplication, which also gets subnormal numbers right (Fabian
 * Giesen's method); narrowing lets float addition do the rounding.
 */
#include "convert.h"

#if defined(GAS_MULTIVERSIONED)
#include <immintrin.h>

__attribute__((target("f16c,avx"))) static void widen_f16c(int64_t count, const uint16_t *x, float *y) {
  int64_t i = 0;
  for (; i + 8 <= count; i += 8) {
    _mm256_storeu_ps(y + i, _mm256_cvtph_ps(_mm_loadu_si128((const __m128i *)(x + i))));
  }
  for (; i < count; i++) y[i] = gas_widen_f16(x[i]);
}

__attribute__((target("f16c,avx"))) static void narrow_f16c(int64_t count, const float *x, uint16_t *y) {
  int64_t i = 0;
  for (; i + 8 <= count; i += 8) {
    __m128i halves = _mm256_cvtps_ph(_mm256_loadu_ps(x + i), _MM_FROUND_TO_NEAREST_INT);
    _mm_storeu_si128((__m128i *)(y + i), halves);
  }
  for (; i < count; i++) y[i] = gas_narrow_f16(x[i]);
}
#endif

void gas_f16_to_f32(int64_t count, const uint16_t *x, float *y) {
#if defined(GAS_MULTIVERSIONED)
  if (__builtin_cpu_supports("f16c")) {
    widen_f16c(count, x, y);
    return;
  }
#endif
  for (int64_t i = 0; i < count; i++) y[i] = gas_widen_f16(x[i]);
}

void gas_f32_to_f16(int64_t count, const float *x, uint16_t *y) {
#if defined(GAS_MULTIVERSIONED)
  if (__builtin_cpu_supports("f16c")) {
    narrow_f16c(count, x, y);
    return;
  }
#endif
  for (int64_t i = 0; i < count; i++) y[i] = gas_narrow_f16(x[i]);
}

GAS_KERNEL
void gas_bf16_to_f32(int64_t count, const uint16_t *x, float *y) {
  for (int64_t i = 0; i < count; i++) y[i] = gas_widen_bf16(x[i]);
}

GAS_KERNEL
void gas_f32_to_bf16(int64_t count, const float *x, uint16_t *y) {
  for (int64_t i = 0; i < count; i++) y[i] = gas_narrow_bf16(x[i]);
}
