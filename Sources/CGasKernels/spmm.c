/* Sparse times dense: the aggregation over neighbours, and products with sparse features.
 *
 * A row of Y is worked off in blocks of columns whose sums stay in registers while the row's entries pass by. On the first
 * block of a row the whole X rows of entries some way ahead are prefetched, so later blocks find them in cache: what bounds the
 * kernel is how fast memory delivers random rows of X, and it takes in about all that memory delivers.
 *
 * A last block that is not full reaches back over columns already done and stores only the new ones: no loop over single
 * columns, and no access outside the row. Every column sums its entries in order, so blocks do not show in the result.
 */
#include "spmm.h"

#define LINE 16 /* floats in a cache line */
#define GREATEST_PREFETCH (32 * LINE)

typedef struct {
  int64_t first, last; /* entries of the row */
  int64_t end;         /* of all entries that may be prefetched */
  int64_t distance;    /* how many entries ahead, */
  int64_t prefetched;  /* and how many floats of each */
  int64_t width;
  const uint32_t *columns;
  const float *values;
  const float *x;
  bool wide; /* whether 256 sums fit the registers */
  int64_t split; /* columns from here on are rows of `appended`, */
  const float *appended;
  const uint32_t *numbers; /* these ones of them */
} row_entries;

/* The row of X that an entry names. Without branches, since no processor could foretell them. */
GAS_INLINE const float *entry_row(const row_entries *row, int64_t entry, row_places places) {
  int64_t column = row->columns[entry];
  if (places == ALONE) return row->x + column * row->width;
  bool is_appended = column >= row->split;
  const float *base = is_appended ? row->appended : row->x;
  int64_t behind = column - row->split;
  if (places == SCATTERED) behind = row->numbers[is_appended ? behind : 0];
  return base + (is_appended ? behind : column) * row->width;
}

/* 32 registers of 16 floats. */
static bool has_wide_registers(void) { return gas_chosen_isa() == GAS_X86_64_V4; }

/* `floats` is a constant where a block is a whole row. */
GAS_INLINE void prefetch_row(const row_entries *row, int64_t entry, int64_t floats, row_places places) {
  const float *ahead = entry_row(row, entry, places);
  for (int64_t i = 0; i < floats; i += LINE) __builtin_prefetch(ahead + i, 0, 3);
  __builtin_prefetch(ahead + floats - 1, 0, 3); /* a row that starts inside a line ends in one more */
}

/* Defines `sum_NAME`: N vectors of columns starting at `from`, summed over the row's entries, scaled, and the last `keep`
 * columns of them stored to (or added to) `y`, which points at the row of Y. */
#define DEFINE_SUM(NAME, VECTOR, N)                                                                                    \
  GAS_INLINE void add_##NAME(const row_entries *row, int64_t e, int64_t from, VECTOR *sum, row_places places) {        \
    const float *x = entry_row(row, e, places) + from;                                                                 \
    float value = row->values ? row->values[e] : 1;                                                                    \
    GAS_UNROLL for (int i = 0; i < N; i++) {                                                                           \
      VECTOR part;                                                                                                     \
      memcpy(&part, x + i * (int64_t)(sizeof part / sizeof *x), sizeof part);                                          \
      sum[i] += value * part;                                                                                          \
    }                                                                                                                  \
  }                                                                                                                    \
  GAS_INLINE void sum_##NAME(const row_entries *row, int64_t from, float scale, float *y, int64_t keep,                \
                             bool accumulate, bool prefetch, row_places places) {                                      \
    enum { lanes = sizeof(VECTOR) / sizeof(float), columns = lanes * N };                                              \
    VECTOR sum[N];                                                                                                     \
    GAS_UNROLL for (int i = 0; i < N; i++) sum[i] = (VECTOR){0};                                                       \
    int64_t e = row->first, last = row->last, known = row->end - row->distance;                                        \
    known = known < last ? known : last;                                                                               \
    if (prefetch && row->width == columns) {                                                                           \
      for (; e < known; e++) {                                                                                         \
        prefetch_row(row, e + row->distance, columns, places);                                                         \
        add_##NAME(row, e, from, sum, places);                                                                         \
      }                                                                                                                \
    } else if (prefetch) {                                                                                             \
      for (; e < known; e++) {                                                                                         \
        prefetch_row(row, e + row->distance, row->prefetched, places);                                                 \
        add_##NAME(row, e, from, sum, places);                                                                         \
      }                                                                                                                \
    }                                                                                                                  \
    for (; e < last; e++) add_##NAME(row, e, from, sum, places);                                                       \
    float out[columns];                                                                                                \
    GAS_UNROLL for (int i = 0; i < N; i++) sum[i] *= scale;                                                            \
    memcpy(out, sum, sizeof sum);                                                                                      \
    float *end = y + from + columns;                                                                                   \
    if (keep == columns) {                                                                                             \
      if (accumulate) {                                                                                                \
        for (int i = 0; i < columns; i++) y[from + i] += out[i];                                                       \
      } else {                                                                                                         \
        memcpy(y + from, out, sizeof out);                                                                             \
      }                                                                                                                \
      return;                                                                                                          \
    }                                                                                                                  \
    for (int64_t i = -keep; i < 0; i++) end[i] = accumulate ? end[i] + out[columns + i] : out[columns + i];            \
  }

DEFINE_SUM(256, gas_float16, 16)
DEFINE_SUM(128, gas_float16, 8)
DEFINE_SUM(64, gas_float16, 4)
DEFINE_SUM(32, gas_float16, 2)
DEFINE_SUM(16, gas_float16, 1)
DEFINE_SUM(8, gas_float8, 1)
DEFINE_SUM(4, gas_float4, 1)

GAS_INLINE void sum_1(const row_entries *row, int64_t from, float scale, float *y, bool accumulate, row_places places) {
  float sum = 0;
  for (int64_t e = row->first; e < row->last; e++) {
    float value = row->values ? row->values[e] : 1;
    sum += value * entry_row(row, e, places)[from];
  }
  y[from] = accumulate ? y[from] + sum * scale : sum * scale;
}

/* The columns from `done` on, fewer than 16 of them, in one block of 16, 8 or 4 that ends with the row. */
GAS_INLINE void sum_rest(const row_entries *row, int64_t done, float scale, float *y, bool accumulate, row_places places) {
  while (done < row->width) {
    int64_t left = row->width - done;
    if (left > 8 && row->width >= 16) {
      sum_16(row, row->width - 16, scale, y, left, accumulate, false, places);
      return;
    }
    if (left > 4 && row->width >= 8) {
      int64_t keep = left < 8 ? left : 8;
      sum_8(row, done + keep - 8, scale, y, keep, accumulate, false, places);
      done += keep;
    } else if (row->width >= 4) {
      int64_t keep = left < 4 ? left : 4;
      sum_4(row, done + keep - 4, scale, y, keep, accumulate, false, places);
      done += keep;
    } else {
      sum_1(row, done, scale, y, accumulate, places);
      done += 1;
    }
  }
}

GAS_INLINE void sum_row(const row_entries *row, float scale, float *y, bool accumulate, row_places places) {
  int64_t done = 0;
  if (row->wide) {
    for (; row->width - done >= 256; done += 256) sum_256(row, done, scale, y, 256, accumulate, done == 0, places);
    if (row->width - done >= 128) {
      sum_128(row, done, scale, y, 128, accumulate, done == 0, places);
      done += 128;
    }
  }
  for (; row->width - done >= 64; done += 64) sum_64(row, done, scale, y, 64, accumulate, done == 0, places);
  if (row->width - done >= 32) {
    sum_32(row, done, scale, y, 32, accumulate, done == 0, places);
    done += 32;
  }
  if (row->width - done >= 16) {
    sum_16(row, done, scale, y, 16, accumulate, done == 0, places);
    done += 16;
  }
  sum_rest(row, done, scale, y, accumulate, places);
}

GAS_INLINE void sum_rows(int64_t first_row, int64_t last_row, const int64_t *offsets, const float *row_scale, row_entries row,
                         float *y, bool accumulate, row_places places) {
  if (row.width == 0) return;
  row.end = offsets[last_row];
  row.distance = prefetch_distance(row.width * (int64_t)sizeof *row.x);
  row.prefetched = row.width < GREATEST_PREFETCH ? row.width : GREATEST_PREFETCH;
  row.wide = has_wide_registers();
  for (int64_t r = first_row; r < last_row; r++) {
    row.first = offsets[r];
    row.last = offsets[r + 1];
    sum_row(&row, row_scale ? row_scale[r] : 1, y + r * row.width, accumulate, places);
  }
}

GAS_KERNEL(void, gas_spmm,
           (int64_t first_row, int64_t last_row, int64_t width, const int64_t *offsets, const uint32_t *columns,
            const float *values, const float *row_scale, const float *x, float *y, bool accumulate),
           (first_row, last_row, width, offsets, columns, values, row_scale, x, y, accumulate)) {
  row_entries row = {.width = width, .columns = columns, .values = values, .x = x};
  sum_rows(first_row, last_row, offsets, row_scale, row, y, accumulate, ALONE);
}

GAS_KERNEL(void, gas_spmm_joined,
           (int64_t first_row, int64_t last_row, int64_t width, const int64_t *offsets, const uint32_t *columns,
            const float *values, const float *row_scale, const float *x, int64_t x_rows, const float *appended,
            const uint32_t *numbers, float *y, bool accumulate),
           (first_row, last_row, width, offsets, columns, values, row_scale, x, x_rows, appended, numbers, y,
            accumulate)) {
  row_entries row = {.width = width,
                     .columns = columns,
                     .values = values,
                     .x = x,
                     .split = x_rows,
                     .appended = appended,
                     .numbers = numbers};
  if (numbers) {
    sum_rows(first_row, last_row, offsets, row_scale, row, y, accumulate, SCATTERED);
  } else {
    sum_rows(first_row, last_row, offsets, row_scale, row, y, accumulate, FOLLOWED);
  }
}

GAS_KERNEL(void, gas_inverse_row_counts,
           (int64_t first_row, int64_t last_row, const int64_t *offsets, float *scale),
           (first_row, last_row, offsets, scale)) {
  for (int64_t r = first_row; r < last_row; r++) {
    int64_t count = offsets[r + 1] - offsets[r];
    scale[r] = count > 0 ? 1 / (float)count : 0;
  }
}
