/* Batch normalisation: sums over columns, kept in double so that the variance is right where the mean is large, and the passes
 * over the elements. */
#include "isa.h"

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
