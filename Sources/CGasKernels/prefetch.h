/* Rows that a kernel will need some entries later, on their way into the cache meanwhile. */
#ifndef GAS_PREFETCH_H
#define GAS_PREFETCH_H

#include "isa.h"

#define PREFETCH_DISTANCE 12 /* entries */
#define GAS_GATHER_DISTANCE 8 /* rows */

GAS_INLINE void gas_prefetch_bytes(const void *start, int64_t bytes) {
  for (int64_t i = 0; i < bytes; i += 64) __builtin_prefetch((const char *)start + i, 0, 3);
}

/* Of the listed rows, that which is read GAS_GATHER_DISTANCE rows after row i. */
GAS_INLINE void gas_prefetch_listed(int64_t i, int64_t count, const uint32_t *rows, int64_t row_bytes, const void *source) {
  if (i + GAS_GATHER_DISTANCE >= count) return;
  gas_prefetch_bytes((const char *)source + (int64_t)rows[i + GAS_GATHER_DISTANCE] * row_bytes, row_bytes);
}

GAS_INLINE void gas_prefetch_row(int64_t width, const void *matrix, int64_t row) {
  gas_prefetch_bytes((const char *)matrix + row * width * 4, width * 4);
}

#endif
