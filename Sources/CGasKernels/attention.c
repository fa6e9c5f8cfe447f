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
#define GREATEST_BLOCK 8 /* heads */

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

GAS_INLINE void edge_scores(int64_t first_row, int64_t last_row, int64_t heads, const int64_t *offsets,
                            const uint32_t *columns, float slope, const float *source, const float *target,
                            const float *edge, float *restrict scores) {
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

/* One copy of the loops for each case: in a common one the compiler loads from NULL under a mask, which is legal and very slow. */
GAS_KERNEL(void, gas_edge_scores,
           (int64_t first_row, int64_t last_row, int64_t heads, const int64_t *offsets, const uint32_t *columns,
            float slope, const float *source, const float *target, const float *edge, float *scores),
           (first_row, last_row, heads, offsets, columns, slope, source, target, edge, scores)) {
  if (edge) {
    edge_scores(first_row, last_row, heads, offsets, columns, slope, source, target, edge, scores);
  } else {
    edge_scores(first_row, last_row, heads, offsets, columns, slope, source, target, 0, scores);
  }
}

GAS_INLINE void edge_scores_backward(int64_t first_row, int64_t last_row, int64_t heads, const int64_t *offsets,
                                     const uint32_t *columns, float slope, const float *source, const float *target,
                                     const float *edge, float *restrict gradient, float *restrict target_gradient) {
  for (int64_t r = first_row; r < last_row; r++) {
    float *sums = target_gradient + r * heads;
    memset(sums, 0, (size_t)heads * sizeof *sums);
    for (int64_t e = offsets[r]; e < offsets[r + 1]; e++) {
      const float *from = source + (int64_t)columns[e] * heads;
      const float *own = edge ? edge + e * heads : 0;
      for (int64_t h = 0; h < heads; h++) {
        float g = gradient[e * heads + h];
        g = raw_score(from, target + r * heads, own, h) > 0 ? g : slope * g;
        gradient[e * heads + h] = g;
        sums[h] += g;
      }
    }
  }
}

GAS_KERNEL(void, gas_edge_scores_backward,
           (int64_t first_row, int64_t last_row, int64_t heads, const int64_t *offsets, const uint32_t *columns,
            float slope, const float *source, const float *target, const float *edge, float *gradient,
            float *target_gradient),
           (first_row, last_row, heads, offsets, columns, slope, source, target, edge, gradient, target_gradient)) {
  if (edge) {
    edge_scores_backward(
        first_row, last_row, heads, offsets, columns, slope, source, target, edge, gradient, target_gradient);
  } else {
    edge_scores_backward(
        first_row, last_row, heads, offsets, columns, slope, source, target, 0, gradient, target_gradient);
  }
}

/* ---- Softmax over the entries of a row, for each column by itself ---- */

/* `block` columns of `count` rows that are `stride` long. */
GAS_INLINE void softmax_block(int64_t count, int64_t stride, int64_t block, float *x) {
  float top[GREATEST_BLOCK], sum[GREATEST_BLOCK];
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
  float along[GREATEST_BLOCK] = {0};
  for (int64_t e = 0; e < count; e++) {
    for (int64_t h = 0; h < block; h++) along[h] += y[e * stride + h] * d[e * stride + h];
  }
  for (int64_t e = 0; e < count; e++) {
    for (int64_t h = 0; h < block; h++) d[e * stride + h] = y[e * stride + h] * (d[e * stride + h] - along[h]);
  }
}

GAS_KERNEL(void, gas_row_softmax,
           (int64_t first_row, int64_t last_row, int64_t width, const int64_t *offsets, float *x),
           (first_row, last_row, width, offsets, x)) {
  for (int64_t r = first_row; r < last_row; r++) {
    int64_t count = offsets[r + 1] - offsets[r], h = 0;
    float *row = x + offsets[r] * width;
    if (count == 0) continue;
    if (width == 1) {
      softmax_block(count, 1, 1, row);
      continue;
    }
    for (; h + 8 <= width; h += 8) softmax_block(count, width, 8, row + h);
    for (; h + 4 <= width; h += 4) softmax_block(count, width, 4, row + h);
    for (; h + 2 <= width; h += 2) softmax_block(count, width, 2, row + h);
    for (; h < width; h++) softmax_block(count, width, 1, row + h);
  }
}

GAS_KERNEL(void, gas_row_softmax_backward,
           (int64_t first_row, int64_t last_row, int64_t width, const int64_t *offsets, const float *y, float *d),
           (first_row, last_row, width, offsets, y, d)) {
  for (int64_t r = first_row; r < last_row; r++) {
    int64_t count = offsets[r + 1] - offsets[r], start = offsets[r] * width, h = 0;
    for (; h + GREATEST_BLOCK <= width; h += GREATEST_BLOCK) {
      softmax_block_backward(count, width, GREATEST_BLOCK, y + start + h, d + start + h);
    }
    if (h < width) softmax_block_backward(count, width, width - h, y + start + h, d + start + h);
  }
}

/* ---- Sums with a weight for each entry and head, and their derivative by the weights ---- */

GAS_INLINE void spmm_heads(int64_t first_row, int64_t last_row, int64_t heads, int64_t width, const int64_t *offsets,
                           const uint32_t *columns, const uint32_t *entries, const float *weights, const float *x,
                           float *restrict y, bool accumulate) {
  int64_t floats = heads * width, end = offsets[last_row];
  for (int64_t r = first_row; r < last_row; r++) {
    float *row = y + r * floats;
    if (!accumulate) memset(row, 0, (size_t)floats * sizeof *row);
    for (int64_t e = offsets[r]; e < offsets[r + 1]; e++) {
      if (e + PREFETCH_DISTANCE < end) prefetch_row(x + (int64_t)columns[e + PREFETCH_DISTANCE] * floats, floats);
      const float *weight = weights + (entries ? (int64_t)entries[e] : e) * heads;
      const float *from = x + (int64_t)columns[e] * floats;
      for (int64_t h = 0; h < heads; h++) {
        for (int64_t c = 0; c < width; c++) row[h * width + c] += weight[h] * from[h * width + c];
      }
    }
  }
}

GAS_KERNEL(void, gas_spmm_heads,
           (int64_t first_row, int64_t last_row, int64_t heads, int64_t width, const int64_t *offsets,
            const uint32_t *columns, const uint32_t *entries, const float *weights, const float *x, float *y,
            bool accumulate),
           (first_row, last_row, heads, width, offsets, columns, entries, weights, x, y, accumulate)) {
#define SUM(width) spmm_heads(first_row, last_row, heads, width, offsets, columns, entries, weights, x, y, accumulate)
  WITH_WIDTH(SUM)
}

/* For a width known to be a multiple of eight: eight sums, then their sum. */
GAS_INLINE float blocked_dot(int64_t width, const float *a, const float *b) {
  gas_float8 sum = {0}, x, y;
  for (int64_t c = 0; c < width; c += 8) {
    memcpy(&x, a + c, sizeof x);
    memcpy(&y, b + c, sizeof y);
    sum += x * y;
  }
  gas_float4 half = __builtin_shufflevector(sum, sum, 0, 1, 2, 3) + __builtin_shufflevector(sum, sum, 4, 5, 6, 7);
  return half[0] + half[1] + (half[2] + half[3]);
}

GAS_INLINE void edge_dots(int64_t first_row, int64_t last_row, int64_t heads, int64_t width, const int64_t *offsets,
                          const uint32_t *columns, const float *x, const float *dy, float *restrict dots) {
  int64_t floats = heads * width, end = offsets[last_row];
  for (int64_t r = first_row; r < last_row; r++) {
    const float *row = dy + r * floats;
    for (int64_t e = offsets[r]; e < offsets[r + 1]; e++) {
      if (e + PREFETCH_DISTANCE < end) prefetch_row(x + (int64_t)columns[e + PREFETCH_DISTANCE] * floats, floats);
      const float *from = x + (int64_t)columns[e] * floats;
      for (int64_t h = 0; h < heads; h++) {
        const float *a = from + h * width, *b = row + h * width;
        dots[e * heads + h] = width % 8 == 0 ? blocked_dot(width, a, b) : row_dot(width, a, b);
      }
    }
  }
}

GAS_KERNEL(void, gas_edge_dots,
           (int64_t first_row, int64_t last_row, int64_t heads, int64_t width, const int64_t *offsets,
            const uint32_t *columns, const float *x, const float *dy, float *dots),
           (first_row, last_row, heads, width, offsets, columns, x, dy, dots)) {
#define DOT(width) edge_dots(first_row, last_row, heads, width, offsets, columns, x, dy, dots)
  WITH_WIDTH(DOT)
}
