/* Sums, products and scalings of matrices. Bound by memory; the loops are left to the compiler's vectoriser. */
#include "isa.h"

GAS_KERNEL(void, gas_add, (int64_t count, const float *a, const float *b, float *y), (count, a, b, y)) {
  GAS_INDEPENDENT for (int64_t i = 0; i < count; i++) y[i] = a[i] + b[i];
}

GAS_KERNEL(void, gas_multiply, (int64_t count, const float *a, const float *b, float *y), (count, a, b, y)) {
  GAS_INDEPENDENT for (int64_t i = 0; i < count; i++) y[i] = a[i] * b[i];
}

GAS_KERNEL(void, gas_multiply_add, (int64_t count, const float *a, const float *b, float *y), (count, a, b, y)) {
  GAS_INDEPENDENT for (int64_t i = 0; i < count; i++) y[i] += a[i] * b[i];
}

GAS_KERNEL(void, gas_scale, (int64_t count, float alpha, const float *x, float *y), (count, alpha, x, y)) {
  GAS_INDEPENDENT for (int64_t i = 0; i < count; i++) y[i] = alpha * x[i];
}

GAS_KERNEL(void, gas_combine,
           (int64_t count, float alpha, const float *a, float beta, const float *b, float *y),
           (count, alpha, a, beta, b, y)) {
  GAS_INDEPENDENT for (int64_t i = 0; i < count; i++) y[i] = alpha * a[i] + beta * b[i];
}

GAS_KERNEL(void, gas_axpy, (int64_t count, float alpha, const float *x, float *y), (count, alpha, x, y)) {
  GAS_INDEPENDENT for (int64_t i = 0; i < count; i++) y[i] += alpha * x[i];
}

GAS_KERNEL(void, gas_add_bias,
           (int64_t rows, int64_t width, const float *x, const float *bias, float *y),
           (rows, width, x, bias, y)) {
  for (int64_t r = 0; r < rows; r++) {
    GAS_INDEPENDENT for (int64_t j = 0; j < width; j++) y[r * width + j] = x[r * width + j] + bias[j];
  }
}

GAS_KERNEL(void, gas_scale_rows,
           (int64_t rows, int64_t width, const float *scale, const float *x, float *y),
           (rows, width, scale, x, y)) {
  for (int64_t r = 0; r < rows; r++) {
    GAS_INDEPENDENT for (int64_t j = 0; j < width; j++) y[r * width + j] = scale[r] * x[r * width + j];
  }
}
