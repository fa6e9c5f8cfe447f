/* Attention over the entries of each row. What is kept is one number an entry and head; products with rows of X are formed where
 * they are summed and never stored.
 *
 * A row of Y stays in the first cache while the row's entries pass by; what bounds the kernels is how fast memory delivers random
 * rows of X. The usual head widths have a copy of the loops with the width known, so that they are unrolled.
 */
#include "dot.h"
#include "exponential.h"

#define PREFETCH_DISTANCE 8 /* entries */
#define LINE 16             /* floats in a cache line */
#define GREATEST_PREFETCH (32 * LINE)
#define HEAD_BLOCK 8

GAS_INLINE void prefetch_row(const float *row, int64_t floats) {
  if (floats > GREATEST_PREFETCH) floats = GREATEST_PREFETCH;
  for (int64_t i = 0; i < floats; i += LINE) __builtin_prefetch(row + i, 0, 3);
}

/* Calls BODY with `width` as a constant where it is a usual one. */
#define WITH_WIDTH(BODY)                                                                                               \
  switch (width) {                                                                                                     \
  case 8: BODY(8); break;                                                                                              \
  case 16: BODY(16); break;                                                                                            \
  case 32: BODY(32); break;                                                                                            \
  case 64: BODY(64); break;                                                                                            \
  default: BODY(width);                                                                                                \
  }

/* ---- Scores ---- */

GAS_INLINE float raw_score(const float *source, const float *target, const float *edge, int64_t h) {
  float sum = target[h] + source[h];
  return edge ? sum + edge[h] : sum;
}

GAS_KERNEL
void gas_edge_scores(int64_t first_row, int64_t last_row, int64_t heads, const int64_t *offsets, const uint32_t *columns,
                     float slope, const float *source, const float *target, const float *edge, float *scores) {
  for (int64_t r = first_row; r < last_row; r++) {
    for (int64_t e = offsets[r]; e < offsets[r + 1]; e++) {
      const float *from = source + (int64_t)columns[e] * heads;
      const float *own = edge ? edge + e * heads : 0;
      for (int64_t h = 0; h < heads; h++) {
        float score = raw_score(from, target + r * heads, own, h);
        scores[e * heads + h] = score > 0 ? score : slope * score;
      }
    }
  }
}

GAS_KERNEL
void gas_edge_scores_backward(int64_t first_row, int64_t last_row, int64_t heads, const int64_t *offsets,
                              const uint32_t *columns, float slope, const float *source, const float *target,
                              const float *edge, float *gradient, float *target_gradient) {
  for (int64_t r = first_row; r < last_row; r++) {
    float *sums = target_gradient + r * heads;
    memset(sums, 0, (size_t)heads * sizeof *sums);
    for (int64_t e = offsets[r]; e < offsets[r + 1]; e++) {
      const float *from = source + (int64_t)columns[e] * heads;
      const float *own = edge ? edge + e * heads : 0;
      for (int64_t h = 0; h < heads; h++) {
        float *g = gradient + e * heads + h;
        *g = raw_score(from, target + r * heads, own, h) > 0 ? *g : slope * *g;
        sums[h] += *g;
      }
    }
  }
}

/* ---- Softmax over the entries of a row, for each column by itself ---- */

/* `block` columns of `count` rows that are `stride` long. */
GAS_INLINE void softmax_block(int64_t count, int64_t stride, int64_t block, float *x) {
  float top[HEAD_BLOCK], sum[HEAD_BLOCK];
  for (int64_t h = 0; h < block; h++) {
    top[h] = x[h];
    sum[h] = 0;
  }
  for (int64_t e = 1; e < count; e++) {
    for (int64_t h = 0; h < block; h++) top[h] = x[e * stride + h] > top[h] ? x[e * stride + h] : top[h];
  }
  for (int64_t e = 0; e < count; e++) {
    for (int64_t h = 0; h < block; h++) x[e * stride + h] = gas_exponential(x[e * stride + h] - top[h]);
  }
  for (int64_t e = 0; e < count; e++) {
    for (int64_t h = 0; h < block; h++) sum[h] += x[e * stride + h];
  }
  for (int64_t e = 0; e < count; e++) {
    for (int64_t h = 0; h < block; h++) x[e * stride + h] /= sum[h];
  }
}

GAS_INLINE void softmax_block_backward(int64_t count, int64_t stride, int64_t block, const float *restrict y,
                                       float *restrict d) {
  float along[HEAD_BLOCK] = {0};
  for (int64_t e = 0; e < count; e++) {
    for (int64_t h = 0; h < block; h++) along[h] += y[e * stride + h] * d[e * stride + h];
  }
  for (int64_t e = 0; e < count; e++) {
    for (int64_t h = 0; h < block; h++) d[e * stride + h] = y[e * stride + h] * (d[e * stride + h] - along[h]);
  }
}

GAS_KERNEL
void gas_row_softmax(int64_t first_row, int64_t last_row, int64_t width, const int64_t *offsets, float *x) {
  for (int64_t r = first_row; r < last_row; r++) {
    int64_t count = offsets[r + 1] - offsets[r], h = 0;
    float *row = x + offsets[r] * width;
    if (count == 0) continue;
    if (width == 1) {
      softmax_block(count, 1, 1, row);
      continue;
    }
    for (; h + HEAD_BLOCK <= width; h += HEAD_BLOCK) softmax_block(count, width, HEAD_BLOCK, row + h);
    if (h < width) softmax_block(count, width, width - h, row + h);
  }
}

GAS_KERNEL
void gas_row_softmax_backward(int64_t first_row, int64_t last_row, int64_t width, const int64_t *offsets, const float *y,
                              float *d) {
  for (int64_t r = first_row; r < last_row; r++) {
    int64_t count = offsets[r + 1] - offsets[r], start = offsets[r] * width, h = 0;
    for (; h + HEAD_BLOCK <= width; h += HEAD_BLOCK) {
      softmax_block_backward(count, width, HEAD_BLOCK, y + start + h, d + start + h);
    }
    if (h < width) softmax_block_backward(count, width, width - h, y + start + h, d + start + h);
  }
}

/* ---- Sums with a weight for each entry and head, and their derivative by the weights ---- */

GAS_INLINE void add_heads(int64_t heads, int64_t width, const float *restrict weight, const float *restrict x,
                          float *restrict y) {
  for (int64_t h = 0; h < heads; h++) {
    for (int64_t c = 0; c < width; c++) y[h * width + c] += weight[h] * x[h * width + c];
  }
}

GAS_INLINE void dot_heads(int64_t heads, int64_t width, const float *x, const float *dy, float *dots) {
  for (int64_t h = 0; h < heads; h++) dots[h] = row_dot(width, x + h * width, dy + h * width);
}

GAS_KERNEL
void gas_spmm_heads(int64_t first_row, int64_t last_row, int64_t heads, int64_t width, const int64_t *offsets,
                    const uint32_t *columns, const uint32_t *entries, const float *weights, const float *x, float *y,
                    bool accumulate) {
  int64_t floats = heads * width, end = offsets[last_row];
  for (int64_t r = first_row; r < last_row; r++) {
    float *row = y + r * floats;
    if (!accumulate) memset(row, 0, (size_t)floats * sizeof *row);
    for (int64_t e = offsets[r]; e < offsets[r + 1]; e++) {
      if (e + PREFETCH_DISTANCE < end) prefetch_row(x + (int64_t)columns[e + PREFETCH_DISTANCE] * floats, floats);
      const float *weight = weights + (entries ? (int64_t)entries[e] : e) * heads;
      const float *from = x + (int64_t)columns[e] * floats;
#define ADD(width) add_heads(heads, width, weight, from, row)
      WITH_WIDTH(ADD)
    }
  }
}

GAS_KERNEL
void gas_edge_dots(int64_t first_row, int64_t last_row, int64_t heads, int64_t width, const int64_t *offsets,
                   const uint32_t *columns, const float *x, const float *dy, float *dots) {
  int64_t floats = heads * width, end = offsets[last_row];
  for (int64_t r = first_row; r < last_row; r++) {
    for (int64_t e = offsets[r]; e < offsets[r + 1]; e++) {
      if (e + PREFETCH_DISTANCE < end) prefetch_row(x + (int64_t)columns[e + PREFETCH_DISTANCE] * floats, floats);
      const float *from = x + (int64_t)columns[e] * floats;
#define DOT(width) dot_heads(heads, width, from, dy + r * floats, dots + e * heads)
      WITH_WIDTH(DOT)
    }
  }
}
