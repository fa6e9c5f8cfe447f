/* Sparse times dense as in spmm.c, of bfloat16 rows with float32 sums: half the bytes for what bounds the product, which is how fast memory
 * delivers rows of X.
 *
 * Two neighbouring numbers are read as one 32-bit word. Its lower half, shifted up, is the float32 of the first, and its upper half
 * that of the second; so both cost an operation on integers each, and sums of even and odd columns are kept apart until a row is done.
 */
#include "convert.h"
#include "spmm.h"

#define LINE 32 /* numbers in a cache line */
#define GREATEST_PREFETCH (32 * LINE)

typedef uint32_t gas_word16 __attribute__((vector_size(64)));
typedef uint32_t gas_word8 __attribute__((vector_size(32)));
typedef uint32_t gas_word4 __attribute__((vector_size(16)));

typedef struct {
  int64_t first, last; /* entries of the row */
  int64_t end;         /* of all entries that may be prefetched */
  int64_t distance;    /* how many entries ahead, */
  int64_t prefetched;  /* and how many numbers of each */
  int64_t width;
  const uint32_t *columns;
  const float *values;
  const uint16_t *x;
  bool wide;     /* whether 256 sums fit the registers */
  int64_t split; /* columns from here on are rows of `appended`, */
  const uint16_t *appended;
  const uint32_t *numbers; /* these ones of them */
} row_entries;

/* Where a row of Y goes: float32, which is added to if `accumulate`, or bfloat16. */
typedef struct {
  float *y;
  uint16_t *narrow;
  float scale;
  bool accumulate;
} row_target;

/* The row of X that an entry names. Without branches, since no processor could foretell them. */
GAS_INLINE const uint16_t *entry_row(const row_entries *row, int64_t entry, row_places places) {
  int64_t column = row->columns[entry];
  if (places == ALONE) return row->x + column * row->width;
  bool is_appended = column >= row->split;
  const uint16_t *base = is_appended ? row->appended : row->x;
  int64_t behind = column - row->split;
  if (places == SCATTERED) behind = row->numbers[is_appended ? behind : 0];
  return base + (is_appended ? behind : column) * row->width;
}

/* `numbers` is a constant where a block is a whole row. */
GAS_INLINE void prefetch_row(const row_entries *row, int64_t entry, int64_t numbers, row_places places) {
  const uint16_t *ahead = entry_row(row, entry, places);
  for (int64_t i = 0; i < numbers; i += LINE) __builtin_prefetch(ahead + i, 0, 3);
  __builtin_prefetch(ahead + numbers - 1, 0, 3); /* a row that starts inside a line ends in one more */
}

GAS_INLINE void store(const row_target *target, int64_t column, float sum) {
  if (target->narrow) {
    target->narrow[column] = gas_narrow_bf16(sum);
  } else {
    target->y[column] = target->accumulate ? target->y[column] + sum : sum;
  }
}

/* Defines `sum_NAME`: N vectors of words, which are twice as many columns, from column `from` on, summed over the row's entries and scaled;
 * the last `keep` columns of them are stored. */
#define DEFINE_SUM(NAME, WORDS, FLOATS, N)                                                                             \
  GAS_INLINE void add_##NAME(const row_entries *row, int64_t e, int64_t from, FLOATS *even, FLOATS *odd,               \
                             row_places places) {                                                                      \
    enum { lanes = sizeof(WORDS) / sizeof(uint32_t) };                                                                 \
    const uint16_t *x = entry_row(row, e, places) + from;                                                              \
    float value = row->values ? row->values[e] : 1;                                                                    \
    GAS_UNROLL for (int i = 0; i < N; i++) {                                                                           \
      WORDS words;                                                                                                     \
      memcpy(&words, x + 2 * lanes * i, sizeof words);                                                                 \
      even[i] += value * (FLOATS)(words << 16);                                                                        \
      odd[i] += value * (FLOATS)(words & 0xffff0000);                                                                  \
    }                                                                                                                  \
  }                                                                                                                    \
  GAS_INLINE void sum_##NAME(const row_entries *row, int64_t from, const row_target *target, int64_t keep,             \
                             bool prefetch, row_places places) {                                                       \
    enum { lanes = sizeof(WORDS) / sizeof(uint32_t), columns = 2 * lanes * N };                                        \
    FLOATS even[N], odd[N];                                                                                            \
    GAS_UNROLL for (int i = 0; i < N; i++) even[i] = odd[i] = (FLOATS){0};                                             \
    int64_t e = row->first, last = row->last, known = row->end - row->distance;                                        \
    known = known < last ? known : last;                                                                               \
    if (prefetch && row->width == columns) {                                                                           \
      for (; e < known; e++) {                                                                                         \
        prefetch_row(row, e + row->distance, columns, places);                                                         \
        add_##NAME(row, e, from, even, odd, places);                                                                   \
      }                                                                                                                \
    } else if (prefetch) {                                                                                             \
      for (; e < known; e++) {                                                                                         \
        prefetch_row(row, e + row->distance, row->prefetched, places);                                                 \
        add_##NAME(row, e, from, even, odd, places);                                                                   \
      }                                                                                                                \
    }                                                                                                                  \
    for (; e < last; e++) add_##NAME(row, e, from, even, odd, places);                                                 \
    float out[columns];                                                                                                \
    GAS_UNROLL for (int i = 0; i < N; i++) {                                                                           \
      even[i] *= target->scale;                                                                                        \
      odd[i] *= target->scale;                                                                                         \
      for (int j = 0; j < lanes; j++) {                                                                                \
        out[2 * lanes * i + 2 * j] = even[i][j];                                                                       \
        out[2 * lanes * i + 2 * j + 1] = odd[i][j];                                                                    \
      }                                                                                                                \
    }                                                                                                                  \
    if (keep < columns) {                                                                                              \
      for (int64_t i = columns - keep; i < columns; i++) store(target, from + i, out[i]);                              \
    } else if (target->narrow) {                                                                                       \
      for (int i = 0; i < columns; i++) target->narrow[from + i] = gas_narrow_bf16(out[i]);                            \
    } else if (target->accumulate) {                                                                                   \
      for (int i = 0; i < columns; i++) target->y[from + i] += out[i];                                                 \
    } else {                                                                                                           \
      memcpy(target->y + from, out, sizeof out);                                                                       \
    }                                                                                                                  \
  }

DEFINE_SUM(256, gas_word16, gas_float16, 8)
DEFINE_SUM(128, gas_word16, gas_float16, 4)
DEFINE_SUM(64, gas_word16, gas_float16, 2)
DEFINE_SUM(32, gas_word16, gas_float16, 1)
DEFINE_SUM(16, gas_word8, gas_float8, 1)
DEFINE_SUM(8, gas_word4, gas_float4, 1)

GAS_INLINE void sum_1(const row_entries *row, int64_t from, const row_target *target, row_places places) {
  float sum = 0;
  for (int64_t e = row->first; e < row->last; e++) {
    float value = row->values ? row->values[e] : 1;
    sum += value * gas_widen_bf16(entry_row(row, e, places)[from]);
  }
  store(target, from, sum * target->scale);
}

/* The columns from `done` on, fewer than 32 of them, in blocks of 32, 16 or 8 that end with the row. */
GAS_INLINE void sum_rest(const row_entries *row, int64_t done, const row_target *target, row_places places) {
  while (done < row->width) {
    int64_t left = row->width - done;
    if (left > 16 && row->width >= 32) {
      sum_32(row, row->width - 32, target, left, false, places);
      return;
    }
    if (left > 8 && row->width >= 16) {
      int64_t keep = left < 16 ? left : 16;
      sum_16(row, done + keep - 16, target, keep, false, places);
      done += keep;
    } else if (row->width >= 8) {
      int64_t keep = left < 8 ? left : 8;
      sum_8(row, done + keep - 8, target, keep, false, places);
      done += keep;
    } else {
      sum_1(row, done, target, places);
      done += 1;
    }
  }
}

GAS_INLINE void sum_row(const row_entries *row, const row_target *target, row_places places) {
  int64_t done = 0;
  if (row->wide) {
    for (; row->width - done >= 256; done += 256) sum_256(row, done, target, 256, done == 0, places);
    if (row->width - done >= 128) {
      sum_128(row, done, target, 128, done == 0, places);
      done += 128;
    }
  }
  for (; row->width - done >= 64; done += 64) sum_64(row, done, target, 64, done == 0, places);
  if (row->width - done >= 32) {
    sum_32(row, done, target, 32, done == 0, places);
    done += 32;
  }
  sum_rest(row, done, target, places);
}

GAS_INLINE void sum_rows(int64_t first_row, int64_t last_row, const int64_t *offsets, const float *row_scale,
                         row_entries row, row_target target, row_places places) {
  row.end = offsets[last_row];
  row.distance = prefetch_distance(row.width * (int64_t)sizeof *row.x);
  row.prefetched = row.width < GREATEST_PREFETCH ? row.width : GREATEST_PREFETCH;
  row.wide = gas_chosen_isa() == GAS_X86_64_V4;
  row_target place = target;
  for (int64_t r = first_row; r < last_row; r++) {
    row.first = offsets[r];
    row.last = offsets[r + 1];
    place.scale = row_scale ? row_scale[r] : 1;
    if (target.narrow) {
      place.narrow = target.narrow + r * row.width;
    } else {
      place.y = target.y + r * row.width;
    }
    sum_row(&row, &place, places);
  }
}

GAS_KERNEL(void, gas_spmm_bf16,
           (int64_t first_row, int64_t last_row, int64_t width, const int64_t *offsets, const uint32_t *columns,
            const float *values, const float *row_scale, const uint16_t *x, int64_t x_rows, const uint16_t *appended,
            const uint32_t *numbers, float *y, uint16_t *narrow, bool accumulate),
           (first_row, last_row, width, offsets, columns, values, row_scale, x, x_rows, appended, numbers, y, narrow,
            accumulate)) {
  if (width == 0) return;
  row_entries row = {.width = width,
                     .columns = columns,
                     .values = values,
                     .x = x,
                     .split = x_rows,
                     .appended = appended,
                     .numbers = numbers};
  row_target target = {.y = y, .narrow = narrow, .accumulate = accumulate};
  if (!appended) {
    sum_rows(first_row, last_row, offsets, row_scale, row, target, ALONE);
  } else if (numbers) {
    sum_rows(first_row, last_row, offsets, row_scale, row, target, SCATTERED);
  } else {
    sum_rows(first_row, last_row, offsets, row_scale, row, target, FOLLOWED);
  }
}
