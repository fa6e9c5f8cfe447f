/* A cache of whole rows that forgets the one that was used longest ago. */
#include <stdint.h>
#include <stdlib.h>

/* How many of `count` accesses miss a cache of `capacity` rows, which is empty at first; -1 without memory. Rows in the cache form a ring
 * that begins behind `row_count`, the latest first. */
int64_t row_cache_misses(int64_t count, const uint32_t *rows, int64_t row_count, int64_t capacity) {
  int64_t *before = malloc((size_t)(row_count + 1) * sizeof *before);
  int64_t *after = malloc((size_t)(row_count + 1) * sizeof *after);
  uint8_t *is_cached = calloc((size_t)row_count + 1, 1);
  int64_t misses = before && after && is_cached ? 0 : -1, size = 0, head = row_count;
  if (misses == 0) before[head] = after[head] = head;
  for (int64_t i = 0; misses >= 0 && i < count; i++) {
    int64_t row = rows[i];
    if (is_cached[row]) {
      after[before[row]] = after[row];
      before[after[row]] = before[row];
    } else {
      misses++;
      is_cached[row] = 1;
      if (size == capacity) {
        int64_t last = before[head];
        before[head] = before[last];
        after[before[last]] = head;
        is_cached[last] = 0;
      } else {
        size++;
      }
    }
    after[row] = after[head];
    before[after[head]] = row;
    before[row] = head;
    after[head] = row;
  }
  free(before);
  free(after);
  free(is_cached);
  return misses;
}
