/* Where numbers are infinite, none, or larger than what is to hold them. */
#include "convert.h"

enum { BLOCK = 2048 };

/* As integers, the bits of magnitudes are in the order of the numbers, with what is no number above all: a block is looked at without
 * branches, and again number by number only if there is something to find. */
GAS_KERNEL(int64_t, gas_first_beyond_bf16, (int64_t count, float limit, const uint16_t *x), (count, limit, x)) {
  uint32_t most = gas_bits(limit) >> 16;
  for (int64_t start = 0; start < count; start += BLOCK) {
    int64_t end = start + BLOCK < count ? start + BLOCK : count;
    uint16_t greatest = 0;
    for (int64_t i = start; i < end; i++) {
      uint16_t bits = x[i] & 0x7fff;
      greatest = bits > greatest ? bits : greatest;
    }
    if (greatest <= most) continue;
    for (int64_t i = start; i < end; i++) {
      if ((x[i] & 0x7fff) > most) return i;
    }
  }
  return count;
}

GAS_KERNEL(int64_t, gas_first_beyond, (int64_t count, float limit, const float *x), (count, limit, x)) {
  uint32_t most = gas_bits(limit);
  for (int64_t start = 0; start < count; start += BLOCK) {
    int64_t end = start + BLOCK < count ? start + BLOCK : count;
    uint32_t greatest = 0;
    for (int64_t i = start; i < end; i++) {
      uint32_t bits = gas_bits(x[i]) & 0x7fffffff;
      greatest = bits > greatest ? bits : greatest;
    }
    if (greatest <= most) continue;
    for (int64_t i = start; i < end; i++) {
      if ((gas_bits(x[i]) & 0x7fffffff) > most) return i;
    }
  }
  return count;
}
