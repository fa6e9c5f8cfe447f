/* How B is packed for dense products of bfloat16 numbers (product_bf16.c, product_amx.c): pairs of its rows are interleaved, panel by panel
 * of PANEL columns within blocks of DEPTH rows. Zeros fill the last block up to a multiple of TILE_PAIRS pairs, and the last panel up to a
 * multiple of LANES columns. */
#ifndef GAS_PACK_BF16_H
#define GAS_PACK_BF16_H

#include "isa.h"

enum { LANES = 16, PANEL = 64, STRIP = 6, DEPTH = 512, ROW_BLOCK = 40 * STRIP, TILE_PAIRS = 16 };

GAS_INLINE int64_t padded(int64_t width) { return (width + LANES - 1) / LANES * LANES; }
GAS_INLINE int64_t least(int64_t a, int64_t b) { return a < b ? a : b; }

/* A bit for each lane that the last vector of so many columns has. */
GAS_INLINE uint32_t lanes_of_last(int64_t columns) {
  int64_t rest = columns % LANES;
  return rest ? (1u << rest) - 1 : (1u << LANES) - 1;
}

/* How many pairs of rows a packed block has that is so deep. */
GAS_INLINE int64_t packed_pairs(int64_t depth) { return (depth + 2 * TILE_PAIRS - 1) / (2 * TILE_PAIRS) * TILE_PAIRS; }

/* One row of a packed panel: the pairs of two rows of B, from their column `from` on; `odd` stands where there is no second row. */
GAS_INLINE void pack_pairs(int64_t count, const uint16_t *even, const uint16_t *odd, uint16_t *packed) {
  if (odd) {
    for (int64_t j = 0; j < count; j++) {
      packed[2 * j] = even[j];
      packed[2 * j + 1] = odd[j];
    }
  } else {
    for (int64_t j = 0; j < count; j++) {
      packed[2 * j] = even[j];
      packed[2 * j + 1] = 0;
    }
  }
}

/* Packs a block of B: `depth` rows of `width` columns, `step` apart. */
GAS_INLINE void pack_block(int64_t depth, int64_t width, int64_t step, const uint16_t *b, uint16_t *packed) {
  int64_t pairs = (depth + 1) / 2, all = packed_pairs(depth);
  for (int64_t from = 0; from < width; from += PANEL) {
    int64_t count = least(PANEL, width - from), columns = padded(count);
    uint16_t *panel = packed + from * 2 * all;
    for (int64_t p = 0; p < pairs; p++) {
      const uint16_t *even = b + 2 * p * step + from;
      uint16_t *row = panel + p * 2 * columns;
      pack_pairs(count, even, 2 * p + 1 < depth ? even + step : 0, row);
      for (int64_t j = 2 * count; j < 2 * columns; j++) row[j] = 0;
    }
    memset(panel + pairs * 2 * columns, 0, (size_t)((all - pairs) * 2 * columns) * sizeof *panel);
  }
}

#endif
