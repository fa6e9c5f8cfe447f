/* What losses of classes share. */
#ifndef GAS_LOSS_H
#define GAS_LOSS_H

#include "exponential.h"

GAS_INLINE float gas_greatest(int64_t width, const float *x) {
  float best = x[0];
  for (int64_t j = 1; j < width; j++) best = x[j] > best ? x[j] : best;
  return best;
}

GAS_INLINE float gas_sum_of_exponentials(int64_t width, const float *x, float shift) {
  GAS_REORDERED_SUMS
  float sum = 0;
  for (int64_t j = 0; j < width; j++) sum += gas_exponential(x[j] - shift);
  return sum;
}

/* How much a row counts: the weight of its class times its own, 1 where there are none. */
GAS_INLINE float gas_row_weight(const float *class_weights, int32_t label, const float *row_weights, int64_t row) {
  float weight = class_weights ? class_weights[label] : 1;
  return row_weights ? weight * row_weights[row] : weight;
}

/* Whether a row does not count; its gradient, if one is wanted, is then 0. */
GAS_INLINE bool gas_is_skipped(bool counts, int64_t width, float *gradient) {
  if (!counts && gradient) memset(gradient, 0, (size_t)width * sizeof *gradient);
  return !counts;
}

#endif
