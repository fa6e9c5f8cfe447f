/* Dense products of bfloat16 numbers with float32 sums, by AVX512-BF16's dot products of pairs.
 *
 *     C (rows x width) = A (rows x depth) * B (depth x width)
 *
 * B is packed beforehand (pack_bf16.h): pairs of its rows are interleaved, so that one instruction multiplies a pair of A's numbers, broadcast,
 * with 16 pairs of B's. A tile of STRIP rows and PANEL columns of C stays in registers while the depth passes by. B is packed panel by
 * panel within blocks of DEPTH rows, so that a panel stays in the nearest cache while the rows of A pass by.
 *
 * An element of C sums its terms in the order of the depth, so tiles and threads do not show in the result. The instructions take
 * subnormal numbers for 0.
 */
#include "product_amx.h"

/* Tiles take B in the same form. */
static bool takes_tiles(void) { return gas_may_exceed_isa() && gas_has_tiles(); }

bool gas_has_bf16_products(void) {
#if defined(GAS_MULTIVERSIONED)
  return gas_chosen_isa() == GAS_X86_64_V4 && __builtin_cpu_supports("avx512bf16");
#else
  return false;
#endif
}

const char *gas_bf16_products(void) {
  if (!gas_has_bf16_products()) return 0;
  return takes_tiles() ? "AMX" : "AVX512-BF16";
}

#if defined(GAS_MULTIVERSIONED)
#include <immintrin.h>

#define GAS_FOR_BF16 __attribute__((target("arch=x86-64-v4,avx512bf16")))

typedef struct {
  const uint16_t *a;
  int64_t row_step, pair_step; /* from one row of A to the next, and from one pair of a row to the next */
  int64_t pairs, packed_pairs; /* of A's rows; of a panel of B */
  bool is_odd; /* the last pair of A's rows is a single number */
  const uint16_t *b;
  float *c;
  int64_t c_step;
  __mmask16 last; /* the columns of the last vector that C has */
  bool accumulate;
} bf16_tile;

__attribute__((target("arch=x86-64-v4,avx512bf16"), always_inline)) static inline void add_pair(
    int rows, int vectors, __m512 sums[STRIP][PANEL / LANES], const bf16_tile *tile, int64_t p, bool is_single) {
  __m512bh b[PANEL / LANES];
  GAS_UNROLL for (int v = 0; v < vectors; v++) {
    b[v] = (__m512bh)_mm512_loadu_si512(tile->b + (p * vectors + v) * 2 * LANES);
  }
  GAS_UNROLL for (int r = 0; r < rows; r++) {
    uint32_t pair = 0;
    memcpy(&pair, tile->a + r * tile->row_step + p * tile->pair_step, is_single ? 2 : 4);
    __m512bh a = (__m512bh)_mm512_set1_epi32((int)pair);
    GAS_UNROLL for (int v = 0; v < vectors; v++) sums[r][v] = _mm512_dpbf16_ps(sums[r][v], a, b[v]);
  }
}

__attribute__((target("arch=x86-64-v4,avx512bf16"), always_inline)) static inline void compute_tile(int rows, int vectors,
                                                                                                  const bf16_tile *tile) {
  __m512 sums[STRIP][PANEL / LANES];
  GAS_UNROLL for (int r = 0; r < rows; r++) {
    GAS_UNROLL for (int v = 0; v < vectors; v++) sums[r][v] = _mm512_setzero_ps();
  }
  int64_t whole = tile->pairs - (tile->is_odd ? 1 : 0);
  for (int64_t p = 0; p < whole; p++) add_pair(rows, vectors, sums, tile, p, false);
  if (tile->is_odd) add_pair(rows, vectors, sums, tile, whole, true);
  GAS_UNROLL for (int r = 0; r < rows; r++) {
    GAS_UNROLL for (int v = 0; v < vectors; v++) {
      float *c = tile->c + r * tile->c_step + v * LANES;
      __mmask16 mask = v == vectors - 1 ? tile->last : 0xffff;
      __m512 sum = sums[r][v];
      if (tile->accumulate) sum = _mm512_add_ps(sum, _mm512_maskz_loadu_ps(mask, c));
      _mm512_mask_storeu_ps(c, mask, sum);
    }
  }
}

#define TILES_OF(ROWS)                                                                                                 \
  switch (vectors) {                                                                                                   \
  case 1: compute_tile(ROWS, 1, tile); break;                                                                          \
  case 2: compute_tile(ROWS, 2, tile); break;                                                                          \
  case 3: compute_tile(ROWS, 3, tile); break;                                                                          \
  default: compute_tile(ROWS, 4, tile);                                                                                \
  }

GAS_FOR_BF16 static void compute(int64_t rows, int64_t vectors, const bf16_tile *tile) {
  switch (rows) {
  case 1: TILES_OF(1) break;
  case 2: TILES_OF(2) break;
  case 3: TILES_OF(3) break;
  case 4: TILES_OF(4) break;
  case 5: TILES_OF(5) break;
  default: TILES_OF(6)
  }
}

static void multiply_block(int64_t rows, int64_t width, bf16_tile tile, const uint16_t *packed, int64_t strip_step) {
  const uint16_t *a = tile.a;
  float *c = tile.c;
  for (int64_t from = 0; from < width; from += PANEL) {
    int64_t columns = least(PANEL, width - from);
    tile.b = packed + from * 2 * tile.packed_pairs;
    tile.last = (__mmask16)lanes_of_last(columns);
    for (int64_t r = 0; r < rows; r += STRIP) {
      tile.a = a + r / STRIP * strip_step;
      tile.c = c + r * tile.c_step + from;
      compute(least(STRIP, rows - r), padded(columns) / LANES, &tile);
    }
  }
}

/* Pairs of two rows of A, strip by strip: a strip has STRIP columns, and its pairs lie one after the other. Whole strips are first made
 * side by side, which goes a register at a time. */
GAS_FOR_V4 static void pack_strips(int64_t depth, int64_t width, const uint16_t *a, uint16_t *packed) {
  enum { columns = STRIP * LANES };
  int64_t pairs = (depth + 1) / 2;
  for (int64_t p = 0; p < pairs; p++) {
    const uint16_t *even = a + 2 * p * width;
    const uint16_t *odd = 2 * p + 1 < depth ? even + width : 0;
    uint16_t *to = packed + p * 2 * STRIP;
    int64_t from = 0;
    for (; from + columns <= width; from += columns) {
      uint16_t row[2 * columns];
      pack_pairs(columns, even + from, odd ? odd + from : 0, row);
      GAS_UNROLL for (int strip = 0; strip < LANES; strip++) {
        memcpy(to + (from + strip * STRIP) * 2 * pairs, row + strip * 2 * STRIP, 2 * STRIP * sizeof *to);
      }
    }
    if (from == width) continue;
    uint16_t row[2 * columns] = {0};
    pack_pairs(width - from, even + from, odd ? odd + from : 0, row);
    for (const uint16_t *strip = row; from < width; from += STRIP, strip += 2 * STRIP) {
      memcpy(to + from * 2 * pairs, strip, 2 * STRIP * sizeof *to);
    }
  }
}

GAS_FOR_V4 static void pack_block_v4(int64_t depth, int64_t width, int64_t step, const uint16_t *b, uint16_t *packed) {
  pack_block(depth, width, step, b, packed);
}

void gas_bf16_multiply(int64_t rows, int64_t depth, int64_t width, const uint16_t *a, const uint16_t *packed, float *c,
                       bool accumulate) {
  if (takes_tiles()) return gas_amx_multiply(rows, depth, width, a, packed, c, accumulate);
  for (int64_t r = 0; r < rows; r += ROW_BLOCK) {
    for (int64_t first = 0; first < depth; first += DEPTH) {
      int64_t some = least(DEPTH, depth - first);
      bf16_tile tile = {.a = a + r * depth + first,
                        .row_step = depth,
                        .pair_step = 2,
                        .pairs = (some + 1) / 2,
                        .packed_pairs = packed_pairs(some),
                        .is_odd = some % 2 != 0,
                        .c = c + r * width,
                        .c_step = width,
                        .accumulate = accumulate || first > 0};
      multiply_block(least(ROW_BLOCK, rows - r), width, tile, packed + first * padded(width), STRIP * depth);
    }
  }
}

void gas_bf16_multiply_transposed(int64_t depth, int64_t rows, int64_t width, const uint16_t *a, const uint16_t *b,
                                  float *c, bool accumulate, uint16_t *scratch) {
  if (takes_tiles()) return gas_amx_multiply_transposed(depth, rows, width, a, b, c, accumulate, scratch);
  uint16_t *strips = scratch + DEPTH * padded(width);
  for (int64_t first = 0; first < depth; first += DEPTH) {
    int64_t some = least(DEPTH, depth - first), pairs = (some + 1) / 2;
    pack_block_v4(some, width, width, b + first * width, scratch);
    pack_strips(some, rows, a + first * rows, strips);
    bf16_tile tile = {.a = strips,
                      .row_step = 2,
                      .pair_step = 2 * STRIP,
                      .pairs = pairs,
                      .packed_pairs = packed_pairs(some),
                      .c = c,
                      .c_step = width,
                      .accumulate = accumulate || first > 0};
    multiply_block(rows, width, tile, scratch, STRIP * 2 * pairs);
  }
}
#else
void gas_bf16_multiply(int64_t rows, int64_t depth, int64_t width, const uint16_t *a, const uint16_t *packed, float *c,
                       bool accumulate) {
  (void)rows, (void)depth, (void)width, (void)a, (void)packed, (void)c, (void)accumulate;
  __builtin_trap(); /* gas_has_bf16_products() says that there are none */
}

void gas_bf16_multiply_transposed(int64_t depth, int64_t rows, int64_t width, const uint16_t *a, const uint16_t *b,
                                  float *c, bool accumulate, uint16_t *scratch) {
  (void)rows, (void)depth, (void)width, (void)a, (void)b, (void)c, (void)accumulate, (void)scratch;
  __builtin_trap();
}
#endif
