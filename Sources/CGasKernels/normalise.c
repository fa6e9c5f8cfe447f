/* Batch and layer normalisation: sums, kept in double so that the variance is right where the mean is large, and the passes over
 * the elements. */
#include "isa.h"
#include <math.h>

GAS_KERNEL(void, gas_column_sums_f64,
           (int64_t rows, int64_t width, const float *restrict x, double *restrict sums),
           (rows, width, x, sums)) {
  memset(sums, 0, (size_t)width * sizeof *sums);
  for (int64_t r = 0; r < rows; r++) {
    for (int64_t j = 0; j < width; j++) sums[j] += x[r * width + j];
  }
}

GAS_KERNEL(void, gas_column_deviations_f64,
           (int64_t rows, int64_t width, const float *restrict x, const double *restrict mean, double *restrict sums),
           (rows, width, x, mean, sums)) {
  memset(sums, 0, (size_t)width * sizeof *sums);
  for (int64_t r = 0; r < rows; r++) {
    for (int64_t j = 0; j < width; j++) {
      double deviation = x[r * width + j] - mean[j];
      sums[j] += deviation * deviation;
    }
  }
}

GAS_KERNEL(void, gas_normalise_columns,
           (int64_t rows, int64_t width, const float *mean, const float *scale, const float *shift, const float *x,
            float *y),
           (rows, width, mean, scale, shift, x, y)) {
  for (int64_t r = 0; r < rows; r++) {
    GAS_INDEPENDENT for (int64_t j = 0; j < width; j++) y[r * width + j] = (x[r * width + j] - mean[j]) * scale[j] + shift[j];
  }
}

GAS_KERNEL(void, gas_batch_norm_sums,
           (int64_t rows, int64_t width, const float *restrict x, const float *restrict mean,
            const float *restrict inverse, const float *restrict dy, double *restrict sums),
           (rows, width, x, mean, inverse, dy, sums)) {
  double *restrict products = sums + width;
  memset(sums, 0, 2 * (size_t)width * sizeof *sums);
  for (int64_t r = 0; r < rows; r++) {
    for (int64_t j = 0; j < width; j++) {
      int64_t i = r * width + j;
      sums[j] += dy[i];
      products[j] += (double)dy[i] * ((x[i] - mean[j]) * inverse[j]);
    }
  }
}

GAS_KERNEL(void, gas_batch_norm_backward,
           (int64_t rows, int64_t width, const float *x, const float *mean, const float *inverse, const float *scale,
            const float *mean_dy, const float *mean_product, const float *dy, float *dx),
           (rows, width, x, mean, inverse, scale, mean_dy, mean_product, dy, dx)) {
  for (int64_t r = 0; r < rows; r++) {
    GAS_INDEPENDENT for (int64_t j = 0; j < width; j++) {
      int64_t i = r * width + j;
      float standardised = (x[i] - mean[j]) * inverse[j];
      dx[i] = scale[j] * (dy[i] - mean_dy[j] - standardised * mean_product[j]);
    }
  }
}

GAS_INLINE double gas_row_mean(int64_t width, const float *restrict x) {
  GAS_REORDERED_SUMS
  double sum = 0;
  for (int64_t j = 0; j < width; j++) sum += x[j];
  return sum / (double)width;
}

GAS_INLINE double gas_row_variance(int64_t width, const float *restrict x, double mean) {
  GAS_REORDERED_SUMS
  double sum = 0;
  for (int64_t j = 0; j < width; j++) sum += (x[j] - mean) * (x[j] - mean);
  return sum / (double)width;
}

GAS_KERNEL(void, gas_layer_norm,
           (int64_t rows, int64_t width, double epsilon, const float *restrict x, const float *restrict scale,
            const float *restrict shift, float *restrict y, float *restrict mean, float *restrict inverse),
           (rows, width, epsilon, x, scale, shift, y, mean, inverse)) {
  for (int64_t r = 0; r < rows; r++) {
    const float *row = x + r * width;
    double m = gas_row_mean(width, row);
    mean[r] = (float)m;
    inverse[r] = (float)(1 / sqrt(gas_row_variance(width, row, m) + epsilon));
    float center = mean[r], factor = inverse[r];
    for (int64_t j = 0; j < width; j++) y[r * width + j] = (row[j] - center) * factor * scale[j] + shift[j];
  }
}

GAS_KERNEL(void, gas_layer_norm_sums,
           (int64_t rows, int64_t width, const float *restrict x, const float *restrict mean,
            const float *restrict inverse, const float *restrict dy, double *restrict sums),
           (rows, width, x, mean, inverse, dy, sums)) {
  double *restrict products = sums + width;
  memset(sums, 0, 2 * (size_t)width * sizeof *sums);
  for (int64_t r = 0; r < rows; r++) {
    float center = mean[r], factor = inverse[r];
    for (int64_t j = 0; j < width; j++) {
      int64_t i = r * width + j;
      sums[j] += dy[i];
      products[j] += (double)dy[i] * ((x[i] - center) * factor);
    }
  }
}

/* The means over a row of g = dy * scale, and of g * z, z the standardised row. */
GAS_INLINE void gas_layer_norm_means(int64_t width, const float *restrict x, float center, float factor,
                                     const float *restrict scale, const float *restrict dy, double *means) {
  GAS_REORDERED_SUMS
  double sum = 0, product = 0;
  for (int64_t j = 0; j < width; j++) {
    double g = (double)dy[j] * scale[j];
    sum += g;
    product += g * ((x[j] - center) * factor);
  }
  means[0] = sum / (double)width;
  means[1] = product / (double)width;
}

GAS_KERNEL(void, gas_layer_norm_backward,
           (int64_t rows, int64_t width, const float *x, const float *mean, const float *inverse, const float *scale,
            const float *dy, float *dx),
           (rows, width, x, mean, inverse, scale, dy, dx)) {
  for (int64_t r = 0; r < rows; r++) {
    float center = mean[r], factor = inverse[r];
    double means[2];
    gas_layer_norm_means(width, x + r * width, center, factor, scale, dy + r * width, means);
    float g_mean = (float)means[0], product_mean = (float)means[1];
    GAS_INDEPENDENT for (int64_t j = 0; j < width; j++) {
      int64_t i = r * width + j;
      dx[i] = factor * (dy[i] * scale[j] - g_mean - (x[i] - center) * factor * product_mean);
    }
  }
}
