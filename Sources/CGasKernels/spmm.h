/* What the sparse products of float32 and of bfloat16 rows have in common. */
#ifndef GAS_SPMM_H
#define GAS_SPMM_H

#include "isa.h"

/* Where rows of X are: all in x; in x and then in `appended`, one after the other; or there where `numbers` says. */
typedef enum { ALONE, FOLLOWED, SCATTERED } row_places;

/* How many entries ahead rows are prefetched: about 8 KiB of them, which keeps all of a core's outstanding misses busy, within bounds. */
GAS_INLINE int64_t prefetch_distance(int64_t row_bytes) {
  int64_t entries = 8192 / row_bytes;
  return entries < 8 ? 8 : entries > 64 ? 64 : entries;
}

#endif
