/* The dot product that kernels over rows share. */
#ifndef GAS_DOT_H
#define GAS_DOT_H

#include "isa.h"

GAS_INLINE float row_dot(int64_t count, const float *a, const float *b) {
  GAS_REORDERED_SUMS
  float sum = 0;
  for (int64_t i = 0; i < count; i++) sum += a[i] * b[i];
  return sum;
}

#endif
