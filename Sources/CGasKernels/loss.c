/* Losses of outputs, value and gradient in one pass. Sums are kept in double, row after row. */
#include "loss.h"

GAS_KERNEL(double, gas_softmax_cross_entropy,
           (int64_t rows, int64_t width, const float *logits, const int32_t *labels, const float *weights,
            const float *row_weights, float scale, float *gradient),
           (rows, width, logits, labels, weights, row_weights, scale, gradient)) {
  double total = 0;
  for (int64_t r = 0; r < rows; r++) {
    const float *x = logits + r * width;
    float *g = gradient ? gradient + r * width : 0;
    if (gas_is_skipped(labels[r] >= 0, width, g)) continue;
    float weight = gas_row_weight(weights, labels[r], row_weights, r);
    float top = gas_greatest(width, x);
    float sum = gas_sum_of_exponentials(width, x, top);
    total += weight * (log(sum) + top - x[labels[r]]);
    if (!g) continue;
    for (int64_t j = 0; j < width; j++) g[j] = gas_exponential(x[j] - top) * (weight * scale / sum);
    g[labels[r]] -= weight * scale;
  }
  return total;
}

GAS_INLINE double sigmoid_cross_entropy(int64_t count, const float *logits, const uint8_t *targets, bool has_gaps,
                                        const float *positive_weights, float scale, float *gradient) {
  GAS_REORDERED_SUMS
  double sum = 0;
  for (int64_t i = 0; i < count; i++) {
    float x = logits[i], target = targets[i] ? 1 : 0;
    float weight = positive_weights && targets[i] ? positive_weights[i] : 1;
    if (has_gaps && targets[i] == GAS_MISSING_TARGET) weight = 0;
    float small = gas_exponential(-fabsf(x));
    sum += (double)(weight * ((x > 0 ? x : 0) - x * target + gas_log_of_1_plus(small)));
    if (gradient) gradient[i] = weight * scale * ((x > 0 ? 1 : small) / (1 + small) - target);
  }
  return sum;
}

GAS_KERNEL(double, gas_sigmoid_cross_entropy,
           (int64_t rows, int64_t width, const float *logits, const uint8_t *targets, const uint8_t *mask,
            const float *positive_weights, const float *row_weights, float scale, float *gradient),
           (rows, width, logits, targets, mask, positive_weights, row_weights, scale, gradient)) {
  double total = 0;
  for (int64_t r = 0; r < rows; r++) {
    int64_t first = r * width;
    float *g = gradient ? gradient + first : 0;
    if (gas_is_skipped(!mask || mask[r], width, g)) continue;
    float weight = row_weights ? row_weights[r] : 1;
    const float *x = logits + first;
    const uint8_t *t = targets + first;
    /* Two loops, so that looking for gaps changes neither the speed of rows without any nor the order of their sums. */
    bool has_gaps = memchr(t, GAS_MISSING_TARGET, (size_t)width) != 0;
    double sum = has_gaps ? sigmoid_cross_entropy(width, x, t, true, positive_weights, weight * scale, g)
                          : sigmoid_cross_entropy(width, x, t, false, positive_weights, weight * scale, g);
    total += weight * sum;
  }
  return total;
}

GAS_INLINE double squared_error(int64_t width, const float *y, const float *values, const float *column_scales,
                                float scale, float *gradient) {
  GAS_REORDERED_SUMS
  double sum = 0;
  for (int64_t j = 0; j < width; j++) {
    bool is_there = values[j] == values[j];
    float distance = is_there ? (y[j] - values[j]) * column_scales[j] : 0;
    sum += (double)distance * distance;
    if (gradient) gradient[j] = 2 * scale * distance * column_scales[j];
  }
  return sum;
}

GAS_KERNEL(double, gas_squared_error,
           (int64_t rows, int64_t width, const float *outputs, const float *values, const uint8_t *mask,
            const float *column_scales, const float *row_weights, float scale, float *gradient),
           (rows, width, outputs, values, mask, column_scales, row_weights, scale, gradient)) {
  double total = 0;
  for (int64_t r = 0; r < rows; r++) {
    int64_t first = r * width;
    float *g = gradient ? gradient + first : 0;
    if (gas_is_skipped(!mask || mask[r], width, g)) continue;
    float weight = row_weights ? row_weights[r] : 1;
    total += weight * squared_error(width, outputs + first, values + first, column_scales, weight * scale, g);
  }
  return total;
}
