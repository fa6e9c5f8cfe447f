/* exp, log(1 + z), log and cos for float32 without branches or calls, so that loops over them vectorise.
 *
 * exp(x) = 2^n exp(r) with n = round(x / ln 2), |r| <= ln(2) / 2. ln 2 is taken off in two parts of which the first is exact in
 * few bits (Cody and Waite), and exp(r) is 1 + r + r^2 q(r) with the coefficients of q as in Cephes' expf.
 */
#ifndef GAS_EXPONENTIAL_H
#define GAS_EXPONENTIAL_H

#include "convert.h"
#include <math.h>

GAS_INLINE float gas_exponential(float x) {
  const float shift = 0x1.8p23f; /* adding it leaves the rounded integer in the low bits */
  float clamped = x > 88.72283f ? 88.72283f : x < -87.33654f ? -87.33654f : x;
  float shifted = clamped * 1.44269504f + shift;
  float n = shifted - shift;
  float r = clamped - n * 0.693359375f;
  r = r + n * 2.12194440e-4f;
  float q = 1.9875691500e-4f;
  q = q * r + 1.3981999507e-3f;
  q = q * r + 8.3334519073e-3f;
  q = q * r + 4.1665795894e-2f;
  q = q * r + 1.6666665459e-1f;
  q = q * r + 5.0000001201e-1f;
  float fraction = q * r * r + r + 1;
  /* Half of the exponent at a time: 2^128, needed near the upper end, is not a float. */
  uint32_t power = gas_bits(shifted) - gas_bits(shift);
  int32_t half = (int32_t)power >> 1;
  float low = gas_float((uint32_t)(half + 127) << 23);
  float high = gas_float((power - (uint32_t)half + 127) << 23);
  float result = fraction * low * high;
  result = x > 88.72283f ? INFINITY : result;
  return x < -87.33654f ? 0 : result;
}

/* log(1 + z) for 0 <= z <= 1: 2 atanh(s) with s = z / (2 + z) <= 1/3, by its series, which is exact enough after s^15. */
GAS_INLINE float gas_log_of_1_plus(float z) {
  float s = z / (2 + z);
  float s2 = s * s;
  float series = 1.0f / 15;
  series = series * s2 + 1.0f / 13;
  series = series * s2 + 1.0f / 11;
  series = series * s2 + 1.0f / 9;
  series = series * s2 + 1.0f / 7;
  series = series * s2 + 1.0f / 5;
  series = series * s2 + 1.0f / 3;
  return 2 * s * (series * s2 + 1);
}

/* log(x) of a positive normal number: its exponent's part and that of its fraction. */
GAS_INLINE float gas_logarithm(float x) {
  uint32_t bits = gas_bits(x);
  float exponent = (float)((int32_t)(bits >> 23) - 127);
  float fraction = gas_float((bits & 0x007fffff) | 0x3f800000);
  return exponent * 0.693147181f + gas_log_of_1_plus(fraction - 1);
}

/* cos(2 pi v) for 0 <= v <= 1, that is 1 - 2 sin(a)^2 with a = pi v; sin(a) = cos(a - pi / 2) by the series, which is exact
 * enough after its twelfth power. */
GAS_INLINE float gas_cosine_of_turns(float v) {
  float a = 3.14159265f * (v - 0.5f);
  float a2 = a * a;
  float series = 1.0f / 479001600;
  series = series * a2 - 1.0f / 3628800;
  series = series * a2 + 1.0f / 40320;
  series = series * a2 - 1.0f / 720;
  series = series * a2 + 1.0f / 24;
  series = series * a2 - 1.0f / 2;
  float sine = series * a2 + 1;
  return 1 - 2 * sine * sine;
}

#endif
