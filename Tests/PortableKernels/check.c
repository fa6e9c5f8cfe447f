/* The C kernels against their oracles, as a program of its own: it needs no Swift, so that it can be compiled for another processor
 * and run under an emulator (Tools/scripts/check-portable-kernels).
 *
 * Prints a line for each kernel: "within" and the greatest distance as a multiple of what n terms can differ by, or "bits" and a hash
 * of what has to be the same bits everywhere. Exits with 1 if a kernel is wrong.
 */
#include "gas_kernels.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS = 61, COLUMNS = 47, WIDTH = 37, HEADS = 3, HEAD_WIDTH = 5, GREATEST_ENTRIES = ROWS * 9 };

static bool failed;
static uint64_t state = 0x9e3779b97f4a7c15u;

static uint32_t integer(uint32_t bound) {
  state = state * 6364136223846793005u + 1442695040888963407u;
  return (uint32_t)((state >> 33) % bound);
}

static float number(void) { return (float)integer(1 << 20) / (1 << 19) - 1; }

static void fill(int64_t count, float *x) {
  for (int64_t i = 0; i < count; i++) x[i] = number();
}

/* The same bits on every processor: exact arithmetic, integers, permutations. */
static void say_bits(const char *name, const void *bytes, size_t count) {
  uint64_t hash = 1469598103934665603u;
  for (size_t i = 0; i < count; i++) hash = (hash ^ ((const uint8_t *)bytes)[i]) * 1099511628211u;
  printf("bits   %-28s %016llx\n", name, (unsigned long long)hash);
}

/* |actual - expected| <= terms * 2^-24 * scale, where scale bounds the sum of the terms' magnitudes. */
static void say_within(const char *name, int64_t count, const float *actual, const float *expected, double terms, double scale) {
  double greatest = 0;
  for (int64_t i = 0; i < count; i++) {
    double distance = fabs((double)actual[i] - expected[i]) / (terms * 0x1p-24 * scale);
    if (!(distance <= greatest)) greatest = distance;
  }
  bool is_wrong = !(greatest <= 1);
  failed |= is_wrong;
  fprintf(is_wrong ? stderr : stdout, "within %-28s %.3f%s\n", name, greatest, is_wrong ? "  WRONG" : "");
}

static void demand(const char *name, bool holds) {
  if (!holds) fprintf(stderr, "equal  %-28s WRONG\n", name);
  failed |= !holds;
}

static int64_t offsets[ROWS + 1];
static uint32_t columns[GREATEST_ENTRIES];
static float values[GREATEST_ENTRIES], scale[ROWS];
static float x[COLUMNS * WIDTH], dy[ROWS * WIDTH], y[ROWS * WIDTH], expected[ROWS * WIDTH];

static void make_graph(void) {
  int64_t count = 0;
  for (int r = 0; r < ROWS; r++) {
    offsets[r] = count;
    uint32_t column = 0;
    for (uint32_t wanted = r == 0 ? 0 : integer(9); wanted > 0; wanted--) {
      column += 1 + integer(COLUMNS / 10);
      if (column < COLUMNS) columns[count++] = column;
    }
  }
  offsets[ROWS] = count;
  fill(count, values);
  fill(ROWS, scale);
  fill(COLUMNS * WIDTH, x);
  fill(ROWS * WIDTH, dy);
}

static void check_products(void) {
  gas_spmm(0, ROWS, WIDTH, offsets, columns, values, scale, x, y, false);
  gas_reference_spmm(0, ROWS, WIDTH, offsets, columns, values, scale, x, expected, false);
  say_within("gas_spmm", ROWS * WIDTH, y, expected, 10, 9);

  static float joined[ROWS * WIDTH];
  gas_spmm_joined(0, ROWS, WIDTH, offsets, columns, values, scale, x, 20, x + 20 * WIDTH, 0, joined, false);
  demand("gas_spmm_joined", memcmp(joined, y, sizeof y) == 0);

  static int64_t t_offsets[COLUMNS + 2], e_offsets[COLUMNS + 2];
  static uint32_t t_rows[GREATEST_ENTRIES], e_rows[GREATEST_ENTRIES], t_entries[GREATEST_ENTRIES], e_entries[GREATEST_ENTRIES];
  static float t_values[GREATEST_ENTRIES], e_values[GREATEST_ENTRIES];
  gas_transpose(ROWS, COLUMNS, offsets, columns, values, t_offsets, t_rows, t_values, t_entries);
  gas_reference_transpose(ROWS, COLUMNS, offsets, columns, values, e_offsets, e_rows, e_values, e_entries);
  size_t count = (size_t)offsets[ROWS];
  demand("gas_transpose", memcmp(t_offsets, e_offsets, (COLUMNS + 1) * sizeof *t_offsets) == 0 &&
                              memcmp(t_rows, e_rows, count * sizeof *t_rows) == 0 &&
                              memcmp(t_values, e_values, count * sizeof *t_values) == 0);
  say_bits("gas_transpose", t_rows, count * sizeof *t_rows);

  static float back[COLUMNS * WIDTH], e_back[COLUMNS * WIDTH];
  gas_spmm_transposed(ROWS, WIDTH, 0, WIDTH, offsets, columns, values, dy, back);
  gas_reference_spmm(0, COLUMNS, WIDTH, e_offsets, e_rows, e_values, 0, dy, e_back, false);
  say_within("gas_spmm_transposed", COLUMNS * WIDTH, back, e_back, ROWS, ROWS);
}

static void check_aggregators(void) {
  static uint32_t winners[ROWS * WIDTH], e_winners[ROWS * WIDTH];
  for (int least = 0; least < 2; least++) {
    gas_extremum(0, ROWS, WIDTH, offsets, columns, values, least, x, y, winners);
    gas_reference_extremum(0, ROWS, WIDTH, offsets, columns, values, least, x, expected, e_winners);
    demand("gas_extremum", memcmp(y, expected, sizeof y) == 0 && memcmp(winners, e_winners, sizeof winners) == 0);
    say_bits(least ? "gas_extremum least" : "gas_extremum", y, sizeof y);
  }
  static float means[ROWS * WIDTH], e_means[ROWS * WIDTH];
  gas_deviation(0, ROWS, WIDTH, offsets, columns, values, 1e-5f, x, y, means);
  gas_reference_deviation(0, ROWS, WIDTH, offsets, columns, values, 1e-5f, x, expected, e_means);
  say_within("gas_deviation", ROWS * WIDTH, y, expected, 100, 4);
  say_within("gas_deviation means", ROWS * WIDTH, means, e_means, 10, 9);
}

static void check_attention(void) {
  enum { ALL = HEADS * HEAD_WIDTH };
  static float source[COLUMNS * HEADS], target[ROWS * HEADS], alpha[GREATEST_ENTRIES * HEADS], e_alpha[GREATEST_ENTRIES * HEADS];
  static float rows[COLUMNS * ALL], out[ROWS * ALL], e_out[ROWS * ALL];
  fill(COLUMNS * HEADS, source);
  fill(ROWS * HEADS, target);
  fill(COLUMNS * ALL, rows);
  gas_edge_scores(0, ROWS, HEADS, offsets, columns, 0.2f, source, target, 0, alpha);
  gas_row_softmax(0, ROWS, HEADS, offsets, alpha);
  gas_spmm_heads(0, ROWS, HEADS, HEAD_WIDTH, offsets, columns, 0, alpha, rows, out, false);
  gas_reference_attention(ROWS, HEADS, HEAD_WIDTH, offsets, columns, 0.2f, source, target, 0, rows, e_alpha, e_out);
  say_within("attention weights", offsets[ROWS] * HEADS, alpha, e_alpha, 20, 2);
  say_within("attention", ROWS * ALL, out, e_out, 30, 2);
}

static void check_rows(void) {
  static float out[ROWS * WIDTH], sums[COLUMNS * WIDTH], e_sums[COLUMNS * WIDTH];
  static uint32_t rows[ROWS];
  for (int i = 0; i < ROWS; i++) rows[i] = integer(COLUMNS);
  gas_gather_f32(ROWS, rows, WIDTH, x, out);
  gas_reference_gather_f32(ROWS, rows, WIDTH, x, expected);
  demand("gas_gather_f32", memcmp(out, expected, sizeof out) == 0);
  gas_scatter_add(ROWS, rows, COLUMNS, WIDTH, 0, WIDTH, dy, sums);
  gas_reference_scatter_add(ROWS, rows, COLUMNS, WIDTH, dy, e_sums);
  say_within("gas_scatter_add", COLUMNS * WIDTH, sums, e_sums, ROWS, ROWS);
}

/* Every 16-bit number there and back, and float32 of all sizes. */
static void check_formats(void) {
  static uint16_t halves[65536], back[65536];
  static float wide[65536];
  for (int i = 0; i < 65536; i++) halves[i] = (uint16_t)i;
  bool holds = true;
  gas_f16_to_f32(65536, halves, wide);
  for (int i = 0; i < 65536; i++) {
    float reference = gas_reference_f16_to_f32((uint16_t)i);
    holds &= isnan(reference) ? isnan(wide[i]) != 0 : wide[i] == reference && signbit(wide[i]) == signbit(reference);
  }
  demand("gas_f16_to_f32", holds);
  say_bits("gas_f16_to_f32", wide, 0x7c00 * sizeof *wide);
  gas_bf16_to_f32(65536, halves, wide);
  holds = true;
  for (int i = 0; i < 65536; i++) {
    float reference = gas_reference_bf16_to_f32((uint16_t)i);
    holds &= isnan(reference) ? isnan(wide[i]) != 0 : wide[i] == reference;
  }
  demand("gas_bf16_to_f32", holds);
  for (int i = 0; i < 65536; i++) {
    int exponent = (int)integer(80) - 50;
    wide[i] = ldexpf(number(), exponent);
  }
  gas_f32_to_f16(65536, wide, back);
  holds = true;
  for (int i = 0; i < 65536; i++) holds &= back[i] == gas_reference_f32_to_f16(wide[i]);
  demand("gas_f32_to_f16", holds);
  say_bits("gas_f32_to_f16", back, sizeof back);
  gas_f32_to_bf16(65536, wide, back);
  holds = true;
  for (int i = 0; i < 65536; i++) holds &= back[i] == gas_reference_f32_to_bf16(wide[i]);
  demand("gas_f32_to_bf16", holds);
  say_bits("gas_f32_to_bf16", back, sizeof back);

  static uint8_t scaled[COLUMNS * (WIDTH + 4)];
  static float restored[COLUMNS * WIDTH];
  gas_f32_to_scaled_i8(COLUMNS, WIDTH, x, scaled);
  gas_scaled_i8_to_f32(COLUMNS, WIDTH, scaled, restored);
  say_within("int8 rows", COLUMNS * WIDTH, restored, x, 1, 0x1p24 / 127 * 0.51);
  static uint16_t narrow[COLUMNS * WIDTH];
  gas_scaled_i8_to_bf16(COLUMNS, WIDTH, scaled, narrow);
  holds = true;
  for (int i = 0; i < COLUMNS * WIDTH; i++) holds &= narrow[i] == gas_reference_f32_to_bf16(restored[i]);
  demand("gas_scaled_i8_to_bf16", holds);
}

static void check_limits(void) {
  enum { COUNT = 5003 };
  static float numbers[COUNT];
  static const float odd[] = {NAN, -NAN, INFINITY, -INFINITY, 65520, -65520};
  for (int place = 0; place < COUNT; place += 7) {
    fill(COUNT, numbers);
    numbers[place] = odd[place % 6];
    numbers[COUNT - 1] = INFINITY;
    int64_t found = gas_first_beyond(COUNT, 65504, numbers);
    demand("gas_first_beyond", found == place && found == gas_reference_first_beyond(COUNT, 65504, numbers));
  }
  fill(COUNT, numbers);
  demand("gas_first_beyond", gas_first_beyond(COUNT, 1, numbers) == COUNT);
}

/* Of bfloat16 rows: sums as of the same rows in float32, and everything else as it, rounded. */
static void check_bfloat16(void) {
  static uint16_t narrow[COLUMNS * WIDTH], rounded[ROWS * WIDTH], sums[ROWS * WIDTH], gathered[ROWS * WIDTH];
  static float wide[COLUMNS * WIDTH], back[COLUMNS * WIDTH], e_back[COLUMNS * WIDTH];
  static uint32_t rows[ROWS];
  gas_f32_to_bf16(COLUMNS * WIDTH, x, narrow);
  gas_bf16_to_f32(COLUMNS * WIDTH, narrow, wide);
  gas_spmm_bf16(0, ROWS, WIDTH, offsets, columns, values, scale, narrow, COLUMNS, 0, 0, y, 0, false);
  gas_reference_spmm(0, ROWS, WIDTH, offsets, columns, values, scale, wide, expected, false);
  say_within("gas_spmm_bf16", ROWS * WIDTH, y, expected, 10, 9);
  gas_f32_to_bf16(ROWS * WIDTH, y, rounded);
  gas_spmm_bf16(0, ROWS, WIDTH, offsets, columns, values, scale, narrow, 20, narrow + 20 * WIDTH, 0, 0, sums, false);
  demand("gas_spmm_bf16 narrow", memcmp(sums, rounded, sizeof sums) == 0);

  gas_leaky_relu(COLUMNS * WIDTH, 0.2f, x, back);
  gas_leaky_relu_to_bf16(COLUMNS * WIDTH, 0.2f, x, narrow);
  gas_bf16_to_f32(COLUMNS * WIDTH, narrow, wide);
  bool holds = true;
  for (int i = 0; i < COLUMNS * WIDTH; i++) holds &= narrow[i] == gas_reference_f32_to_bf16(back[i]);
  demand("gas_leaky_relu_to_bf16", holds);
  gas_leaky_relu_backward_bf16(COLUMNS * WIDTH, 0.2f, narrow, x, back);
  gas_leaky_relu_backward(COLUMNS * WIDTH, 0.2f, wide, x, e_back);
  demand("gas_leaky_relu_backward_bf16", memcmp(back, e_back, sizeof back) == 0);
  gas_dropout(3, COLUMNS * WIDTH, 5, 0.3, wide, back);
  gas_dropout_to_bf16(3, COLUMNS * WIDTH, 5, 0.3, wide, rounded);
  gas_dropout_bf16(3, COLUMNS * WIDTH, 5, 0.3, narrow, narrow);
  holds = true;
  for (int i = 3; i < COLUMNS * WIDTH; i++) {
    holds &= narrow[i] == gas_reference_f32_to_bf16(back[i]) && rounded[i] == narrow[i];
  }
  demand("gas_dropout_bf16", holds);
  say_bits("gas_dropout_bf16", narrow, sizeof narrow);

  for (int i = 0; i < ROWS; i++) rows[i] = integer(COLUMNS);
  gas_gather_f32_to_bf16(ROWS, rows, WIDTH, x, gathered);
  holds = true;
  for (int i = 0; i < ROWS * WIDTH; i++) {
    holds &= gathered[i] == gas_reference_f32_to_bf16(x[rows[i / WIDTH] * WIDTH + i % WIDTH]);
  }
  demand("gas_gather_f32_to_bf16", holds);
  gathered[77] = 0x7f80;
  demand("gas_first_beyond_bf16", gas_first_beyond_bf16(ROWS * WIDTH, 2, gathered) == 77);
}

/* A and B packed for products, and the products where the processor has them. */
static void check_bfloat16_products(void) {
  enum { DEPTH = COLUMNS };
  static uint16_t a[ROWS * DEPTH], b[DEPTH * WIDTH], transposed[WIDTH * DEPTH], packed[2 * DEPTH * 64], again[2 * DEPTH * 64];
  static double sums[ROWS * WIDTH];
  for (int i = 0; i < ROWS * DEPTH; i++) a[i] = gas_reference_f32_to_bf16(number());
  for (int i = 0; i < DEPTH * WIDTH; i++) b[i] = gas_reference_f32_to_bf16(number());
  for (int i = 0; i < DEPTH * WIDTH; i++) transposed[i % WIDTH * DEPTH + i / WIDTH] = b[i];
  int64_t count = gas_bf16_packed_count(DEPTH, WIDTH);
  gas_bf16_pack(DEPTH, WIDTH, b, packed);
  gas_bf16_pack_transposed(DEPTH, WIDTH, transposed, again);
  demand("gas_bf16_pack", count <= 2 * DEPTH * 64 && memcmp(packed, again, (size_t)count * sizeof *packed) == 0);
  say_bits("gas_bf16_pack", packed, (size_t)count * sizeof *packed);
  gas_reference_bf16_multiply(ROWS, DEPTH, WIDTH, false, a, b, sums);
  for (int i = 0; i < ROWS * WIDTH; i++) expected[i] = (float)sums[i];
  if (!gas_has_bf16_products()) return;
  gas_bf16_multiply(ROWS, DEPTH, WIDTH, a, packed, y, false);
  say_within("gas_bf16_multiply", ROWS * WIDTH, y, expected, DEPTH, DEPTH);
}

static void check_packing(void) {
  enum { COUNT = 5003 };
  static uint32_t sorted[COUNT], differences[COUNT], sums[COUNT], unpacked[COUNT], e_unpacked[COUNT];
  for (int i = 0; i < COUNT; i++) sorted[i] = (i ? sorted[i - 1] + 1 : 0) + integer(i % 700 == 0 ? 4000 : 9);
  gas_differences(COUNT, 20, sorted, differences);
  gas_sums(COUNT, 20, differences, sums);
  demand("gas_sums", memcmp(sums, sorted, sizeof sums) == 0);
  uint8_t *packed = malloc((size_t)gas_pack_limit(COUNT));
  int64_t bytes = gas_pack(COUNT, 20, differences, packed);
  say_bits("gas_pack", packed, (size_t)bytes);
  demand("gas_unpack", gas_unpack(COUNT, 20, bytes, packed, unpacked) && memcmp(unpacked, sorted, sizeof sorted) == 0);
  demand("gas_reference_unpack", gas_reference_unpack(COUNT, 20, bytes, packed, e_unpacked) &&
                                     memcmp(e_unpacked, sorted, sizeof sorted) == 0);
  demand("gas_unpack of less", !gas_unpack(COUNT, 20, bytes - 1, packed, unpacked));
  uint8_t planes[sizeof sorted], again[sizeof sorted];
  gas_shuffle(COUNT, 4, (const uint8_t *)sorted, planes);
  gas_unshuffle(COUNT, 4, planes, again);
  demand("gas_shuffle", memcmp(again, sorted, sizeof sorted) == 0);
  say_bits("gas_shuffle", planes, sizeof planes);
  free(packed);
}

static void check_functions(void) {
  enum { COUNT = 4099 };
  static float in[COUNT], out[COUNT], wanted[COUNT];
  for (int i = 0; i < COUNT; i++) in[i] = 20 * number();
  gas_exp(COUNT, in, out);
  for (int i = 0; i < COUNT; i++) out[i] = (float)(out[i] / exp((double)in[i])), wanted[i] = 1;
  say_within("gas_exp", COUNT, out, wanted, 5, 1);
  gas_elu(COUNT, in, out);
  for (int i = 0; i < COUNT; i++) wanted[i] = in[i] > 0 ? in[i] : (float)expm1((double)in[i]);
  say_within("gas_elu", COUNT, out, wanted, 5, 1);
  gas_normal(0, COUNT, 77, 1, out);
  for (int i = 0; i < COUNT; i++) wanted[i] = (float)gas_reference_normal((uint64_t)i, 77);
  say_within("gas_normal", COUNT, out, wanted, 64, 6);
  for (int i = 0; i < COUNT; i++) in[i] = 1;
  gas_dropout(0, COUNT, 1234567, 0.5, in, out);
  int kept = 0;
  for (int i = 0; i < COUNT; i++) kept += out[i] == 2;
  demand("gas_dropout", kept > COUNT * 0.45 && kept < COUNT * 0.55);
  say_bits("gas_dropout", out, sizeof out);
}

/* Focal losses against their formulas in double. */
static void check_focal(const int32_t *labels) {
  static float loss, e_loss, gradient[ROWS * WIDTH], e_gradient[ROWS * WIDTH];
  static uint8_t targets[ROWS * WIDTH];
  double total = 0, row[WIDTH];
  memset(e_gradient, 0, sizeof e_gradient);
  loss = (float)gas_softmax_focal_loss(ROWS, WIDTH, dy, labels, 0, 0, 2, 1, gradient);
  for (int r = 0; r < ROWS; r++) {
    if (labels[r] < 0) continue;
    total += gas_reference_softmax_focal_loss(WIDTH, dy + r * WIDTH, labels[r], 2, row);
    for (int j = 0; j < WIDTH; j++) e_gradient[r * WIDTH + j] = (float)row[j];
  }
  e_loss = (float)total;
  say_within("focal loss", 1, &loss, &e_loss, WIDTH, total);
  say_within("focal loss, gradient", ROWS * WIDTH, gradient, e_gradient, WIDTH, 2);
  total = 0;
  for (int i = 0; i < ROWS * WIDTH; i++) {
    targets[i] = (uint8_t)integer(2);
    total += gas_reference_sigmoid_focal_loss(dy[i], targets[i], 2, row);
    e_gradient[i] = (float)row[0];
  }
  e_loss = (float)total;
  loss = (float)gas_sigmoid_focal_loss(ROWS, WIDTH, dy, targets, 0, 0, 0, 2, 1, gradient);
  say_within("sigmoid focal loss", 1, &loss, &e_loss, WIDTH, total);
  say_within("sigmoid focal loss, gradient", ROWS * WIDTH, gradient, e_gradient, 8, 2);
}

/* Loss and optimiser against plain loops in double. */
static void check_training(void) {
  int32_t labels[ROWS];
  for (int r = 0; r < ROWS; r++) labels[r] = (int32_t)integer(WIDTH + 1) - 1;
  static float gradient[ROWS * WIDTH], e_gradient[ROWS * WIDTH];
  float loss = (float)gas_softmax_cross_entropy(ROWS, WIDTH, dy, labels, 0, 0, 1, gradient), e_loss;
  double total = 0;
  for (int r = 0; r < ROWS; r++) {
    double sum = 0;
    for (int j = 0; j < WIDTH; j++) sum += exp((double)dy[r * WIDTH + j]);
    for (int j = 0; j < WIDTH; j++) {
      double share = exp((double)dy[r * WIDTH + j]) / sum;
      e_gradient[r * WIDTH + j] = labels[r] < 0 ? 0 : (float)(share - (j == labels[r]));
    }
    if (labels[r] >= 0) total += log(sum) - dy[r * WIDTH + labels[r]];
  }
  e_loss = (float)total;
  say_within("cross entropy", 1, &loss, &e_loss, WIDTH, total);
  say_within("cross entropy, gradient", ROWS * WIDTH, gradient, e_gradient, WIDTH, 1);

  check_focal(labels);

  gas_adam_step step = {0.9f, 0.999f, 0.1f, 0.001f, 1e-8f, 5e-4f, 0.01f, 31.6f};
  static float w[ROWS * WIDTH], m[ROWS * WIDTH], v[ROWS * WIDTH], e_w[ROWS * WIDTH];
  for (int i = 0; i < ROWS * WIDTH; i++) {
    w[i] = number();
    double g = gradient[i] + (double)step.weight_decay * w[i];
    double em = step.rest1 * g, ev = step.rest2 * g * g;
    e_w[i] = (float)(w[i] - step.step_size * em / (sqrt(ev) * step.second_moment_scale + step.epsilon));
  }
  gas_adam(ROWS * WIDTH, step, gradient, w, m, v);
  say_within("gas_adam", ROWS * WIDTH, w, e_w, 8, 1);

  static double column[ROWS], column_dy[ROWS], e_column[ROWS], e_dx[ROWS];
  static double mean[WIDTH], deviation[WIDTH];
  static float means[WIDTH], inverse[WIDTH], zero[WIDTH];
  gas_column_sums_f64(ROWS, WIDTH, dy, mean);
  for (int j = 0; j < WIDTH; j++) mean[j] /= ROWS;
  gas_column_deviations_f64(ROWS, WIDTH, dy, mean, deviation);
  for (int j = 0; j < WIDTH; j++) {
    means[j] = (float)mean[j];
    inverse[j] = (float)(1 / sqrt(deviation[j] / ROWS + 1e-5));
  }
  gas_normalise_columns(ROWS, WIDTH, means, inverse, zero, dy, y);
  for (int j = 0; j < WIDTH; j++) {
    for (int r = 0; r < ROWS; r++) column[r] = dy[r * WIDTH + j];
    gas_reference_batch_norm(ROWS, 1e-5, column, column_dy, e_column, e_dx);
    for (int r = 0; r < ROWS; r++) expected[r * WIDTH + j] = (float)e_column[r];
  }
  say_within("batch norm", ROWS * WIDTH, y, expected, 8, 4);
}

int main(void) {
  make_graph();
  check_products();
  check_aggregators();
  check_attention();
  check_rows();
  check_formats();
  check_limits();
  check_bfloat16();
  check_bfloat16_products();
  check_packing();
  check_functions();
  check_training();
  fprintf(stderr, "%s: %s\n", gas_instruction_set(), failed ? "WRONG" : "all kernels agree with their oracles");
  return failed;
}
