/* Rows that a kernel will need some entries later, on their way into the cache meanwhile. */
#ifndef GAS_PREFETCH_H
#define GAS_PREFETCH_H

#include "isa.h"

#define PREFETCH_DISTANCE 12 /* entries */

GAS_INLINE void gas_prefetch_row(int64_t width, const void *matrix, int64_t row) {
  const char *start = (const char *)matrix + row * width * 4;
  for (int64_t byte = 0; byte < width * 4; byte += 64) __builtin_prefetch(start + byte, 0, 3);
}

#endif
