/* The greatest or least message of each row's entries, column by column, and where it came from.
 *
 * The row of Y and that of the winners stay in the first-level cache while the entries pass by; what bounds the kernel is how
 * fast memory delivers random rows of X. */
#include "prefetch.h"

/* `sign` is 1 for the greatest and -1 for the least. A later message wins only if it is beyond the best so far, or no number:
 * then the result is no number either. */
GAS_INLINE void take_better(int64_t width, float sign, float value, uint32_t entry, const float *restrict x,
                            float *restrict y, uint32_t *restrict winners) {
  for (int64_t j = 0; j < width; j++) {
    float message = value * x[j];
    int better = (sign * message > sign * y[j]) | (message != message);
    y[j] = better ? message : y[j];
    if (winners) winners[j] = better ? entry : winners[j];
  }
}

GAS_INLINE void take_first(int64_t width, float value, uint32_t entry, const float *restrict x, float *restrict y,
                           uint32_t *restrict winners) {
  for (int64_t j = 0; j < width; j++) y[j] = value * x[j];
  if (winners) for (int64_t j = 0; j < width; j++) winners[j] = entry;
}

GAS_INLINE void extremum(int64_t first_row, int64_t last_row, int64_t width, const int64_t *offsets,
                         const uint32_t *columns, const float *values, float sign, const float *x, float *y,
                         uint32_t *winners) {
  int64_t end = offsets[last_row];
  for (int64_t r = first_row; r < last_row; r++) {
    float *best = y + r * width;
    uint32_t *places = winners ? winners + r * width : NULL;
    if (offsets[r] == offsets[r + 1]) {
      memset(best, 0, (size_t)width * sizeof *best);
      if (places) memset(places, 0xff, (size_t)width * sizeof *places);
    }
    for (int64_t e = offsets[r]; e < offsets[r + 1]; e++) {
      if (e + PREFETCH_DISTANCE < end) gas_prefetch_row(width, x, columns[e + PREFETCH_DISTANCE]);
      const float *row = x + (int64_t)columns[e] * width;
      float value = values ? values[e] : 1;
      if (e == offsets[r]) take_first(width, value, (uint32_t)e, row, best, places);
      else take_better(width, sign, value, (uint32_t)e, row, best, places);
    }
  }
}

GAS_KERNEL(void, gas_extremum,
           (int64_t first_row, int64_t last_row, int64_t width, const int64_t *offsets, const uint32_t *columns,
            const float *values, bool least, const float *x, float *y, uint32_t *winners),
           (first_row, last_row, width, offsets, columns, values, least, x, y, winners)) {
  float sign = least ? -1 : 1;
  if (winners) extremum(first_row, last_row, width, offsets, columns, values, sign, x, y, winners);
  else extremum(first_row, last_row, width, offsets, columns, values, sign, x, y, NULL);
}

GAS_KERNEL(void, gas_extremum_backward,
           (int64_t first_column, int64_t last_column, int64_t width, const int64_t *t_offsets, const uint32_t *t_rows,
            const uint32_t *t_entries, const float *t_values, const uint32_t *restrict winners,
            const float *restrict dy, float *restrict dx, bool accumulate),
           (first_column, last_column, width, t_offsets, t_rows, t_entries, t_values, winners, dy, dx, accumulate)) {
  int64_t end = t_offsets[last_column];
  for (int64_t c = first_column; c < last_column; c++) {
    float *sum = dx + c * width;
    if (!accumulate) memset(sum, 0, (size_t)width * sizeof *sum);
    for (int64_t t = t_offsets[c]; t < t_offsets[c + 1]; t++) {
      if (t + PREFETCH_DISTANCE < end) {
        gas_prefetch_row(width, winners, t_rows[t + PREFETCH_DISTANCE]);
        gas_prefetch_row(width, dy, t_rows[t + PREFETCH_DISTANCE]);
      }
      float value = t_values ? t_values[t] : 1;
      const uint32_t *won = winners + (int64_t)t_rows[t] * width;
      const float *part = dy + (int64_t)t_rows[t] * width;
      uint32_t entry = t_entries[t];
      for (int64_t j = 0; j < width; j++) {
        float message = value * part[j]; /* outside the choice, so that loads need no condition */
        sum[j] += won[j] == entry ? message : 0;
      }
    }
  }
}
