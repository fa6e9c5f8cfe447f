/* Focal losses (Lin et al., ICCV 2017): cross-entropies whose terms count less the surer they are right, -(1 - p)^gamma log p with p
 * the probability of what is true. Value and gradient in one pass, as in loss.c. */
#include "loss.h"

/* With q = 1 - p: dL/dp = gamma q^(gamma - 1) log p - q^gamma / p, and dp/dx_j = p (d_j - p_j), d_j being 1 at the label. So the
 * gradient is that of the cross-entropy, p_j - d_j, times f = q^gamma (1 - gamma p log(p) / q), where log(p) / q is -1 at q = 0. q is
 * the sum of the other classes' shares and not 1 - p, of which nothing would be left where p is nearly 1. */
GAS_KERNEL(double, gas_softmax_focal_loss,
           (int64_t rows, int64_t width, const float *logits, const int32_t *labels, const float *weights,
            const float *row_weights, float gamma, float scale, float *gradient),
           (rows, width, logits, labels, weights, row_weights, gamma, scale, gradient)) {
  double total = 0;
  for (int64_t r = 0; r < rows; r++) {
    const float *x = logits + r * width;
    float *g = gradient ? gradient + r * width : 0;
    int32_t label = labels[r];
    if (gas_is_skipped(label >= 0, width, g)) continue;
    float weight = gas_row_weight(weights, label, row_weights, r);
    float top = gas_greatest(width, x);
    double others = (double)gas_sum_of_exponentials(label, x, top) +
                    gas_sum_of_exponentials(width - label - 1, x + label + 1, top);
    double own = gas_exponential(x[label] - top), sum = own + others;
    double p = own / sum, q = others / sum, log_p = (double)x[label] - top - log(sum);
    double modulation = pow(q, gamma);
    total += weight * modulation * -log_p;
    if (!g) continue;
    double ratio = q > 1e-30 ? log_p / q : -1;
    double factor = weight * (double)scale * modulation * (1 - gamma * p * ratio);
    float share = (float)(factor / sum);
    for (int64_t j = 0; j < width; j++) g[j] = gas_exponential(x[j] - top) * share;
    g[label] = (float)(-factor * q);
  }
  return total;
}

/* With s = x where the label applies and -x where it does not, p = sigmoid(s): -log p = softplus(-s), (1 - p)^gamma =
 * exp(-gamma softplus(s)), and dL/ds = -(1 - p)^gamma (gamma p (-log p) + 1 - p). */
GAS_INLINE double sigmoid_focal_loss(int64_t count, const float *logits, const uint8_t *targets,
                                     const float *positive_weights, float gamma, float scale, float *gradient) {
  GAS_REORDERED_SUMS
  double sum = 0;
  for (int64_t i = 0; i < count; i++) {
    float sign = targets[i] ? 1 : -1, s = sign * logits[i];
    float weight = positive_weights && targets[i] ? positive_weights[i] : 1;
    weight = targets[i] == GAS_MISSING_TARGET ? 0 : weight;
    float small = gas_exponential(-fabsf(s)), log_part = gas_log_of_1_plus(small);
    float surprise = (s < 0 ? -s : 0) + log_part;
    float modulation = gas_exponential(-gamma * ((s > 0 ? s : 0) + log_part));
    float p = (s > 0 ? 1 : small) / (1 + small), q = (s > 0 ? small : 1) / (1 + small);
    sum += (double)(weight * modulation * surprise);
    if (gradient) gradient[i] = -sign * weight * scale * modulation * (gamma * p * surprise + q);
  }
  return sum;
}

GAS_KERNEL(double, gas_sigmoid_focal_loss,
           (int64_t rows, int64_t width, const float *logits, const uint8_t *targets, const uint8_t *mask,
            const float *positive_weights, const float *row_weights, float gamma, float scale, float *gradient),
           (rows, width, logits, targets, mask, positive_weights, row_weights, gamma, scale, gradient)) {
  double total = 0;
  for (int64_t r = 0; r < rows; r++) {
    int64_t first = r * width;
    float *g = gradient ? gradient + first : 0;
    if (gas_is_skipped(!mask || mask[r], width, g)) continue;
    float weight = row_weights ? row_weights[r] : 1;
    total += weight * sigmoid_focal_loss(width, logits + first, targets + first, positive_weights, gamma,
                                         weight * scale, g);
  }
  return total;
}
