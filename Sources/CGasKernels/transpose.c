/* Transposition by counting sort: count the entries of each column, turn counts into starts, then place the entries in source
 * order. t_offsets[c + 1] first counts, then is the place where the next entry of column c goes, and so ends as the start of
 * column c + 1: no second array. Two passes over the entries; bound by the scattered writes of the second, whose places are
 * fetched ahead: first the number that says where a column goes on, then what it points to.
 *
 * Entries of columns that are left out share one column behind the others: no branch, and what is written for them is written front to
 * back. */
#include "isa.h"

#define PREFETCH_DISTANCE 32 /* entries; of the places themselves, half of it */

static int64_t listed(int64_t column_count, uint32_t column) { return column < column_count ? column : column_count; }

static void count_columns(int64_t column_count, const uint32_t *columns, int64_t first, int64_t last,
                          int64_t *t_offsets) {
  memset(t_offsets, 0, (size_t)(column_count + 2) * sizeof *t_offsets);
  for (int64_t e = first; e < last; e++) t_offsets[listed(column_count, columns[e]) + 1]++;
  int64_t start = 0;
  for (int64_t c = 0; c <= column_count; c++) {
    int64_t count = t_offsets[c + 1];
    t_offsets[c + 1] = start;
    start += count;
  }
}

void gas_transpose(int64_t row_count, int64_t column_count, const int64_t *offsets, const uint32_t *columns,
                   const float *values, int64_t *t_offsets, uint32_t *t_rows, float *t_values, uint32_t *t_entries) {
  int64_t end = offsets[row_count];
  count_columns(column_count, columns, offsets[0], end, t_offsets);
  int64_t *next = t_offsets + 1;
  int64_t half = PREFETCH_DISTANCE / 2;
  for (int64_t r = 0; r < row_count; r++) {
    for (int64_t e = offsets[r]; e < offsets[r + 1]; e++) {
      if (e + PREFETCH_DISTANCE < end) __builtin_prefetch(next + listed(column_count, columns[e + PREFETCH_DISTANCE]), 1, 3);
      if (e + half < end) {
        /* Entries in between may move the place a little: mostly within its line. */
        int64_t ahead = next[listed(column_count, columns[e + half])];
        __builtin_prefetch(t_rows + ahead, 1, 3);
        if (t_values) __builtin_prefetch(t_values + ahead, 1, 3);
        if (t_entries) __builtin_prefetch(t_entries + ahead, 1, 3);
      }
      int64_t place = next[listed(column_count, columns[e])]++;
      t_rows[place] = (uint32_t)r;
      if (t_values) t_values[place] = values[e];
      if (t_entries) t_entries[place] = (uint32_t)e;
    }
  }
}
