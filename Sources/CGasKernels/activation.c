/* Activations, forward beside backward. The backward passes take the output, so the input need not be kept. */
#include "convert.h"
#include "exponential.h"

/* Adding zero turns the -0 that slope 0 makes of negative numbers into 0; NaN passes through. */
GAS_KERNEL(void, gas_leaky_relu, (int64_t count, float slope, const float *x, float *y), (count, slope, x, y)) {
  GAS_INDEPENDENT for (int64_t i = 0; i < count; i++) y[i] = x[i] > 0 ? x[i] : slope * x[i] + 0.0f;
}

GAS_KERNEL(void, gas_leaky_relu_backward,
           (int64_t count, float slope, const float *y, const float *dy, float *dx),
           (count, slope, y, dy, dx)) {
  GAS_INDEPENDENT for (int64_t i = 0; i < count; i++) dx[i] = y[i] > 0 ? dy[i] : slope * dy[i];
}

GAS_KERNEL(void, gas_leaky_relu_to_bf16, (int64_t count, float slope, const float *x, uint16_t *y), (count, slope, x, y)) {
  GAS_INDEPENDENT for (int64_t i = 0; i < count; i++) {
    y[i] = gas_narrow_bf16(x[i] > 0 ? x[i] : slope * x[i] + 0.0f);
  }
}

GAS_KERNEL(void, gas_leaky_relu_backward_bf16,
           (int64_t count, float slope, const uint16_t *y, const float *dy, float *dx),
           (count, slope, y, dy, dx)) {
  GAS_INDEPENDENT for (int64_t i = 0; i < count; i++) dx[i] = gas_widen_bf16(y[i]) > 0 ? dy[i] : slope * dy[i];
}

GAS_KERNEL(void, gas_elu, (int64_t count, const float *x, float *y), (count, x, y)) {
  GAS_INDEPENDENT for (int64_t i = 0; i < count; i++) {
    float exponential = gas_exponential(x[i]) - 1;
    y[i] = x[i] > 0 ? x[i] : exponential;
  }
}

GAS_KERNEL(void, gas_elu_backward, (int64_t count, const float *y, const float *dy, float *dx), (count, y, dy, dx)) {
  GAS_INDEPENDENT for (int64_t i = 0; i < count; i++) dx[i] = y[i] > 0 ? dy[i] : (y[i] + 1) * dy[i];
}

GAS_KERNEL(void, gas_exp, (int64_t count, const float *x, float *y), (count, x, y)) {
  GAS_INDEPENDENT for (int64_t i = 0; i < count; i++) y[i] = gas_exponential(x[i]);
}
