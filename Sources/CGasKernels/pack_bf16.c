/* Packs matrices for dense products of bfloat16 numbers. */
#include "pack_bf16.h"

int64_t gas_bf16_packed_count(int64_t depth, int64_t width) { return 2 * packed_pairs(depth) * padded(width); }

int64_t gas_bf16_scratch_count(int64_t width, int64_t other_width) {
  return DEPTH * (padded(other_width) + padded(width) + STRIP);
}

GAS_KERNEL(void, gas_bf16_pack, (int64_t depth, int64_t width, const uint16_t *b, uint16_t *packed),
           (depth, width, b, packed)) {
  for (int64_t first = 0; first < depth; first += DEPTH) {
    pack_block(least(DEPTH, depth - first), width, width, b + first * width, packed + first * padded(width));
  }
}

/* A pair of the transposed matrix's rows is a pair of neighbours of each of B's rows. */
GAS_KERNEL(void, gas_bf16_pack_transposed, (int64_t depth, int64_t width, const uint16_t *b, uint16_t *packed),
           (depth, width, b, packed)) {
  for (int64_t first = 0; first < depth; first += DEPTH) {
    int64_t some = least(DEPTH, depth - first), pairs = packed_pairs(some);
    uint16_t *block = packed + first * padded(width);
    for (int64_t from = 0; from < width; from += PANEL) {
      int64_t count = least(PANEL, width - from), columns = padded(count);
      uint16_t *panel = block + from * 2 * pairs;
      for (int64_t j = 0; j < columns; j++) {
        const uint16_t *row = b + (from + j) * depth + first;
        for (int64_t p = 0; p < pairs; p++) {
          uint16_t *pair = panel + (p * columns + j) * 2;
          pair[0] = j < count && 2 * p < some ? row[2 * p] : 0;
          pair[1] = j < count && 2 * p + 1 < some ? row[2 * p + 1] : 0;
        }
      }
    }
  }
}
