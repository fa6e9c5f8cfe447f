/* One number between float32 and the 16-bit formats, without branches. */
#ifndef GAS_CONVERT_H
#define GAS_CONVERT_H

#include "isa.h"

GAS_INLINE uint32_t gas_bits(float x) {
  uint32_t bits;
  memcpy(&bits, &x, sizeof bits);
  return bits;
}

GAS_INLINE float gas_float(uint32_t bits) {
  float x;
  memcpy(&x, &bits, sizeof x);
  return x;
}

GAS_INLINE float gas_widen_bf16(uint16_t x) { return gas_float((uint32_t)x << 16); }

GAS_INLINE uint16_t gas_narrow_bf16(float x) {
  uint32_t bits = gas_bits(x);
  uint32_t rounded = (bits + 0x7fff + ((bits >> 16) & 1)) >> 16;
  uint32_t quiet = bits >> 16 | 0x40;
  return (uint16_t)((bits & 0x7fffffff) > 0x7f800000 ? quiet : rounded);
}

GAS_INLINE float gas_widen_f16(uint16_t x) {
  uint32_t magnitude = (uint32_t)(x & 0x7fff) << 13;
  /* 2^112 moves the exponent's bias from 15 to 127. */
  uint32_t finite = gas_bits(gas_float(magnitude) * 0x1p112f);
  uint32_t special = magnitude | 0x7f800000 | (magnitude & 0x007fffff ? 0x00400000 : 0);
  uint32_t bits = magnitude >= 0x0f800000 ? special : finite;
  return gas_float(bits | (uint32_t)(x & 0x8000) << 16);
}

GAS_INLINE uint16_t gas_narrow_f16(float x) {
  uint32_t bits = gas_bits(x);
  uint32_t sign = bits >> 16 & 0x8000;
  uint32_t magnitude = bits & 0x7fffffff;
  /* Normal: rebias the exponent and round on the 13 bits that go. An overflow carries into the exponent: infinity. */
  uint32_t normal = (magnitude - (112u << 23) + 0x0fff + ((magnitude >> 13) & 1)) >> 13;
  /* Subnormal: 0.5 has the spacing 2^-24 of binary16's subnormal numbers, so adding it rounds to them. */
  uint32_t subnormal = gas_bits(gas_float(magnitude) + 0.5f) - 0x3f000000;
  uint32_t special = magnitude > 0x7f800000 ? 0x7e00 | (magnitude >> 13 & 0x3ff) : 0x7c00;
  uint32_t half = magnitude < 0x38800000 ? subnormal : normal;
  half = magnitude >= 0x47800000 ? special : half;
  return (uint16_t)(sign | half);
}

#endif
