/* The oracles: what the fast kernels must equal. One plain loop each, never optimised. */
#include "counter.h"
#include <math.h>
#include <string.h>

void gas_reference_spmm(int64_t first_row, int64_t last_row, int64_t width, const int64_t *offsets,
                        const uint32_t *columns, const float *values, const float *row_scale, const float *x, float *y,
                        bool accumulate) {
  for (int64_t r = first_row; r < last_row; r++) {
    for (int64_t j = 0; j < width; j++) {
      float sum = 0;
      for (int64_t e = offsets[r]; e < offsets[r + 1]; e++) {
        sum += (values ? values[e] : 1) * x[(int64_t)columns[e] * width + j];
      }
      if (row_scale) sum *= row_scale[r];
      y[r * width + j] = accumulate ? y[r * width + j] + sum : sum;
    }
  }
}

void gas_reference_bf16_multiply(int64_t rows, int64_t depth, int64_t width, bool transposed, const uint16_t *a,
                                 const uint16_t *b, double *c) {
  for (int64_t i = 0; i < rows; i++) {
    for (int64_t j = 0; j < width; j++) {
      double sum = 0;
      for (int64_t d = 0; d < depth; d++) {
        uint16_t left = transposed ? a[d * rows + i] : a[i * depth + d];
        sum += (double)gas_reference_bf16_to_f32(left) * (double)gas_reference_bf16_to_f32(b[d * width + j]);
      }
      c[i * width + j] = sum;
    }
  }
}

void gas_reference_extremum(int64_t first_row, int64_t last_row, int64_t width, const int64_t *offsets,
                            const uint32_t *columns, const float *values, bool least, const float *x, float *y,
                            uint32_t *winners) {
  for (int64_t r = first_row; r < last_row; r++) {
    for (int64_t j = 0; j < width; j++) {
      float best = 0;
      uint32_t winner = UINT32_MAX;
      for (int64_t e = offsets[r]; e < offsets[r + 1]; e++) {
        float message = (values ? values[e] : 1) * x[(int64_t)columns[e] * width + j];
        if (winner != UINT32_MAX && !(least ? message < best : message > best)) continue;
        best = message;
        winner = (uint32_t)e;
      }
      y[r * width + j] = best;
      if (winners) winners[r * width + j] = winner;
    }
  }
}

void gas_reference_deviation(int64_t first_row, int64_t last_row, int64_t width, const int64_t *offsets,
                             const uint32_t *columns, const float *values, float least, const float *x, float *y,
                             float *means) {
  for (int64_t r = first_row; r < last_row; r++) {
    for (int64_t j = 0; j < width; j++) {
      double sum = 0, squares = 0, count = (double)(offsets[r + 1] - offsets[r]);
      for (int64_t e = offsets[r]; e < offsets[r + 1]; e++) {
        double message = (values ? (double)values[e] : 1) * x[(int64_t)columns[e] * width + j];
        sum += message;
        squares += message * message;
      }
      double mean = count > 0 ? sum / count : 0, variance = count > 0 ? squares / count - mean * mean : 0;
      means[r * width + j] = (float)mean;
      y[r * width + j] = variance <= least ? 0 : (float)sqrt(variance);
    }
  }
}

void gas_reference_transpose(int64_t row_count, int64_t column_count, const int64_t *offsets, const uint32_t *columns,
                             const float *values, int64_t *t_offsets, uint32_t *t_rows, float *t_values,
                             uint32_t *t_entries) {
  int64_t place = 0;
  for (int64_t c = 0; c < column_count; c++) {
    t_offsets[c] = place;
    for (int64_t r = 0; r < row_count; r++) {
      for (int64_t e = offsets[r]; e < offsets[r + 1]; e++) {
        if (columns[e] != c) continue;
        t_rows[place] = (uint32_t)r;
        if (t_values) t_values[place] = values[e];
        if (t_entries) t_entries[place] = (uint32_t)e;
        place++;
      }
    }
  }
  t_offsets[column_count] = place;
}

void gas_reference_gather_f32(int64_t count, const uint32_t *rows, int64_t width, const float *source, float *out) {
  for (int64_t i = 0; i < count; i++) {
    for (int64_t j = 0; j < width; j++) out[i * width + j] = source[(int64_t)rows[i] * width + j];
  }
}

double gas_reference_normal(uint64_t place, uint64_t key) {
  double u = gas_uniform(gas_hash((uint32_t)place, gas_mixed_key(key, place >> 32)));
  double v = gas_uniform(gas_hash((uint32_t)place, gas_mixed_key(~key, place >> 32)));
  return sqrt(-2 * log(u)) * cos(6.283185307179586 * v);
}

/* The gradient through mean and variance, each derivative written out: dy[s]/dx[r] = ((r == s) - 1/n - y[r] y[s] / n) / deviation. */
void gas_reference_batch_norm(int64_t rows, double epsilon, const double *x, const double *dy, double *y, double *dx) {
  double n = (double)rows, mean = 0, variance = 0;
  for (int64_t r = 0; r < rows; r++) mean += x[r] / n;
  for (int64_t r = 0; r < rows; r++) variance += (x[r] - mean) * (x[r] - mean) / n;
  double deviation = sqrt(variance + epsilon);
  for (int64_t r = 0; r < rows; r++) y[r] = (x[r] - mean) / deviation;
  for (int64_t r = 0; r < rows; r++) {
    dx[r] = 0;
    for (int64_t s = 0; s < rows; s++) dx[r] += dy[s] * ((r == s) - 1 / n - y[r] * y[s] / n) / deviation;
  }
}

float gas_reference_f16_to_f32(uint16_t x) {
  int exponent = x >> 10 & 0x1f, fraction = x & 0x3ff;
  float magnitude;
  if (exponent == 31) {
    magnitude = fraction ? NAN : INFINITY;
  } else if (exponent == 0) {
    magnitude = ldexpf((float)fraction, -24);
  } else {
    magnitude = ldexpf((float)(1024 + fraction), exponent - 25);
  }
  return x & 0x8000 ? -magnitude : magnitude;
}

/* The nearest of the binary16 numbers, by trying: they ascend with their bit patterns, and of two equally near the even bit
 * pattern is the even number. 0x7c00, infinity, stands for 65536, the first number beyond the largest. */
uint16_t gas_reference_f32_to_f16(float x) {
  uint16_t sign = signbit(x) ? 0x8000 : 0;
  if (isnan(x)) return sign | 0x7e00;
  double magnitude = fabs((double)x);
  uint16_t low = 0, high = 0x7c00;
  if (magnitude >= 65536) return sign | high;
  while (high - low > 1) {
    uint16_t middle = (uint16_t)((low + high) / 2);
    if (gas_reference_f16_to_f32(middle) <= magnitude) low = middle; else high = middle;
  }
  double below = magnitude - gas_reference_f16_to_f32(low);
  double above = (high == 0x7c00 ? 65536 : gas_reference_f16_to_f32(high)) - magnitude;
  if (below < above) return sign | low;
  if (above < below) return sign | high;
  return sign | (low & 1 ? high : low);
}

float gas_reference_bf16_to_f32(uint16_t x) {
  uint32_t bits = (uint32_t)x << 16;
  float y;
  memcpy(&y, &bits, sizeof y);
  return y;
}

/* The two neighbours of x are its bits cut off and the pattern after that; past the largest comes infinity for 2^128. */
uint16_t gas_reference_f32_to_bf16(float x) {
  uint32_t bits;
  memcpy(&bits, &x, sizeof bits);
  uint16_t low = (uint16_t)(bits >> 16);
  if (isnan(x)) return low | 0x40;
  if (isinf(x)) return low;
  uint16_t high = (uint16_t)(low + 1);
  double below = fabs((double)x) - fabs((double)gas_reference_bf16_to_f32(low));
  double upper = (high & 0x7fff) == 0x7f80 ? 0x1p128 : fabs((double)gas_reference_bf16_to_f32(high));
  double above = upper - fabs((double)x);
  if (below < above) return low;
  if (above < below) return high;
  return low & 1 ? high : low;
}

int64_t gas_reference_first_beyond(int64_t count, float limit, const float *x) {
  for (int64_t i = 0; i < count; i++) {
    if (!(fabsf(x[i]) <= limit)) return i;
  }
  return count;
}

double gas_reference_softmax_focal_loss(int64_t width, const float *x, int32_t label, double gamma, double *gradient) {
  double sum = 0, others = 0;
  for (int64_t j = 0; j < width; j++) {
    double share = exp((double)x[j] - x[label]);
    sum += share;
    if (j != label) others += share;
  }
  double p = 1 / sum, q = others / sum;
  double slope = gamma * pow(q, gamma - 1) * log(p) - pow(q, gamma) / p;
  for (int64_t j = 0; j < width; j++) {
    double share = exp((double)x[j] - x[label]) / sum;
    gradient[j] = slope * p * (j == label ? q : -share);
  }
  return -pow(q, gamma) * log(p);
}

double gas_reference_sigmoid_focal_loss(double x, bool applies, double gamma, double *gradient) {
  double s = applies ? x : -x, p = 1 / (1 + exp(-s)), q = 1 / (1 + exp(s));
  double slope = (gamma * pow(q, gamma - 1) * log(p) - pow(q, gamma) / p) * p * q;
  *gradient = applies ? slope : -slope;
  return -pow(q, gamma) * log(p);
}

/* As the formula stands: all scores of a row and head, then the softmax, in double. */
void gas_reference_attention(int64_t row_count, int64_t heads, int64_t width, const int64_t *offsets,
                             const uint32_t *columns, float slope, const float *source, const float *target,
                             const float *edge, const float *x, float *alpha, float *y) {
  for (int64_t r = 0; r < row_count; r++) {
    for (int64_t h = 0; h < heads; h++) {
      double top = -INFINITY, total = 0;
      for (int64_t c = 0; c < width; c++) y[(r * heads + h) * width + c] = 0;
      for (int64_t e = offsets[r]; e < offsets[r + 1]; e++) {
        double score = (double)target[r * heads + h] + source[columns[e] * heads + h];
        if (edge) score += edge[e * heads + h];
        if (score < 0) score *= slope;
        alpha[e * heads + h] = (float)score;
        if (score > top) top = score;
      }
      for (int64_t e = offsets[r]; e < offsets[r + 1]; e++) total += exp(alpha[e * heads + h] - top);
      for (int64_t e = offsets[r]; e < offsets[r + 1]; e++) {
        alpha[e * heads + h] = (float)(exp(alpha[e * heads + h] - top) / total);
        for (int64_t c = 0; c < width; c++) {
          y[(r * heads + h) * width + c] += alpha[e * heads + h] * x[(columns[e] * heads + h) * width + c];
        }
      }
    }
  }
}

void gas_reference_scatter_add(int64_t count, const uint32_t *rows, int64_t row_limit, int64_t width, const float *x,
                               float *y) {
  for (int64_t i = 0; i < count; i++) {
    for (int64_t j = 0; j < width; j++) {
      if (rows[i] < row_limit) y[(int64_t)rows[i] * width + j] += x[i * width + j];
    }
  }
}

/* Bit `place` of a string of bytes, lowest bits first; bits behind its end are 0. */
static uint32_t bit(int64_t bytes, const uint8_t *string, int64_t place) {
  return place / 8 < bytes ? string[place / 8] >> place % 8 & 1 : 0;
}

/* Bit by bit as docs/format.md has it: of number i, bit j of the low part is bit (i / 4 * bits + j) % 32 of a word. */
bool gas_reference_unpack(int64_t count, int width, int64_t packed_bytes, const uint8_t *packed, uint32_t *x) {
  uint64_t last = UINT64_MAX;
  for (int64_t first = 0; first < count; first += 128) {
    if (packed_bytes < 2) return false;
    int bits = packed[0], patches = packed[1], high = width - bits, marked = 0;
    if (high < 0 || patches > 128 || (high == 0 && patches > 0)) return false;
    bool by_byte = patches <= 16;
    const uint8_t *positions = packed + 2 + 16 * bits;
    int64_t before = 2 + 16 * bits + (by_byte ? patches : 16), bytes = before + (patches * high + 7) / 8;
    if (packed_bytes < bytes) return false;
    for (int64_t i = 0; i < 128; i++) {
      uint64_t d = 0;
      for (int j = 0; j < bits; j++) {
        int64_t place = i / 4 * bits + j, word = place / 32 * 4 + i % 4;
        d |= (uint64_t)bit(packed_bytes, packed + 2, 32 * word + place % 32) << j;
      }
      for (int k = 0; by_byte && k < patches; k++) {
        if (positions[k] >= 128) return false;
        for (int j = 0; positions[k] == i && j < high; j++) {
          d |= (uint64_t)bit(packed_bytes, packed, 8 * before + k * high + j) << (bits + j);
        }
      }
      if (!by_byte && bit(16, positions, i)) {
        for (int j = 0; j < high; j++) d |= (uint64_t)bit(packed_bytes, packed, 8 * before + marked * high + j) << (bits + j);
        marked++;
      }
      if (first + i < count) x[first + i] = (uint32_t)((last += d + 1) & ((1ull << width) - 1));
    }
    if (!by_byte && marked != patches) return false;
    packed += bytes;
    packed_bytes -= bytes;
  }
  return packed_bytes == 0;
}
