/* Gathering rows by number: halo features and history rows. Bound by how fast memory (or the page cache) delivers random rows,
 * hence the prefetch of rows ahead. */
#include "convert.h"
#include "prefetch.h"

static void gather_single(int64_t count, const uint32_t *rows, const float *source, float *out) {
  for (int64_t i = 0; i < count; i++) out[i] = source[rows[i]];
}

void gas_gather_f32(int64_t count, const uint32_t *rows, int64_t width, const float *source, float *out) {
  if (width == 1) {
    gather_single(count, rows, source, out);
    return;
  }
  size_t bytes = (size_t)width * sizeof *source;
  for (int64_t i = 0; i < count; i++) {
    gas_prefetch_listed(i, count, rows, (int64_t)bytes, source);
    memcpy(out + i * width, source + (int64_t)rows[i] * width, bytes);
  }
}

void gas_gather_bytes(int64_t count, const uint32_t *rows, uint32_t first_row, int64_t row_bytes, const uint8_t *source,
                      uint8_t *out) {
  for (int64_t i = 0; i < count; i++) {
    if (i + GAS_GATHER_DISTANCE < count) {
      gas_prefetch_bytes(source + (int64_t)(rows[i + GAS_GATHER_DISTANCE] - first_row) * row_bytes, row_bytes);
    }
    memcpy(out + i * row_bytes, source + (int64_t)(rows[i] - first_row) * row_bytes, (size_t)row_bytes);
  }
}

GAS_INLINE void gather_16(int64_t count, const uint32_t *rows, int64_t width, const uint16_t *source, float *out,
                          void (*widen)(int64_t, const uint16_t *, float *)) {
  for (int64_t i = 0; i < count; i++) {
    gas_prefetch_listed(i, count, rows, width * 2, source);
    widen(width, source + (int64_t)rows[i] * width, out + i * width);
  }
}

void gas_gather_f16(int64_t count, const uint32_t *rows, int64_t width, const uint16_t *source, float *out) {
  gather_16(count, rows, width, source, out, gas_f16_to_f32);
}

void gas_gather_bf16(int64_t count, const uint32_t *rows, int64_t width, const uint16_t *source, float *out) {
  gather_16(count, rows, width, source, out, gas_bf16_to_f32);
}

void gas_gather_f32_to_bf16(int64_t count, const uint32_t *rows, int64_t width, const float *source, uint16_t *out) {
  for (int64_t i = 0; i < count; i++) {
    gas_prefetch_listed(i, count, rows, width * 4, source);
    gas_f32_to_bf16(width, source + (int64_t)rows[i] * width, out + i * width);
  }
}

GAS_KERNEL(void, gas_scatter_add,
           (int64_t count, const uint32_t *rows, int64_t row_limit, int64_t width, int64_t first_column,
            int64_t last_column, const float *restrict x, float *restrict y),
           (count, rows, row_limit, width, first_column, last_column, x, y)) {
  for (int64_t i = 0; i < count; i++) {
    if (rows[i] >= row_limit) continue;
    float *row = y + (int64_t)rows[i] * width;
    for (int64_t j = first_column; j < last_column; j++) row[j] += x[i * width + j];
  }
}
