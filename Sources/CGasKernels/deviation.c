/* The standard deviation of each row's messages, column by column.
 *
 * The mean first, then the deviations from it: mean(m^2) - mean(m)^2 is the same number, but cancels in float32. A row's entries
 * pass by twice; the second time their rows of X are in cache, unless the row is a hub's. */
#include "prefetch.h"

GAS_INLINE void add_messages(int64_t width, float value, const float *restrict x, float *restrict sum) {
  for (int64_t j = 0; j < width; j++) sum[j] += value * x[j];
}

GAS_INLINE void add_squares(int64_t width, float value, const float *restrict x, const float *restrict mean,
                            float *restrict sum) {
  for (int64_t j = 0; j < width; j++) {
    float deviation = value * x[j] - mean[j];
    sum[j] += deviation * deviation;
  }
}

/* The root of 1 stands in where there is none to draw, so that the loop has no branches. NaN passes through. */
GAS_INLINE void draw_roots(int64_t width, float count, float least, float *y) {
  for (int64_t j = 0; j < width; j++) {
    float variance = y[j] / count;
    float root = GAS_SQRT(variance <= least ? 1 : variance);
    y[j] = variance <= least ? 0 : root;
  }
}

GAS_KERNEL(void, gas_deviation,
           (int64_t first_row, int64_t last_row, int64_t width, const int64_t *offsets, const uint32_t *columns,
            const float *values, float least, const float *x, float *y, float *means),
           (first_row, last_row, width, offsets, columns, values, least, x, y, means)) {
  int64_t end = offsets[last_row];
  for (int64_t r = first_row; r < last_row; r++) {
    float *mean = means + r * width, *deviation = y + r * width;
    memset(mean, 0, (size_t)width * sizeof *mean);
    memset(deviation, 0, (size_t)width * sizeof *deviation);
    float count = (float)(offsets[r + 1] - offsets[r]);
    if (count == 0) continue;
    for (int64_t e = offsets[r]; e < offsets[r + 1]; e++) {
      if (e + PREFETCH_DISTANCE < end) gas_prefetch_row(width, x, columns[e + PREFETCH_DISTANCE]);
      add_messages(width, values ? values[e] : 1, x + (int64_t)columns[e] * width, mean);
    }
    for (int64_t j = 0; j < width; j++) mean[j] /= count;
    for (int64_t e = offsets[r]; e < offsets[r + 1]; e++) {
      add_squares(width, values ? values[e] : 1, x + (int64_t)columns[e] * width, mean, deviation);
    }
    draw_roots(width, count, least, deviation);
  }
}

GAS_KERNEL(void, gas_deviation_slopes,
           (int64_t first_row, int64_t last_row, int64_t width, const int64_t *offsets, const float *y, const float *dy,
            float *slopes),
           (first_row, last_row, width, offsets, y, dy, slopes)) {
  for (int64_t r = first_row; r < last_row; r++) {
    float count = (float)(offsets[r + 1] - offsets[r]);
    for (int64_t i = r * width; i < (r + 1) * width; i++) {
      float slope = dy[i] / (count * (y[i] == 0 ? 1 : y[i]));
      slopes[i] = y[i] == 0 ? 0 : slope;
    }
  }
}

GAS_KERNEL(void, gas_deviation_backward,
           (int64_t first_column, int64_t last_column, int64_t width, const int64_t *t_offsets, const uint32_t *t_rows,
            const float *t_values, const float *restrict x, const float *restrict means, const float *restrict slopes,
            float *restrict dx, bool accumulate),
           (first_column, last_column, width, t_offsets, t_rows, t_values, x, means, slopes, dx, accumulate)) {
  int64_t end = t_offsets[last_column];
  for (int64_t c = first_column; c < last_column; c++) {
    const float *own = x + c * width;
    float *sum = dx + c * width;
    if (!accumulate) memset(sum, 0, (size_t)width * sizeof *sum);
    for (int64_t t = t_offsets[c]; t < t_offsets[c + 1]; t++) {
      if (t + PREFETCH_DISTANCE < end) {
        gas_prefetch_row(width, means, t_rows[t + PREFETCH_DISTANCE]);
        gas_prefetch_row(width, slopes, t_rows[t + PREFETCH_DISTANCE]);
      }
      float value = t_values ? t_values[t] : 1;
      const float *mean = means + (int64_t)t_rows[t] * width, *slope = slopes + (int64_t)t_rows[t] * width;
      for (int64_t j = 0; j < width; j++) sum[j] += value * (value * own[j] - mean[j]) * slope[j];
    }
  }
}
