/* Dense products of bfloat16 numbers with float32 sums, by the tile instructions of Intel's processors (AMX).
 *
 *     C (rows x width) = A (rows x depth) * B (depth x width)
 *
 * An instruction multiplies 16 rows of 32 numbers of A with 16 pairs of rows of B, of 16 columns each, and adds to 16 x 16 sums. Two such
 * tiles of A and two of B are loaded for four products. B is packed as for AVX512-BF16 (pack_bf16.h). A is read where it lies if it
 * divides into tiles, and otherwise copied, with zeros where it has no numbers.
 *
 * An element of C sums its terms in an order that the depth alone decides, so tiles and threads do not show in the result. The instructions
 * take subnormal numbers for 0.
 *
 * Source: Intel 64 and IA-32 Architectures Software Developer's Manual, volume 1, chapter 18; Linux, Documentation/arch/x86/xstate.rst.
 */
#include "product_amx.h"

#if defined(GAS_MULTIVERSIONED)
#include <cpuid.h>
#include <immintrin.h>
#include <stdatomic.h>
#include <sys/syscall.h>
#include <unistd.h>

enum {
  ROWS = 16,              /* of a tile of A, and of C */
  PAIRS = TILE_PAIRS,     /* of a row of a tile of A */
  NUMBERS = 2 * PAIRS,    /* of a row of a tile of A */
  TILE = ROWS * NUMBERS,  /* numbers of a tile of A */
  COPIED_ROWS = 4 * ROWS, /* rows of A that are copied at a time */
};

#define GAS_FOR_AMX __attribute__((target("arch=x86-64-v4,amx-tile,amx-bf16")))
#define GAS_AMX_INLINE __attribute__((target("arch=x86-64-v4,amx-tile,amx-bf16"), always_inline)) static inline

/* Registers for tiles take 8 KiB of a thread's state, which Linux saves only for processes that ask for them. */
static bool may_use_tiles(void) {
  enum { REQUEST_COMPONENT = 0x1023, TILE_DATA = 18, BF16 = 1 << 22, TILES = 1 << 24 };
  unsigned a, b, c, d;
  if (!__get_cpuid_count(7, 0, &a, &b, &c, &d) || (d & BF16) == 0 || (d & TILES) == 0) return false;
  return syscall(SYS_arch_prctl, REQUEST_COMPONENT, TILE_DATA) == 0;
}

bool gas_has_tiles(void) {
  enum { UNKNOWN, MISSING, PRESENT };
  static atomic_int known = UNKNOWN;
  int found = atomic_load_explicit(&known, memory_order_relaxed);
  if (found == UNKNOWN) {
    found = may_use_tiles() ? PRESENT : MISSING;
    atomic_store_explicit(&known, found, memory_order_relaxed);
  }
  return found == PRESENT;
}

/* A as tiles: where its first number lies, and how far it is to the next row, to the next ROWS rows, and to the next NUMBERS numbers. */
typedef struct {
  const uint16_t *numbers;
  int64_t row_step, strip_step, block_step;
  int64_t blocks; /* of NUMBERS numbers, as deep as A is */
} tiles_of_a;

/* 64 bytes that say which shapes the eight tile registers have: all are whole. */
GAS_FOR_AMX static void configure(void) {
  struct {
    uint8_t palette, start_row, reserved[14];
    uint16_t bytes[16];
    uint8_t rows[16];
  } configuration = {.palette = 1};
  for (int i = 0; i < 8; i++) {
    configuration.bytes[i] = NUMBERS * sizeof(uint16_t);
    configuration.rows[i] = ROWS;
  }
  _tile_loadconfig(&configuration);
}

/* One block of the depth: tiles 0 to 3 hold sums, 4 and 5 A, 6 and 7 B. */
GAS_AMX_INLINE void add_block(bool two_strips, bool two_vectors, const uint16_t *a, int64_t row_bytes, int64_t strip_step,
                              const uint16_t *b, int64_t b_bytes) {
  _tile_loadd(4, a, row_bytes);
  _tile_loadd(6, b, b_bytes);
  _tile_dpbf16ps(0, 4, 6);
  if (two_vectors) {
    _tile_loadd(7, b + 2 * LANES, b_bytes);
    _tile_dpbf16ps(1, 4, 7);
  }
  if (two_strips) {
    _tile_loadd(5, a + strip_step, row_bytes);
    _tile_dpbf16ps(2, 5, 6);
    if (two_vectors) _tile_dpbf16ps(3, 5, 7);
  }
}

/* The part of C that a tile of sums belongs to, which may have fewer rows and columns. */
typedef struct {
  float *c;
  int64_t step, rows, columns;
} part_of_c;

GAS_AMX_INLINE bool is_whole(part_of_c part) { return part.rows == ROWS && part.columns == LANES; }

GAS_FOR_AMX static void read_part(float (*sums)[LANES], part_of_c part) {
  __mmask16 mask = (__mmask16)lanes_of_last(part.columns);
  for (int64_t r = 0; r < ROWS; r++) {
    _mm512_store_ps(sums[r], _mm512_maskz_loadu_ps(r < part.rows ? mask : 0, part.c + r * part.step));
  }
}

GAS_FOR_AMX static void write_part(float (*sums)[LANES], part_of_c part) {
  __mmask16 mask = (__mmask16)lanes_of_last(part.columns);
  for (int64_t r = 0; r < part.rows; r++) _mm512_mask_storeu_ps(part.c + r * part.step, mask, _mm512_load_ps(sums[r]));
}

/* Tile registers are named by constants. */
#define BEGIN_SUMS(REGISTER, PART)                                                                                     \
  if (!accumulate) {                                                                                                   \
    _tile_zero(REGISTER);                                                                                              \
  } else if (is_whole(PART)) {                                                                                         \
    _tile_loadd(REGISTER, (PART).c, (PART).step *(int64_t)sizeof(float));                                              \
  } else {                                                                                                             \
    read_part(sums, PART);                                                                                       \
    _tile_loadd(REGISTER, sums, sizeof sums[0]);                                                                       \
  }
#define END_SUMS(REGISTER, PART)                                                                                       \
  if (is_whole(PART)) {                                                                                                \
    _tile_stored(REGISTER, (PART).c, (PART).step *(int64_t)sizeof(float));                                             \
  } else {                                                                                                             \
    _tile_stored(REGISTER, sums, sizeof sums[0]);                                                                      \
    write_part(sums, PART);                                                                                      \
  }

/* Rows of A that are fetched while others are computed with: a tile is 16 rows that lie apart, which the processor does not foresee. */
typedef struct {
  tiles_of_a a; /* the strips that come next */
  int64_t first, last; /* of their rows; none where nothing comes next */
} rows_ahead;

GAS_INLINE void fetch_ahead(const rows_ahead *ahead, int64_t block) {
  for (int64_t r = ahead->first; r < ahead->last; r++) {
    __builtin_prefetch(ahead->a.numbers + r / ROWS * ahead->a.strip_step + r % ROWS * ahead->a.row_step + block * ahead->a.block_step, 0, 2);
  }
}

/* Up to two strips of A by up to two vectors of B. */
GAS_FOR_AMX static void compute_tiles(tiles_of_a a, const uint16_t *b, int64_t b_step, part_of_c c, bool accumulate,
                                      const rows_ahead *ahead) {
  _Alignas(64) float sums[ROWS][LANES];
  bool two_strips = c.rows > ROWS, two_vectors = c.columns > LANES;
  part_of_c parts[4];
  for (int i = 0; i < 4; i++) {
    int64_t row = i / 2 * ROWS, column = i % 2 * LANES;
    parts[i] = (part_of_c){c.c + row * c.step + column, c.step, least(ROWS, c.rows - row), least(LANES, c.columns - column)};
  }
  /* What is written at the end is fetched meanwhile. */
  for (int64_t r = 0; r < c.rows; r++) {
    __builtin_prefetch(c.c + r * c.step, 1, 3);
    if (two_vectors) __builtin_prefetch(c.c + r * c.step + LANES, 1, 3);
  }
  BEGIN_SUMS(0, parts[0])
  if (two_vectors) {
    BEGIN_SUMS(1, parts[1])
  }
  if (two_strips) {
    BEGIN_SUMS(2, parts[2])
  }
  if (two_strips && two_vectors) {
    BEGIN_SUMS(3, parts[3])
  }
  for (int64_t block = 0; block < a.blocks; block++) {
    add_block(two_strips, two_vectors, a.numbers + block * a.block_step, a.row_step * 2, a.strip_step, b + block * PAIRS * b_step,
              b_step * 2);
    fetch_ahead(ahead, block);
  }
  END_SUMS(0, parts[0])
  if (two_vectors) {
    END_SUMS(1, parts[1])
  }
  if (two_strips) {
    END_SUMS(2, parts[2])
  }
  if (two_strips && two_vectors) {
    END_SUMS(3, parts[3])
  }
}

/* Two strips of A stay in the nearest cache while B passes by, which the next one holds. */
GAS_FOR_AMX static void multiply_tiles(int64_t rows, int64_t width, tiles_of_a a, const uint16_t *packed, float *c, int64_t c_step,
                                       bool accumulate) {
  if (width == 0) return;
  int64_t parts = (width + 2 * LANES - 1) / (2 * LANES), share = (2 * ROWS + parts - 1) / parts;
  for (int64_t r = 0; r < rows; r += 2 * ROWS) {
    rows_ahead ahead = {.a = a};
    ahead.a.numbers += 2 * a.strip_step;
    int64_t coming = least(2 * ROWS, rows - r - 2 * ROWS);
    for (int64_t from = 0; from < width; from += PANEL) {
      int64_t columns = least(PANEL, width - from), b_step = 2 * padded(columns);
      const uint16_t *panel = packed + from * a.blocks * NUMBERS;
      for (int64_t v = 0; v < columns; v += 2 * LANES) {
        part_of_c part = {c + r * c_step + from + v, c_step, least(2 * ROWS, rows - r), least(2 * LANES, columns - v)};
        ahead.last = least(ahead.first + share, coming);
        compute_tiles(a, panel + 2 * v, b_step, part, accumulate, &ahead);
        ahead.first = ahead.last;
      }
    }
    a.numbers += 2 * a.strip_step;
  }
}

static tiles_of_a tiles_at(uint16_t *copy, int64_t depth) {
  int64_t blocks = (depth + NUMBERS - 1) / NUMBERS;
  return (tiles_of_a){copy, NUMBERS, blocks * TILE, TILE, blocks};
}

/* Copies A, whose rows are `step` apart. */
static tiles_of_a copy_tiles(int64_t rows, int64_t depth, const uint16_t *a, int64_t step, uint16_t *copy) {
  tiles_of_a tiles = tiles_at(copy, depth);
  memset(copy, 0, (size_t)(padded(rows) * tiles.blocks * NUMBERS) * sizeof *copy);
  for (int64_t r = 0; r < rows; r++) {
    uint16_t *row = copy + r / ROWS * tiles.strip_step + r % ROWS * NUMBERS;
    for (int64_t block = 0; block < tiles.blocks; block++) {
      int64_t from = block * NUMBERS;
      memcpy(row + block * TILE, a + r * step + from, (size_t)least(NUMBERS, depth - from) * sizeof *a);
    }
  }
  return tiles;
}

static void multiply_rows(int64_t rows, int64_t depth, int64_t width, const uint16_t *a, const uint16_t *packed, float *c, bool accumulate,
                          uint16_t *copy) {
  for (int64_t first = 0; first < depth; first += DEPTH) {
    int64_t some = least(DEPTH, depth - first);
    tiles_of_a tiles = {a + first, depth, ROWS * depth, NUMBERS, some / NUMBERS};
    if (copy) tiles = copy_tiles(rows, some, a + first, depth, copy);
    multiply_tiles(rows, width, tiles, packed + first * padded(width), c, width, accumulate || first > 0);
  }
}

GAS_FOR_AMX void gas_amx_multiply(int64_t rows, int64_t depth, int64_t width, const uint16_t *a, const uint16_t *packed, float *c,
                                  bool accumulate) {
  _Alignas(64) uint16_t copy[COPIED_ROWS * DEPTH];
  int64_t in_place = depth % NUMBERS == 0 ? rows / ROWS * ROWS : 0;
  configure();
  multiply_rows(in_place, depth, width, a, packed, c, accumulate, 0);
  for (int64_t r = in_place; r < rows; r += COPIED_ROWS) {
    multiply_rows(least(COPIED_ROWS, rows - r), depth, width, a + r * depth, packed, c + r * width, accumulate, copy);
  }
  _tile_release();
}

/* 16 rows of 16 pairs from 16 rows of 16 pairs: the elements of each become a column. */
GAS_AMX_INLINE void transpose_pairs(__m512i x[ROWS]) {
  __m512i y[ROWS];
  /* First within the quarters of four registers. */
  GAS_UNROLL for (int i = 0; i < ROWS; i += 4) {
    __m512i low = _mm512_unpacklo_epi32(x[i], x[i + 1]), high = _mm512_unpackhi_epi32(x[i], x[i + 1]);
    __m512i next_low = _mm512_unpacklo_epi32(x[i + 2], x[i + 3]), next_high = _mm512_unpackhi_epi32(x[i + 2], x[i + 3]);
    y[i] = _mm512_unpacklo_epi64(low, next_low);
    y[i + 1] = _mm512_unpackhi_epi64(low, next_low);
    y[i + 2] = _mm512_unpacklo_epi64(high, next_high);
    y[i + 3] = _mm512_unpackhi_epi64(high, next_high);
  }
  /* Then the quarters of all. */
  GAS_UNROLL for (int i = 0; i < 4; i++) {
    __m512i a = _mm512_shuffle_i32x4(y[i], y[i + 4], 0x88), b = _mm512_shuffle_i32x4(y[i], y[i + 4], 0xdd);
    __m512i c = _mm512_shuffle_i32x4(y[i + 8], y[i + 12], 0x88), d = _mm512_shuffle_i32x4(y[i + 8], y[i + 12], 0xdd);
    x[i] = _mm512_shuffle_i32x4(a, c, 0x88);
    x[i + 8] = _mm512_shuffle_i32x4(a, c, 0xdd);
    x[i + 4] = _mm512_shuffle_i32x4(b, d, 0x88);
    x[i + 12] = _mm512_shuffle_i32x4(b, d, 0xdd);
  }
}

/* Tiles of the transposed A: a tile's row has numbers of a column of A. */
GAS_FOR_AMX static tiles_of_a copy_transposed(int64_t depth, int64_t rows, const uint16_t *a, uint16_t *copy) {
  tiles_of_a tiles = tiles_at(copy, depth);
  for (int64_t block = 0; block < tiles.blocks; block++) {
    for (int64_t r = 0; r < rows; r += ROWS) {
      __mmask16 mask = (__mmask16)lanes_of_last(least(ROWS, rows - r));
      __m512i pairs[ROWS];
      GAS_UNROLL for (int p = 0; p < PAIRS; p++) {
        int64_t even = block * NUMBERS + 2 * p, odd = even + 1;
        const uint16_t *row = a + even * rows + r;
        __m512i first = _mm512_cvtepu16_epi32(_mm256_maskz_loadu_epi16(even < depth ? mask : 0, row));
        __m512i second = _mm512_cvtepu16_epi32(_mm256_maskz_loadu_epi16(odd < depth ? mask : 0, row + rows));
        pairs[p] = _mm512_or_si512(first, _mm512_slli_epi32(second, 16));
      }
      transpose_pairs(pairs);
      uint16_t *tile = copy + r / ROWS * tiles.strip_step + block * TILE;
      GAS_UNROLL for (int i = 0; i < ROWS; i++) _mm512_storeu_si512(tile + i * NUMBERS, pairs[i]);
    }
  }
  return tiles;
}

GAS_FOR_AMX void gas_amx_multiply_transposed(int64_t depth, int64_t rows, int64_t width, const uint16_t *a, const uint16_t *b,
                                             float *c, bool accumulate, uint16_t *scratch) {
  uint16_t *copy = scratch + DEPTH * padded(width);
  configure();
  for (int64_t first = 0; first < depth; first += DEPTH) {
    int64_t some = least(DEPTH, depth - first);
    pack_block(some, width, width, b + first * width, scratch);
    tiles_of_a tiles = copy_transposed(some, rows, a + first * rows, copy);
    multiply_tiles(rows, width, tiles, scratch, c, width, accumulate || first > 0);
  }
  _tile_release();
}
#else
bool gas_has_tiles(void) { return false; }

void gas_amx_multiply(int64_t rows, int64_t depth, int64_t width, const uint16_t *a, const uint16_t *packed, float *c,
                      bool accumulate) {
  (void)rows, (void)depth, (void)width, (void)a, (void)packed, (void)c, (void)accumulate;
  __builtin_trap(); /* gas_has_tiles() says that there are none */
}

void gas_amx_multiply_transposed(int64_t depth, int64_t rows, int64_t width, const uint16_t *a, const uint16_t *b, float *c,
                                 bool accumulate, uint16_t *scratch) {
  (void)rows, (void)depth, (void)width, (void)a, (void)b, (void)c, (void)accumulate, (void)scratch;
  __builtin_trap();
}
#endif
