/* The transposed sparse matrix times a dense one, without forming the transpose: each row of X is added to the rows of Y that its
 * entries name. For features, whose transpose is used once a step, so that sorting the entries would cost more than it saves; Y has
 * a row for each feature and mostly stays in cache.
 *
 * A caller splits the columns among threads, never the rows: every element of Y sums its terms in the order of the entries.
 */
#include "isa.h"

enum { BLOCK = 32, AHEAD = 16 };

GAS_INLINE void add_block(int64_t first, int64_t last, int64_t end, int64_t width, const uint32_t *columns,
                          const float *values, const float *x, float *y) {
  gas_float16 row[2];
  memcpy(row, x, sizeof row);
  for (int64_t e = first; e < last; e++) {
    if (e + AHEAD < end) __builtin_prefetch(y + (int64_t)columns[e + AHEAD] * width, 1, 3);
    float *target = y + (int64_t)columns[e] * width;
    float value = values ? values[e] : 1;
    gas_float16 sum[2];
    memcpy(sum, target, sizeof sum);
    sum[0] += value * row[0];
    sum[1] += value * row[1];
    memcpy(target, sum, sizeof sum);
  }
}

GAS_INLINE void add_some(int64_t first, int64_t last, int64_t count, int64_t width, const uint32_t *columns,
                         const float *values, const float *x, float *y) {
  for (int64_t e = first; e < last; e++) {
    float *target = y + (int64_t)columns[e] * width;
    float value = values ? values[e] : 1;
    for (int64_t j = 0; j < count; j++) target[j] += value * x[j];
  }
}

GAS_KERNEL(void, gas_spmm_transposed,
           (int64_t row_count, int64_t width, int64_t first_column, int64_t last_column, const int64_t *offsets,
            const uint32_t *columns, const float *values, const float *x, float *y),
           (row_count, width, first_column, last_column, offsets, columns, values, x, y)) {
  for (int64_t from = first_column; from < last_column; from += BLOCK) {
    int64_t count = last_column - from < BLOCK ? last_column - from : BLOCK;
    for (int64_t r = 0; r < row_count; r++) {
      const float *row = x + r * width + from;
      if (count == BLOCK) {
        add_block(offsets[r], offsets[r + 1], offsets[row_count], width, columns, values, row, y + from);
      } else {
        add_some(offsets[r], offsets[r + 1], count, width, columns, values, row, y + from);
      }
    }
  }
}
