/* float32 to and from 16-bit formats, and rows of 8-bit numbers with a scale.
 *
 * binary16 goes through the processor's instructions where it has them (F16C, a part of x86-64-v3), eight numbers at a time. The
 * portable versions take the rest, or all, and have no branches, so that they vectorise: widening rebuilds the exponent by one
 * multiplication, which also gets subnormal numbers right (Fabian Giesen's method); narrowing lets float addition do the rounding.
 */
#include "convert.h"
#include "prefetch.h"

#include <float.h>

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
  if (gas_chosen_isa() >= GAS_X86_64_V3) {
    widen_f16c(count, x, y);
    return;
  }
#endif
  for (int64_t i = 0; i < count; i++) y[i] = gas_widen_f16(x[i]);
}

void gas_f32_to_f16(int64_t count, const float *x, uint16_t *y) {
#if defined(GAS_MULTIVERSIONED)
  if (gas_chosen_isa() >= GAS_X86_64_V3) {
    narrow_f16c(count, x, y);
    return;
  }
#endif
  for (int64_t i = 0; i < count; i++) y[i] = gas_narrow_f16(x[i]);
}

GAS_KERNEL(void, gas_bf16_to_f32, (int64_t count, const uint16_t *x, float *y), (count, x, y)) {
  for (int64_t i = 0; i < count; i++) y[i] = gas_widen_bf16(x[i]);
}

GAS_KERNEL(void, gas_f32_to_bf16, (int64_t count, const float *x, uint16_t *y), (count, x, y)) {
  for (int64_t i = 0; i < count; i++) y[i] = gas_narrow_bf16(x[i]);
}

enum { I8_MAX = 127 };

/* As integers, the bits of magnitudes are in the order of the numbers, with what is no number above all; and unlike a maximum of
 * floats, that of integers may be taken in any order, so that it vectorises. */
GAS_INLINE float greatest_magnitude(int64_t count, const float *x) {
  uint32_t greatest = 0;
  for (int64_t i = 0; i < count; i++) {
    uint32_t bits;
    memcpy(&bits, x + i, sizeof bits);
    bits &= 0x7fffffff;
    greatest = bits > greatest ? bits : greatest;
  }
  float magnitude;
  memcpy(&magnitude, &greatest, sizeof magnitude);
  return magnitude;
}

GAS_KERNEL(void, gas_f32_to_scaled_i8, (int64_t rows, int64_t width, const float *x, uint8_t *y), (rows, width, x, y)) {
  for (int64_t r = 0; r < rows; r++) {
    const float *row = x + r * width;
    uint8_t *out = y + r * (width + (int64_t)sizeof(float));
    float scale = greatest_magnitude(width, row) / I8_MAX;
    /* The inverse of a subnormal number may be infinite. */
    float inverse = scale >= FLT_MIN ? 1 / scale : 0;
    memcpy(out, &scale, sizeof scale);
    int8_t *numbers = (int8_t *)out + sizeof scale;
    GAS_INDEPENDENT for (int64_t i = 0; i < width; i++) {
      float scaled = row[i] * inverse;
      scaled += scaled < 0 ? -0.5f : 0.5f;
      /* Rounding may carry over the end, and what is no number has to become one. */
      scaled = scaled > I8_MAX ? I8_MAX : scaled >= -I8_MAX ? scaled : -I8_MAX;
      numbers[i] = (int8_t)scaled;
    }
  }
}

GAS_INLINE void widen_scaled_i8(int64_t width, const uint8_t *row, float *y) {
  float scale;
  memcpy(&scale, row, sizeof scale);
  const int8_t *numbers = (const int8_t *)row + sizeof scale;
  GAS_INDEPENDENT for (int64_t i = 0; i < width; i++) y[i] = scale * (float)numbers[i];
}

GAS_KERNEL(void, gas_scaled_i8_to_f32, (int64_t rows, int64_t width, const uint8_t *x, float *y), (rows, width, x, y)) {
  for (int64_t r = 0; r < rows; r++) widen_scaled_i8(width, x + r * (width + (int64_t)sizeof(float)), y + r * width);
}

/* The same, rounded to bfloat16. */
GAS_INLINE void narrow_scaled_i8(int64_t width, const uint8_t *row, uint16_t *y) {
  float scale;
  memcpy(&scale, row, sizeof scale);
  const int8_t *numbers = (const int8_t *)row + sizeof scale;
  GAS_INDEPENDENT for (int64_t i = 0; i < width; i++) y[i] = gas_narrow_bf16(scale * (float)numbers[i]);
}

GAS_KERNEL(void, gas_scaled_i8_to_bf16, (int64_t rows, int64_t width, const uint8_t *x, uint16_t *y), (rows, width, x, y)) {
  for (int64_t r = 0; r < rows; r++) narrow_scaled_i8(width, x + r * (width + (int64_t)sizeof(float)), y + r * width);
}

GAS_KERNEL(void, gas_gather_scaled_i8_to_bf16,
           (int64_t count, const uint32_t *rows, int64_t width, const uint8_t *source, uint16_t *out),
           (count, rows, width, source, out)) {
  int64_t row_bytes = width + (int64_t)sizeof(float);
  for (int64_t i = 0; i < count; i++) {
    gas_prefetch_listed(i, count, rows, row_bytes, source);
    narrow_scaled_i8(width, source + (int64_t)rows[i] * row_bytes, out + i * width);
  }
}

GAS_KERNEL(void, gas_gather_scaled_i8,
           (int64_t count, const uint32_t *rows, int64_t width, const uint8_t *source, float *out),
           (count, rows, width, source, out)) {
  int64_t row_bytes = width + (int64_t)sizeof(float);
  for (int64_t i = 0; i < count; i++) {
    gas_prefetch_listed(i, count, rows, row_bytes, source);
    widen_scaled_i8(width, source + (int64_t)rows[i] * row_bytes, out + i * width);
  }
}
