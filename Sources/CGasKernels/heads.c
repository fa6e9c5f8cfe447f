/* Rows of several heads side by side: row r of X holds heads pieces of `width` numbers, and each head has numbers of its own to
 * multiply them by. */
#include "dot.h"

GAS_KERNEL(void, gas_head_products,
           (int64_t rows, int64_t heads, int64_t width, const float *x, const float *a, float *y),
           (rows, heads, width, x, a, y)) {
  for (int64_t r = 0; r < rows; r++) {
    const float *row = x + r * heads * width;
    for (int64_t h = 0; h < heads; h++) y[r * heads + h] = row_dot(width, row + h * width, a + h * width);
  }
}

GAS_KERNEL(void, gas_head_products_backward,
           (int64_t rows, int64_t heads, int64_t width, const float *restrict a, const float *restrict dy,
            float *restrict dx, bool accumulate),
           (rows, heads, width, a, dy, dx, accumulate)) {
  if (!accumulate) memset(dx, 0, (size_t)(rows * heads * width) * sizeof *dx);
  for (int64_t r = 0; r < rows; r++) {
    for (int64_t h = 0; h < heads; h++) {
      float *row = dx + (r * heads + h) * width;
      for (int64_t c = 0; c < width; c++) row[c] += dy[r * heads + h] * a[h * width + c];
    }
  }
}

GAS_KERNEL(void, gas_head_product_sums,
           (int64_t rows, int64_t heads, int64_t width, const float *restrict x, const float *restrict dy,
            float *restrict sums),
           (rows, heads, width, x, dy, sums)) {
  memset(sums, 0, (size_t)(heads * width) * sizeof *sums);
  for (int64_t r = 0; r < rows; r++) {
    for (int64_t h = 0; h < heads; h++) {
      const float *row = x + (r * heads + h) * width;
      for (int64_t c = 0; c < width; c++) sums[h * width + c] += dy[r * heads + h] * row[c];
    }
  }
}

GAS_KERNEL(void, gas_scale_heads,
           (int64_t rows, int64_t heads, int64_t width, const float *restrict scale, const float *restrict x,
            float *restrict y, bool accumulate),
           (rows, heads, width, scale, x, y, accumulate)) {
  if (!accumulate) memset(y, 0, (size_t)(rows * heads * width) * sizeof *y);
  for (int64_t i = 0; i < rows * heads; i++) {
    for (int64_t c = 0; c < width; c++) y[i * width + c] += scale[i] * x[i * width + c];
  }
}

GAS_KERNEL(void, gas_head_dots,
           (int64_t rows, int64_t heads, int64_t width, const float *a, const float *b, float *y, bool accumulate),
           (rows, heads, width, a, b, y, accumulate)) {
  for (int64_t i = 0; i < rows * heads; i++) {
    float sum = row_dot(width, a + i * width, b + i * width);
    y[i] = accumulate ? y[i] + sum : sum;
  }
}

GAS_KERNEL(void, gas_mean_of_heads,
           (int64_t rows, int64_t heads, int64_t width, const float *restrict x, float *restrict y),
           (rows, heads, width, x, y)) {
  float share = 1 / (float)heads;
  for (int64_t r = 0; r < rows; r++) {
    float *mean = y + r * width;
    memset(mean, 0, (size_t)width * sizeof *mean);
    for (int64_t h = 0; h < heads; h++) {
      for (int64_t c = 0; c < width; c++) mean[c] += share * x[(r * heads + h) * width + c];
    }
  }
}

GAS_KERNEL(void, gas_mean_of_heads_backward,
           (int64_t rows, int64_t heads, int64_t width, const float *restrict dy, float *restrict dx, bool accumulate),
           (rows, heads, width, dy, dx, accumulate)) {
  float share = 1 / (float)heads;
  if (!accumulate) memset(dx, 0, (size_t)(rows * heads * width) * sizeof *dx);
  for (int64_t i = 0; i < rows * heads; i++) {
    const float *row = dy + i / heads * width;
    for (int64_t c = 0; c < width; c++) dx[i * width + c] += share * row[c];
  }
}
