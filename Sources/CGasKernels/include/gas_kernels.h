/* The arithmetic of GAS: sparse products, gathers, conversions, element-wise functions, losses.
 *
 * Contract
 *   - No input or output, no threads, no allocation, no global state: every function may run on any thread.
 *   - Matrices are row-major without gaps. Counts are elements or rows, never bytes.
 *   - Nothing needs alignment beyond the element's own; 64 bytes is fastest.
 *   - Ranges are half open. A caller may split the work among threads at any place: each element of the output is computed by
 *     itself, in one fixed order, so the bits do not depend on the split. Reductions (functions that return a sum) have a fixed
 *     order for a given range; the caller fixes the ranges.
 *   - "x may be y" stands where output and input may be the same memory; elsewhere they must not overlap.
 *   - Sizes and indices are trusted. Whoever reads them from a file checks them first.
 *
 * On x86-64 with glibc each kernel exists for AVX-512, AVX2 and the baseline, chosen when the program is loaded. The bits may
 * differ between these, since the wider ones fuse multiplication and addition. Compile with -DGAS_PORTABLE to have the baseline
 * only.
 */
#ifndef GAS_KERNELS_H
#define GAS_KERNELS_H

#include <stdbool.h>
#include <stdint.h>

/* "x86-64-v4", "x86-64-v3" or "portable": the variant that runs on this machine. */
const char *gas_instruction_set(void);

/* ---- Sparse matrices: compressed rows (spmm.c, transpose.c) ----
 * Row r has the entries offsets[r] ..< offsets[r+1]; entry e stands in column columns[e] with value values[e], or 1 where values
 * is NULL. */

/* Y[r] = row_scale[r] * sum over e in row r of values[e] * X[columns[e]], for first_row <= r < last_row; added to Y[r] if
 * `accumulate`. X and Y have `width` columns; values and row_scale may be NULL. */
void gas_spmm(int64_t first_row, int64_t last_row, int64_t width, const int64_t *offsets, const uint32_t *columns,
              const float *values, const float *row_scale, const float *x, float *y, bool accumulate);

/* The transposed matrix by counting sort; within a transposed row the entries keep their order, so source rows ascend.
 * t_offsets has column_count + 1 numbers; t_rows the source row of each entry; t_entries (may be NULL) its place in the source;
 * t_values (may be NULL, as values) its value. Fewer than 2^32 entries. */
void gas_transpose(int64_t row_count, int64_t column_count, const int64_t *offsets, const uint32_t *columns,
                   const float *values, int64_t *t_offsets, uint32_t *t_rows, float *t_values, uint32_t *t_entries);

/* scale[r] = 1 / (number of entries of row r), or 0 for an empty row. */
void gas_inverse_row_counts(int64_t first_row, int64_t last_row, const int64_t *offsets, float *scale);

/* ---- Rows and number formats (gather.c, convert.c, shuffle.c) ---- */

/* out[i] = source[rows[i]] for 0 <= i < count, each row `width` long, converted to float32. */
void gas_gather_f32(int64_t count, const uint32_t *rows, int64_t width, const float *source, float *out);
void gas_gather_f16(int64_t count, const uint32_t *rows, int64_t width, const uint16_t *source, float *out);
void gas_gather_bf16(int64_t count, const uint32_t *rows, int64_t width, const uint16_t *source, float *out);

/* Between float32 and IEEE binary16 or bfloat16 (as bit patterns). Narrowing rounds to nearest, ties to even; too large
 * becomes infinite; NaN stays NaN (made quiet). */
void gas_f16_to_f32(int64_t count, const uint16_t *x, float *y);
void gas_f32_to_f16(int64_t count, const float *x, uint16_t *y);
void gas_bf16_to_f32(int64_t count, const uint16_t *x, float *y);
void gas_f32_to_bf16(int64_t count, const float *x, uint16_t *y);

/* Byte b of element i moves to place b * count + i: equal bytes come together and compress better. Elements of 1, 2, 4 or 8
 * bytes. Unshuffle is the inverse. */
void gas_shuffle(int64_t count, int64_t element_bytes, const uint8_t *x, uint8_t *y);
void gas_unshuffle(int64_t count, int64_t element_bytes, const uint8_t *x, uint8_t *y);

/* ---- Element-wise (elementwise.c, activation.c, dropout.c); x may be y ---- */

void gas_add(int64_t count, const float *a, const float *b, float *y);               /* y = a + b */
void gas_multiply(int64_t count, const float *a, const float *b, float *y);          /* y = a * b */
void gas_multiply_add(int64_t count, const float *a, const float *b, float *y);      /* y += a * b */
void gas_scale(int64_t count, float alpha, const float *x, float *y);                /* y = alpha * x */
void gas_axpy(int64_t count, float alpha, const float *x, float *y);                 /* y += alpha * x */
void gas_add_bias(int64_t rows, int64_t width, const float *x, const float *bias, float *y);      /* y[r] = x[r] + bias */
void gas_scale_rows(int64_t rows, int64_t width, const float *scale, const float *x, float *y);   /* y[r] = scale[r] * x[r] */

/* y = x where x > 0, else slope * x (slope 0: relu). Backward: dx = dy where y > 0, else slope * dy, for slope >= 0. */
void gas_leaky_relu(int64_t count, float slope, const float *x, float *y);
void gas_leaky_relu_backward(int64_t count, float slope, const float *y, const float *dy, float *dx);

/* y = x where x > 0, else exp(x) - 1. Backward: dx = dy where y > 0, else (y + 1) * dy. */
void gas_elu(int64_t count, const float *x, float *y);
void gas_elu_backward(int64_t count, const float *y, const float *dy, float *dx);

/* y = exp(x), within 2 units in the last place; 0 below the smallest normal number. */
void gas_exp(int64_t count, const float *x, float *y);

/* y[i] = keep(key, i) ? x[i] / (1 - p) : 0 for first <= i < last, 0 <= p < 1; its own backward. keep is a function of key and i
 * alone, true with probability 1 - p. */
void gas_dropout(int64_t first, int64_t last, uint64_t key, double p, const float *x, float *y);

/* ---- Reductions and rows (reduce.c) ---- */

void gas_column_sums(int64_t rows, int64_t width, const float *x, float *sums);      /* sums[j] = sum of x[r][j] over r */
double gas_squared_norm(int64_t count, const float *x);                              /* sum of x^2 */
double gas_squared_distance(int64_t count, const float *a, const float *b);          /* sum of (a - b)^2 */

/* norms[r] = max(|x[r]|, 1e-12), y[r] = x[r] / norms[r]. */
void gas_normalise_rows(int64_t rows, int64_t width, const float *x, float *y, float *norms);
/* dx[r] = (dy[r] - y[r] * (y[r] . dy[r])) / norms[r]; dx may be dy. */
void gas_normalise_rows_backward(int64_t rows, int64_t width, const float *y, const float *norms, const float *dy, float *dx);

/* place[r] = column of the first greatest element of row r; width >= 1. */
void gas_argmax_rows(int64_t rows, int64_t width, const float *x, int32_t *place);

/* ---- Losses (loss.c): each returns the sum over the rows that count; gradient (may be NULL) = scale * d(sum)/d(logits), zero
 * in rows that do not count ---- */

/* -log softmax(logits[r])[labels[r]], times weights[labels[r]] (weights NULL: 1); rows with a negative label do not count. */
double gas_softmax_cross_entropy(int64_t rows, int64_t width, const float *logits, const int32_t *labels,
                                 const float *weights, float scale, float *gradient);

/* max(x, 0) - x t + log(1 + exp(-|x|)) over the elements, targets t 0 or 1, times positive_weights[column] where t is 1
 * (positive_weights NULL: 1); rows with mask[r] == 0 do not count (mask NULL: all count). */
double gas_sigmoid_cross_entropy(int64_t rows, int64_t width, const float *logits, const uint8_t *targets,
                                 const uint8_t *mask, const float *positive_weights, float scale, float *gradient);

/* ---- Optimiser (adam.c) ---- */

typedef struct {
  float beta1, beta2;
  float rest1, rest2;           /* 1 - beta1, 1 - beta2, rounded once: 1 - 0.999f is off by 5e-5 of its value */
  float epsilon;
  float weight_decay;           /* times the weight, added to the gradient */
  float step_size;              /* learning rate / (1 - beta1^t) */
  float second_moment_scale;    /* 1 / sqrt(1 - beta2^t) */
} gas_adam_step;

/* g = gradient + weight_decay w;  m = beta1 m + rest1 g;  v = beta2 v + rest2 g^2;
 * w -= step_size m / (sqrt(v) second_moment_scale + epsilon). */
void gas_adam(int64_t count, gas_adam_step step, const float *gradient, float *w, float *m, float *v);

/* ---- Oracles (reference.c): one plain loop each, kept to test the others against ---- */

void gas_reference_spmm(int64_t first_row, int64_t last_row, int64_t width, const int64_t *offsets,
                        const uint32_t *columns, const float *values, const float *row_scale, const float *x, float *y,
                        bool accumulate);
void gas_reference_transpose(int64_t row_count, int64_t column_count, const int64_t *offsets, const uint32_t *columns,
                             const float *values, int64_t *t_offsets, uint32_t *t_rows, float *t_values,
                             uint32_t *t_entries);
void gas_reference_gather_f32(int64_t count, const uint32_t *rows, int64_t width, const float *source, float *out);
float gas_reference_f16_to_f32(uint16_t x);
uint16_t gas_reference_f32_to_f16(float x);
float gas_reference_bf16_to_f32(uint16_t x);
uint16_t gas_reference_f32_to_bf16(float x);

#endif
