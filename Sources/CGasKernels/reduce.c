/* Sums over columns and rows. */
#include "dot.h"

GAS_KERNEL(void, gas_column_sums,
           (int64_t rows, int64_t width, const float *restrict x, float *restrict sums),
           (rows, width, x, sums)) {
  memset(sums, 0, (size_t)width * sizeof *sums);
  for (int64_t r = 0; r < rows; r++) {
    for (int64_t j = 0; j < width; j++) sums[j] += x[r * width + j];
  }
}

GAS_KERNEL(double, gas_squared_norm, (int64_t count, const float *x), (count, x)) {
  GAS_REORDERED_SUMS
  double sum = 0;
  for (int64_t i = 0; i < count; i++) sum += (double)x[i] * x[i];
  return sum;
}

GAS_KERNEL(double, gas_squared_distance, (int64_t count, const float *a, const float *b), (count, a, b)) {
  GAS_REORDERED_SUMS
  double sum = 0;
  for (int64_t i = 0; i < count; i++) sum += ((double)a[i] - b[i]) * ((double)a[i] - b[i]);
  return sum;
}

GAS_KERNEL(double, gas_dot, (int64_t count, const float *a, const float *b), (count, a, b)) {
  GAS_REORDERED_SUMS
  double sum = 0;
  for (int64_t i = 0; i < count; i++) sum += (double)a[i] * b[i];
  return sum;
}

GAS_KERNEL(void, gas_row_norms, (int64_t rows, int64_t width, const float *x, float *norms), (rows, width, x, norms)) {
  for (int64_t r = 0; r < rows; r++) norms[r] = GAS_SQRT(row_dot(width, x + r * width, x + r * width));
}

GAS_KERNEL(void, gas_normalise_rows,
           (int64_t rows, int64_t width, const float *x, float *y, float *norms),
           (rows, width, x, y, norms)) {
  for (int64_t r = 0; r < rows; r++) {
    const float *row = x + r * width;
    float norm = GAS_SQRT(row_dot(width, row, row));
    norms[r] = norm > 1e-12f ? norm : 1e-12f;
    GAS_INDEPENDENT for (int64_t j = 0; j < width; j++) y[r * width + j] = row[j] / norms[r];
  }
}

GAS_KERNEL(void, gas_normalise_rows_backward,
           (int64_t rows, int64_t width, const float *y, const float *norms, const float *dy, float *dx),
           (rows, width, y, norms, dy, dx)) {
  for (int64_t r = 0; r < rows; r++) {
    float along = row_dot(width, y + r * width, dy + r * width);
    GAS_INDEPENDENT for (int64_t j = r * width; j < (r + 1) * width; j++) dx[j] = (dy[j] - y[j] * along) / norms[r];
  }
}

/* Without branches, which nothing could predict. */
static inline int64_t greatest_place(int64_t width, const float *row) {
  float top = row[0];
  int64_t best = 0;
  for (int64_t j = 1; j < width; j++) {
    bool is_greater = row[j] > top;
    top = is_greater ? row[j] : top;
    best = is_greater ? j : best;
  }
  return best;
}

void gas_argmax_rows(int64_t rows, int64_t width, const float *x, int32_t *place) {
  for (int64_t r = 0; r < rows; r++) place[r] = (int32_t)greatest_place(width, x + r * width);
}

void gas_count_predictions(int64_t rows, int64_t width, const float *x, const int32_t *labels, int64_t *wanted,
                           int64_t *predicted, int64_t *correct) {
  for (int64_t r = 0; r < rows; r++) {
    if (labels[r] < 0) continue;
    int64_t place = greatest_place(width, x + r * width);
    wanted[labels[r]]++;
    predicted[place]++;
    correct[place] += place == labels[r];
  }
}
