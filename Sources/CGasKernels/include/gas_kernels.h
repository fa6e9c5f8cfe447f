/* The arithmetic of GAS: sparse products, gathers, conversions, element-wise functions, losses.
 *
 * Contract
 *   - No input or output, no threads, no allocation, no state but the choice of the instruction set: every function may run on any
 *     thread.
 *   - Matrices are row-major without gaps. Counts are elements or rows, never bytes.
 *   - Nothing needs alignment beyond the element's own; 64 bytes is fastest.
 *   - Ranges are half open. A caller may split the work among threads at any place: each element of the output is computed by
 *     itself, in one fixed order, so the bits do not depend on the split. Reductions (functions that return a sum) have a fixed
 *     order for a given range; the caller fixes the ranges.
 *   - "x may be y" stands where output and input may be the same memory; elsewhere they must not overlap.
 *   - Sizes and indices are trusted. Whoever reads them from a file checks them first.
 *
 * On x86-64 each kernel exists for AVX-512, AVX2 and the baseline, chosen by what the processor can do when the program is loaded.
 * The bits may differ between these, since the wider ones fuse multiplication and addition. Compile with -DGAS_PORTABLE to have the
 * baseline only.
 */
#ifndef GAS_KERNELS_H
#define GAS_KERNELS_H

#include <stdbool.h>
#include <stdint.h>

/* The instruction set that kernels run with: "x86-64-v4" (AVX-512), "x86-64-v3" (AVX2 with FMA) or "portable"; and the best one that
 * this processor has, which is chosen unless the environment names another in GAS_INSTRUCTION_SET. */
const char *gas_instruction_set(void);
const char *gas_best_instruction_set(void);
/* What GAS_INSTRUCTION_SET held if that names no set of this processor, which then runs its best one; else NULL. */
const char *gas_refused_instruction_set(void);

/* Chooses by name; NULL: the best. False, and nothing changes, if there is no such set or the processor does not have it. Not while
 * kernels run. */
bool gas_choose_instruction_set(const char *name);

/* Whether the processor has instructions that AMD made for some years and no processor has had since: 3DNow! and FMA4. */
bool gas_has_3dnow(void);
bool gas_has_fma4(void);

/* ---- Sparse matrices: compressed rows (spmm.c, extremum.c, deviation.c, transpose.c) ----
 * Row r has the entries offsets[r] ..< offsets[r+1]; entry e stands in column columns[e] with value values[e], or 1 where values
 * is NULL. */

/* Y[r] = row_scale[r] * sum over e in row r of values[e] * X[columns[e]], for first_row <= r < last_row; added to Y[r] if
 * `accumulate`. X and Y have `width` columns; values and row_scale may be NULL. */
void gas_spmm(int64_t first_row, int64_t last_row, int64_t width, const int64_t *offsets, const uint32_t *columns,
              const float *values, const float *row_scale, const float *x, float *y, bool accumulate);
/* The same for X in two places: its first x_rows rows at x, the others at `appended`, one after the other or, unless numbers is NULL,
 * row x_rows + i at number numbers[i] there; there is at least one. The same bits as if they were in one place. */
void gas_spmm_joined(int64_t first_row, int64_t last_row, int64_t width, const int64_t *offsets, const uint32_t *columns,
                     const float *values, const float *row_scale, const float *x, int64_t x_rows, const float *appended,
                     const uint32_t *numbers, float *y, bool accumulate);

/* The same of bfloat16 rows, with float32 sums (spmm_bf16.c): X is all at x where `appended` is NULL. Y is float32, or bfloat16 at
 * `narrow`, which gets the sums rounded, where that is not NULL; then y is not used and nothing is added. */
void gas_spmm_bf16(int64_t first_row, int64_t last_row, int64_t width, const int64_t *offsets, const uint32_t *columns,
                   const float *values, const float *row_scale, const uint16_t *x, int64_t x_rows,
                   const uint16_t *appended, const uint32_t *numbers, float *y, uint16_t *narrow, bool accumulate);

/* Y[r] = the greatest, or if `least` the least, of values[e] * X[columns[e]] over e in row r, column by column, for first_row <= r <
 * last_row; 0 for an empty row. winners (may be NULL), as large as Y, gets the first entry that attains it, UINT32_MAX for an
 * empty row; entries then are fewer than 2^32 - 1. A message that is no number wins. */
void gas_extremum(int64_t first_row, int64_t last_row, int64_t width, const int64_t *offsets, const uint32_t *columns,
                  const float *values, bool least, const float *x, float *y, uint32_t *winners);

/* Its backward pass through the transposed matrix (below): dX[c] = sum over t in transposed row c of t_values[t] * dY[t_rows[t]]
 * where t_entries[t] won, for first_column <= c < last_column; added to dX[c] if `accumulate`. */
void gas_extremum_backward(int64_t first_column, int64_t last_column, int64_t width, const int64_t *t_offsets,
                           const uint32_t *t_rows, const uint32_t *t_entries, const float *t_values,
                           const uint32_t *winners, const float *dy, float *dx, bool accumulate);

/* Y[r] = the standard deviation of values[e] * X[columns[e]] over e in row r, column by column, for first_row <= r < last_row: the
 * root of the biased variance, 0 where that is at most `least` (>= 0) and for an empty row. means, as large as Y, gets the means. */
void gas_deviation(int64_t first_row, int64_t last_row, int64_t width, const int64_t *offsets, const uint32_t *columns,
                   const float *values, float least, const float *x, float *y, float *means);

/* Its backward pass: first slopes[r] = dY[r] / (entries of row r * Y[r]), 0 where Y is 0 (slopes may be dy), then through the
 * transposed matrix dX[c] = sum over t in transposed row c of t_values[t] * (t_values[t] * X[c] - means[r]) * slopes[r] with
 * r = t_rows[t], for first_column <= c < last_column; added to dX[c] if `accumulate`. */
void gas_deviation_slopes(int64_t first_row, int64_t last_row, int64_t width, const int64_t *offsets, const float *y,
                          const float *dy, float *slopes);
void gas_deviation_backward(int64_t first_column, int64_t last_column, int64_t width, const int64_t *t_offsets,
                            const uint32_t *t_rows, const float *t_values, const float *x, const float *means,
                            const float *slopes, float *dx, bool accumulate);

/* Y[columns[e]][j] += values[e] * X[r][j] over the entries e of all rows r, for first_column <= j < last_column: the transposed
 * matrix times X (spmm_transposed.c). Elements of Y sum their terms in the order of the entries. */
void gas_spmm_transposed(int64_t row_count, int64_t width, int64_t first_column, int64_t last_column,
                         const int64_t *offsets, const uint32_t *columns, const float *values, const float *x, float *y);

/* The transposed matrix by counting sort; within a transposed row the entries keep their order, so source rows ascend.
 * Entries of columns from column_count on are left out. t_offsets gets column_count + 1 numbers, and has room for one more;
 * t_rows, with room for all entries, the source row of each; t_entries (may be NULL) its place in the source;
 * t_values (may be NULL, as values) its value. Fewer than 2^32 entries. */
void gas_transpose(int64_t row_count, int64_t column_count, const int64_t *offsets, const uint32_t *columns,
                   const float *values, int64_t *t_offsets, uint32_t *t_rows, float *t_values, uint32_t *t_entries);

/* scale[r] = 1 / (number of entries of row r), or 0 for an empty row. */
void gas_inverse_row_counts(int64_t first_row, int64_t last_row, const int64_t *offsets, float *scale);

/* ---- Dense products of bfloat16 numbers with float32 sums (product_bf16.c, product_amx.c) ----
 * Only where the processor and the chosen instruction set have AVX512-BF16, which takes subnormal numbers for 0. Tile instructions (AMX)
 * compute where the processor has them too and no instruction set was named. Packing runs anywhere. */

bool gas_has_bf16_products(void);
/* What computes: "AMX", "AVX512-BF16", or NULL where nothing does. */
const char *gas_bf16_products(void);

/* How many numbers B (depth x width) takes when it is packed; the same for a B that is given as its transpose (width x depth). */
int64_t gas_bf16_packed_count(int64_t depth, int64_t width);
void gas_bf16_pack(int64_t depth, int64_t width, const uint16_t *b, uint16_t *packed);
void gas_bf16_pack_transposed(int64_t depth, int64_t width, const uint16_t *b, uint16_t *packed);

/* C = A B, or added to C if `accumulate`, for A: rows x depth and a packed B: depth x width. */
void gas_bf16_multiply(int64_t rows, int64_t depth, int64_t width, const uint16_t *a, const uint16_t *packed, float *c,
                       bool accumulate);

/* C = transposed A times B, or added to C if `accumulate`, for A: depth x rows, B: depth x width. `scratch` has room for
 * gas_bf16_scratch_count(rows, width) numbers. */
int64_t gas_bf16_scratch_count(int64_t rows, int64_t width);
void gas_bf16_multiply_transposed(int64_t depth, int64_t rows, int64_t width, const uint16_t *a, const uint16_t *b,
                                  float *c, bool accumulate, uint16_t *scratch);

/* ---- Rows and number formats (gather.c, convert.c, shuffle.c) ---- */

/* out[i] = source[rows[i]] for 0 <= i < count, each row `width` long, converted to float32. */
void gas_gather_f32(int64_t count, const uint32_t *rows, int64_t width, const float *source, float *out);
void gas_gather_f16(int64_t count, const uint32_t *rows, int64_t width, const uint16_t *source, float *out);
void gas_gather_bf16(int64_t count, const uint32_t *rows, int64_t width, const uint16_t *source, float *out);
/* Of rows of gas_f32_to_scaled_i8. */
void gas_gather_scaled_i8(int64_t count, const uint32_t *rows, int64_t width, const uint8_t *source, float *out);

/* The same of float32 rows and of rows of gas_f32_to_scaled_i8, rounded to bfloat16. */
void gas_gather_f32_to_bf16(int64_t count, const uint32_t *rows, int64_t width, const float *source, uint16_t *out);
void gas_gather_scaled_i8_to_bf16(int64_t count, const uint32_t *rows, int64_t width, const uint8_t *source, uint16_t *out);

/* The same without conversion, of rows of row_bytes bytes that are numbered from first_row on. */
void gas_gather_bytes(int64_t count, const uint32_t *rows, uint32_t first_row, int64_t row_bytes, const uint8_t *source,
                      uint8_t *out);

/* Y[rows[i]] += X[i] for 0 <= i < count in this order, where rows[i] < row_limit; in the columns first_column ..< last_column
 * of `width` only. */
void gas_scatter_add(int64_t count, const uint32_t *rows, int64_t row_limit, int64_t width, int64_t first_column,
                     int64_t last_column, const float *x, float *y);

/* Between float32 and IEEE binary16 or bfloat16 (as bit patterns). Narrowing rounds to nearest, ties to even; too large
 * becomes infinite; NaN stays NaN (made quiet). */
void gas_f16_to_f32(int64_t count, const uint16_t *x, float *y);
void gas_f32_to_f16(int64_t count, const float *x, uint16_t *y);
void gas_bf16_to_f32(int64_t count, const uint16_t *x, float *y);
void gas_f32_to_bf16(int64_t count, const float *x, uint16_t *y);

/* Rows of `width` numbers as a float32 scale and `width` int8 each: scale = greatest |x| / 127, number = x / scale to the nearest, halves
 * away from 0; back, x = scale * number, off by at most half a scale and rounding. A row with a number that is not finite comes back without
 * finite numbers, one of nothing above 1.5e-36 as zeros. */
void gas_f32_to_scaled_i8(int64_t rows, int64_t width, const float *x, uint8_t *y);
void gas_scaled_i8_to_f32(int64_t rows, int64_t width, const uint8_t *x, float *y);
void gas_scaled_i8_to_bf16(int64_t rows, int64_t width, const uint8_t *x, uint16_t *y);

/* The first i with |x[i]| > limit or x[i] no number, or count; limit >= 0. */
int64_t gas_first_beyond(int64_t count, float limit, const float *x);
int64_t gas_first_beyond_bf16(int64_t count, float limit, const uint16_t *x);

/* Byte b of element i moves to place b * count + i: equal bytes come together and compress better. Elements of 1, 2, 4 or 8
 * bytes. Unshuffle is the inverse. */
void gas_shuffle(int64_t count, int64_t element_bytes, const uint8_t *x, uint8_t *y);
void gas_unshuffle(int64_t count, int64_t element_bytes, const uint8_t *x, uint8_t *y);

/* ---- Packed integers (pack.c): of `width` bits, 0 to 32 ---- */

/* d[i] = (x[i] - x[i - 1] - 1) mod 2^width, where x[-1] is -1; x[i] < 2^width. Sums are the inverse; there x may be d. */
void gas_differences(int64_t count, int width, const uint32_t *x, uint32_t *d);
void gas_sums(int64_t count, int width, const uint32_t *d, uint32_t *x);

/* Packs differences of `width` bits; returns how many bytes of `packed`, which has room for gas_pack_limit(count). */
int64_t gas_pack(int64_t count, int width, const uint32_t *d, uint8_t *packed);
int64_t gas_pack_limit(int64_t count);

/* The sums of packed differences. Here nothing is trusted but that packed and x are of the sizes given: false if the bytes are not
 * those of `count` differences. */
bool gas_unpack(int64_t count, int width, int64_t packed_bytes, const uint8_t *packed, uint32_t *x);

/* ---- Element-wise (elementwise.c, activation.c, dropout.c, noise.c); x may be y ---- */

void gas_add(int64_t count, const float *a, const float *b, float *y);               /* y = a + b */
void gas_multiply(int64_t count, const float *a, const float *b, float *y);          /* y = a * b */
void gas_multiply_add(int64_t count, const float *a, const float *b, float *y);      /* y += a * b */
void gas_scale(int64_t count, float alpha, const float *x, float *y);                /* y = alpha * x */
void gas_combine(int64_t count, float alpha, const float *a, float beta, const float *b, float *y); /* y = alpha a + beta b */
void gas_axpy(int64_t count, float alpha, const float *x, float *y);                 /* y += alpha * x */
void gas_add_bias(int64_t rows, int64_t width, const float *x, const float *bias, float *y);      /* y[r] = x[r] + bias */
void gas_scale_rows(int64_t rows, int64_t width, const float *scale, const float *x, float *y);   /* y[r] = scale[r] * x[r] */

/* y = x where x > 0, else slope * x (slope 0: relu). Backward: dx = dy where y > 0, else slope * dy, for slope >= 0. */
void gas_leaky_relu(int64_t count, float slope, const float *x, float *y);
void gas_leaky_relu_backward(int64_t count, float slope, const float *y, const float *dy, float *dx);

/* The same with bfloat16 results, rounded; the backward pass takes them, and its gradients are float32. */
void gas_leaky_relu_to_bf16(int64_t count, float slope, const float *x, uint16_t *y);
void gas_leaky_relu_backward_bf16(int64_t count, float slope, const uint16_t *y, const float *dy, float *dx);

/* y = x where x > 0, else exp(x) - 1. Backward: dx = dy where y > 0, else (y + 1) * dy. */
void gas_elu(int64_t count, const float *x, float *y);
void gas_elu_backward(int64_t count, const float *y, const float *dy, float *dx);

/* y = exp(x), within 2 units in the last place; 0 below the smallest normal number. */
void gas_exp(int64_t count, const float *x, float *y);

/* y[i] = keep(key, i) ? x[i] / (1 - p) : 0 for first <= i < last, 0 <= p < 1; its own backward. keep is a function of key and i
 * alone, true with probability 1 - p. */
void gas_dropout(int64_t first, int64_t last, uint64_t key, double p, const float *x, float *y);

/* The same with bfloat16 results, rounded once, of float32 or bfloat16 numbers. */
void gas_dropout_to_bf16(int64_t first, int64_t last, uint64_t key, double p, const float *x, uint16_t *y);
void gas_dropout_bf16(int64_t first, int64_t last, uint64_t key, double p, const uint16_t *x, uint16_t *y);

/* y[i] = deviation times number i of the key's standard normal numbers, for first <= i < last: a function of key and i alone. */
void gas_normal(int64_t first, int64_t last, uint64_t key, float deviation, float *y);

/* ---- Reductions and rows (reduce.c) ---- */

void gas_column_sums(int64_t rows, int64_t width, const float *x, float *sums);      /* sums[j] = sum of x[r][j] over r */
double gas_squared_norm(int64_t count, const float *x);                              /* sum of x^2 */
double gas_squared_distance(int64_t count, const float *a, const float *b);          /* sum of (a - b)^2 */
double gas_dot(int64_t count, const float *a, const float *b);                       /* sum of a * b */
void gas_row_norms(int64_t rows, int64_t width, const float *x, float *norms);       /* norms[r] = |x[r]| */

/* norms[r] = max(|x[r]|, 1e-12), y[r] = x[r] / norms[r]. */
void gas_normalise_rows(int64_t rows, int64_t width, const float *x, float *y, float *norms);
/* dx[r] = (dy[r] - y[r] * (y[r] . dy[r])) / norms[r]; dx may be dy. */
void gas_normalise_rows_backward(int64_t rows, int64_t width, const float *y, const float *norms, const float *dy, float *dx);

/* place[r] = column of the first greatest element of row r; width >= 1. */
void gas_argmax_rows(int64_t rows, int64_t width, const float *x, int32_t *place);

/* Adds to the counts of each class: rows of that label, rows whose greatest value is there, and rows of both. Rows with a negative label do
 * not count. */
void gas_count_predictions(int64_t rows, int64_t width, const float *x, const int32_t *labels, int64_t *wanted,
                           int64_t *predicted, int64_t *correct);

/* ---- Heads (heads.c): X has rows of `heads` pieces, each `width` long; "added" if `accumulate` ---- */

/* y[r][h] = X[r][h] . a[h]. Backward: dX[r][h] = dy[r][h] a[h] (or added), da[h] = sum over r of dy[r][h] X[r][h]. */
void gas_head_products(int64_t rows, int64_t heads, int64_t width, const float *x, const float *a, float *y);
void gas_head_products_backward(int64_t rows, int64_t heads, int64_t width, const float *a, const float *dy, float *dx,
                                bool accumulate);
void gas_head_product_sums(int64_t rows, int64_t heads, int64_t width, const float *x, const float *dy, float *sums);

/* Y[r][h] = scale[r][h] X[r][h] (or added), and y[r][h] = A[r][h] . B[r][h] (or added), its derivative by the scale. */
void gas_scale_heads(int64_t rows, int64_t heads, int64_t width, const float *scale, const float *x, float *y,
                     bool accumulate);
void gas_head_dots(int64_t rows, int64_t heads, int64_t width, const float *a, const float *b, float *y, bool accumulate);

/* Y[r] = mean over h of X[r][h]. Backward: dX[r][h] = dY[r] / heads (or added). */
void gas_mean_of_heads(int64_t rows, int64_t heads, int64_t width, const float *x, float *y);
void gas_mean_of_heads_backward(int64_t rows, int64_t heads, int64_t width, const float *dy, float *dx, bool accumulate);

/* ---- Attention (attention.c): for the rows first_row ..< last_row of a sparse matrix; what belongs to entries has a row of
 * `heads` numbers for each ---- */

/* scores[e] = leaky relu of target[r] + source[columns[e]] + edge[e]; edge may be NULL. Backward: `gradient`, that of the scores,
 * becomes that of the sum; target_gradient[r] = its sum over the row's entries. */
void gas_edge_scores(int64_t first_row, int64_t last_row, int64_t heads, const int64_t *offsets, const uint32_t *columns,
                     float slope, const float *source, const float *target, const float *edge, float *scores);
void gas_edge_scores_backward(int64_t first_row, int64_t last_row, int64_t heads, const int64_t *offsets,
                              const uint32_t *columns, float slope, const float *source, const float *target,
                              const float *edge, float *gradient, float *target_gradient);

/* In place: softmax over the entries of each row, for each of `width` columns by itself. Backward: d, the gradient of the softmax
 * y, becomes y (d - sum over the row of y d). */
void gas_row_softmax(int64_t first_row, int64_t last_row, int64_t width, const int64_t *offsets, float *x);
void gas_row_softmax_backward(int64_t first_row, int64_t last_row, int64_t width, const int64_t *offsets, const float *y,
                              float *d);

/* Y[r][h] = sum over the row's entries of weights[entries[e]][h] X[columns[e]][h], or added; entries NULL: weights[e]. With the
 * transposed form (its offsets, rows and entries) it is the derivative by X. */
void gas_spmm_heads(int64_t first_row, int64_t last_row, int64_t heads, int64_t width, const int64_t *offsets,
                    const uint32_t *columns, const uint32_t *entries, const float *weights, const float *x, float *y,
                    bool accumulate);
/* dots[e][h] = X[columns[e]][h] . dY[r][h]: the derivative of gas_spmm_heads by the weights. */
void gas_edge_dots(int64_t first_row, int64_t last_row, int64_t heads, int64_t width, const int64_t *offsets,
                   const uint32_t *columns, const float *x, const float *dy, float *dots);

/* ---- Batch normalisation (normalise.c) ---- */

void gas_column_sums_f64(int64_t rows, int64_t width, const float *x, double *sums); /* sums[j] = sum of x[r][j] over r */
/* sums[j] = sum of (x[r][j] - mean[j])^2 over r. */
void gas_column_deviations_f64(int64_t rows, int64_t width, const float *x, const double *mean, double *sums);

/* y[r][j] = (x[r][j] - mean[j]) * scale[j] + shift[j]; x may be y. */
void gas_normalise_columns(int64_t rows, int64_t width, const float *mean, const float *scale, const float *shift,
                           const float *x, float *y);

/* With z[r][j] = (x[r][j] - mean[j]) * inverse[j]: sums[j] = sum of dy[r][j] and sums[width + j] = sum of dy[r][j] z[r][j] over r. */
void gas_batch_norm_sums(int64_t rows, int64_t width, const float *x, const float *mean, const float *inverse,
                         const float *dy, double *sums);
/* dx[r][j] = scale[j] * (dy[r][j] - mean_dy[j] - z[r][j] * mean_product[j]); dx may be dy. */
void gas_batch_norm_backward(int64_t rows, int64_t width, const float *x, const float *mean, const float *inverse,
                             const float *scale, const float *mean_dy, const float *mean_product, const float *dy,
                             float *dx);

/* ---- Layer normalisation (normalise.c) ---- */

/* y[r][j] = (x[r][j] - mean[r]) * inverse[r] * scale[j] + shift[j]; mean[r] and inverse[r] = 1 / sqrt(variance + epsilon) are those of
 * row r, and are returned. */
void gas_layer_norm(int64_t rows, int64_t width, double epsilon, const float *x, const float *scale, const float *shift,
                    float *y, float *mean, float *inverse);
/* With z[r][j] = (x[r][j] - mean[r]) * inverse[r]: sums[j] = sum of dy[r][j] and sums[width + j] = sum of dy[r][j] z[r][j] over r. */
void gas_layer_norm_sums(int64_t rows, int64_t width, const float *x, const float *mean, const float *inverse,
                         const float *dy, double *sums);
/* With g = dy[r] scale: dx[r][j] = inverse[r] * (g[j] - mean of g - z[r][j] * mean of g z[r]); dx may be dy. */
void gas_layer_norm_backward(int64_t rows, int64_t width, const float *x, const float *mean, const float *inverse,
                             const float *scale, const float *dy, float *dx);

/* ---- Losses (loss.c, focal.c): each returns the sum over the rows that count, times row_weights[r] (row_weights NULL: 1);
 * gradient (may be NULL) = scale * d(sum)/d(outputs), zero in rows and elements that do not count ---- */

/* A target of this value is missing: its element does not count. */
enum { GAS_MISSING_TARGET = 255 };

/* -log softmax(logits[r])[labels[r]], times weights[labels[r]] (weights NULL: 1); rows with a negative label do not count. */
double gas_softmax_cross_entropy(int64_t rows, int64_t width, const float *logits, const int32_t *labels,
                                 const float *weights, const float *row_weights, float scale, float *gradient);

/* max(x, 0) - x t + log(1 + exp(-|x|)) over the elements, targets t 0, 1 or missing, times positive_weights[column] where t is 1
 * (positive_weights NULL: 1); rows with mask[r] == 0 do not count (mask NULL: all count). */
double gas_sigmoid_cross_entropy(int64_t rows, int64_t width, const float *logits, const uint8_t *targets,
                                 const uint8_t *mask, const float *positive_weights, const float *row_weights,
                                 float scale, float *gradient);

/* ((y - t) column_scales[column])^2 over the elements whose value t is a number; rows with mask[r] == 0 do not count. */
double gas_squared_error(int64_t rows, int64_t width, const float *outputs, const float *values, const uint8_t *mask,
                         const float *column_scales, const float *row_weights, float scale, float *gradient);

/* As the first, each term times (1 - softmax(logits[r])[labels[r]])^gamma with gamma > 0 (Lin et al., ICCV 2017). */
double gas_softmax_focal_loss(int64_t rows, int64_t width, const float *logits, const int32_t *labels,
                              const float *weights, const float *row_weights, float gamma, float scale,
                              float *gradient);

/* As the second, each term times |t - sigmoid(x)|^gamma with gamma > 0. */
double gas_sigmoid_focal_loss(int64_t rows, int64_t width, const float *logits, const uint8_t *targets,
                              const uint8_t *mask, const float *positive_weights, const float *row_weights,
                              float gamma, float scale, float *gradient);

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
void gas_reference_extremum(int64_t first_row, int64_t last_row, int64_t width, const int64_t *offsets,
                            const uint32_t *columns, const float *values, bool least, const float *x, float *y,
                            uint32_t *winners);
void gas_reference_deviation(int64_t first_row, int64_t last_row, int64_t width, const int64_t *offsets,
                             const uint32_t *columns, const float *values, float least, const float *x, float *y,
                             float *means);
void gas_reference_transpose(int64_t row_count, int64_t column_count, const int64_t *offsets, const uint32_t *columns,
                             const float *values, int64_t *t_offsets, uint32_t *t_rows, float *t_values,
                             uint32_t *t_entries);
/* C = transposed A times B (A: depth x rows) or A B (A: rows x depth), its sums in double. */
void gas_reference_bf16_multiply(int64_t rows, int64_t depth, int64_t width, bool transposed, const uint16_t *a,
                                 const uint16_t *b, double *c);
/* The whole of attention without dropout: alpha[e][h], and Y[r][h] = sum of alpha[e][h] X[columns[e]][h]. */
void gas_reference_attention(int64_t row_count, int64_t heads, int64_t width, const int64_t *offsets,
                             const uint32_t *columns, float slope, const float *source, const float *target,
                             const float *edge, const float *x, float *alpha, float *y);
void gas_reference_scatter_add(int64_t count, const uint32_t *rows, int64_t row_limit, int64_t width, const float *x,
                               float *y);
void gas_reference_gather_f32(int64_t count, const uint32_t *rows, int64_t width, const float *source, float *out);
double gas_reference_normal(uint64_t place, uint64_t key);
/* One column of a batch normalisation without its affine part: y = (x - mean) / sqrt(variance + epsilon), and for a given dy its dx. */
void gas_reference_batch_norm(int64_t rows, double epsilon, const double *x, const double *dy, double *y, double *dx);
float gas_reference_f16_to_f32(uint16_t x);
uint16_t gas_reference_f32_to_f16(float x);
float gas_reference_bf16_to_f32(uint16_t x);
uint16_t gas_reference_f32_to_bf16(float x);
int64_t gas_reference_first_beyond(int64_t count, float limit, const float *x);
/* Focal losses as the formulas stand, in double: one row (gradient has width numbers), and one element. */
double gas_reference_softmax_focal_loss(int64_t width, const float *x, int32_t label, double gamma, double *gradient);
double gas_reference_sigmoid_focal_loss(double x, bool applies, double gamma, double *gradient);
bool gas_reference_unpack(int64_t count, int width, int64_t packed_bytes, const uint8_t *packed, uint32_t *x);

/* Asks for the cache line at an address, which need not be mapped. */
static inline void gas_prefetch(const void *address) { __builtin_prefetch(address, 0, 3); }

/* Tells the processor that the caller looks at a place again and again until another thread changes it. */
static inline void gas_pause(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

#endif
