/* Losses of logits, value and gradient in one pass. Sums are kept in double, row after row. */
#include "exponential.h"

GAS_INLINE float greatest(int64_t width, const float *x) {
  float best = x[0];
  for (int64_t j = 1; j < width; j++) best = x[j] > best ? x[j] : best;
  return best;
}

GAS_INLINE float sum_of_exponentials(int64_t width, const float *x, float shift) {
  GAS_REORDERED_SUMS
  float sum = 0;
  for (int64_t j = 0; j < width; j++) sum += gas_exponential(x[j] - shift);
  return sum;
}

GAS_KERNEL(double, gas_softmax_cross_entropy,
           (int64_t rows, int64_t width, const float *logits, const int32_t *labels, const float *weights, float scale,
            float *gradient),
           (rows, width, logits, labels, weights, scale, gradient)) {
  double total = 0;
  for (int64_t r = 0; r < rows; r++) {
    const float *x = logits + r * width;
    float *g = gradient ? gradient + r * width : 0;
    if (labels[r] < 0) {
      if (g) memset(g, 0, (size_t)width * sizeof *g);
      continue;
    }
    float weight = weights ? weights[labels[r]] : 1;
    float top = greatest(width, x);
    float sum = sum_of_exponentials(width, x, top);
    total += weight * (log(sum) + top - x[labels[r]]);
    if (!g) continue;
    for (int64_t j = 0; j < width; j++) g[j] = gas_exponential(x[j] - top) * (weight * scale / sum);
    g[labels[r]] -= weight * scale;
  }
  return total;
}

GAS_INLINE double sigmoid_cross_entropy(int64_t count, const float *logits, const uint8_t *targets,
                                        const float *positive_weights, float scale, float *gradient) {
  GAS_REORDERED_SUMS
  double sum = 0;
  for (int64_t i = 0; i < count; i++) {
    float x = logits[i], target = targets[i] ? 1 : 0;
    float weight = positive_weights && targets[i] ? positive_weights[i] : 1;
    float small = gas_exponential(-fabsf(x));
    sum += (double)(weight * ((x > 0 ? x : 0) - x * target + gas_log_of_1_plus(small)));
    if (gradient) gradient[i] = weight * scale * ((x > 0 ? 1 : small) / (1 + small) - target);
  }
  return sum;
}

GAS_KERNEL(double, gas_sigmoid_cross_entropy,
           (int64_t rows, int64_t width, const float *logits, const uint8_t *targets, const uint8_t *mask,
            const float *positive_weights, float scale, float *gradient),
           (rows, width, logits, targets, mask, positive_weights, scale, gradient)) {
  double total = 0;
  for (int64_t r = 0; r < rows; r++) {
    int64_t first = r * width;
    float *g = gradient ? gradient + first : 0;
    if (!mask || mask[r]) {
      total += sigmoid_cross_entropy(width, logits + first, targets + first, positive_weights, scale, g);
    } else if (g) {
      memset(g, 0, (size_t)width * sizeof *g);
    }
  }
  return total;
}
