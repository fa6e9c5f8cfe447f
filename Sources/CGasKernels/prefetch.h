/* Rows that a kernel will need some entries later, on their way into the cache meanwhile. */
#ifndef GAS_PREFETCH_H
#define GAS_PREFETCH_H

#include "isa.h"

#define PREFETCH_DISTANCE 12 /* entries */
#define GAS_GATHER_DISTANCE 8 /* rows */

GAS_INLINE void gas_prefetch_bytes(const void *start, int64_t bytes) {
  for (int64_t i = 0; i < bytes; i += 64) __builtin_prefetch((const char *)start + i, 0, 3);
}

GAS_INLINE void gas_prefetch_row(int64_t width, const void *matrix, int64_t row) {
  gas_prefetch_bytes((const char *)matrix + row * width * 4, width * 4);
}

#endif
