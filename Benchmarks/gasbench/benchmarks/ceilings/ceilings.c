/* What this machine can do at its best, for Benchmarks/run ceilings: prints one JSON object.
 *
 *   ceilings THREADS ROWS COLUMNS ENTRIES WIDTH FILE [bfloat16]
 *
 * ROWS x COLUMNS with ENTRIES entries in all and WIDTH: the sparse product of a batch. FILE: a large file on the disk in question.
 * With bfloat16, rows are of half as many bytes, and dense products are those of our own kernels, since OpenBLAS has none; they need
 * AVX512-BF16. Every figure is the best of several turns. Sizes are those of the epoch beside it, so that caches help both alike.
 */
#define _GNU_SOURCE
#include <cblas.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "gas_kernels.h"

void openblas_set_num_threads(int);

typedef float lanes __attribute__((vector_size(64)));

static int thread_count;

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + 1e-9 * t.tv_nsec;
}

static uint64_t state = 88172645463325252ull;
static uint64_t draw(void) {
  state ^= state << 13;
  state ^= state >> 7;
  return state ^= state << 17;
}

typedef struct {
  int index;
  void (*body)(int index, void *work);
  void *work;
} share;

static void *run_share(void *argument) {
  share *s = argument;
  s->body(s->index, s->work);
  return NULL;
}

/* Calls body on count threads at the same time. */
static void together(int count, void (*body)(int, void *), void *work) {
  pthread_t threads[64];
  share shares[64];
  for (int i = 0; i < count; i++) {
    shares[i] = (share){i, body, work};
    pthread_create(&threads[i], NULL, run_share, &shares[i]);
  }
  for (int i = 0; i < count; i++) pthread_join(threads[i], NULL);
}

/* Turns of what takes milliseconds: in some of them no thread starts late, or shares its core with another one. */
enum { SHORT = 200 };

static double best(int turns, int count, void (*body)(int, void *), void *work) {
  double least = 1e30;
  for (int turn = 0; turn < turns; turn++) {
    double start = now();
    together(count, body, work);
    double seconds = now() - start;
    if (seconds < least) least = seconds;
  }
  return least;
}

static float *floats(int64_t count) {
  float *x = aligned_alloc(2 << 20, ((size_t)count * sizeof(float) + (2 << 20)) / (2 << 20) * (2 << 20));
  for (int64_t i = 0; i < count; i++) x[i] = (float)(i % 7) - 3;
  return x;
}

/* C = A B: a thread takes its share of the rows, as gas-run does. */
typedef struct {
  int64_t rows, inner, width;
  float *a, *b, *c;
} dense;

static void multiply(int index, void *work) {
  dense *d = work;
  int64_t first = d->rows * index / thread_count, last = d->rows * (index + 1) / thread_count;
  cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, (int)(last - first), (int)d->width, (int)d->inner, 1, d->a + first * d->inner,
              (int)d->inner, d->b, (int)d->width, 0, d->c + first * d->width, (int)d->width);
}

/* The same of bfloat16 numbers, with B packed once. */
typedef struct {
  int64_t rows, inner, width;
  uint16_t *a, *packed;
  float *c;
} narrow_dense;

static void multiply_narrow(int index, void *work) {
  narrow_dense *d = work;
  int64_t first = d->rows * index / thread_count, last = d->rows * (index + 1) / thread_count;
  gas_bf16_multiply(last - first, d->inner, d->width, d->a + first * d->inner, d->packed, d->c + first * d->width, false);
}

static uint16_t *narrowed(int64_t count, const float *x) {
  uint16_t *narrow = aligned_alloc(64, ((size_t)count * sizeof *narrow + 63) / 64 * 64);
  gas_f32_to_bf16(count, x, narrow);
  return narrow;
}

static double dense_rate(int64_t rows, int64_t width, int is_narrow) {
  dense d = {rows, width, width, floats(rows * width), floats(width * width), floats(rows * width)};
  double flops = 2.0 * rows * width * width;
  if (!is_narrow) return flops / best(SHORT, thread_count, multiply, &d);
  if (!gas_has_bf16_products()) return 0;
  uint16_t *b = narrowed(width * width, d.b), *packed = malloc((size_t)gas_bf16_packed_count(width, width) * sizeof *packed);
  gas_bf16_pack(width, width, b, packed);
  narrow_dense n = {rows, width, width, narrowed(rows * width, d.a), packed, d.c};
  double rate = flops / best(SHORT, thread_count, multiply_narrow, &n);
  /* The numbers are small integers, whose sums are exact. */
  for (int64_t i = 0; i < width; i++) {
    double sum = 0;
    for (int64_t k = 0; k < width; k++) sum += (double)d.a[k] * d.b[k * width + i];
    if (d.c[i] != (float)sum) return -1;
  }
  return rate;
}

/* a = b + s c, over arrays that no cache holds. */
enum { STREAM = 1 << 25 };
static void triad(int index, void *work) {
  float **x = work;
  int64_t first = (int64_t)STREAM * index / thread_count, last = (int64_t)STREAM * (index + 1) / thread_count;
  for (int64_t i = first; i < last; i += 16) {
    __builtin_nontemporal_store(*(lanes *)(x[1] + i) + 0.5f * *(lanes *)(x[2] + i), (lanes *)(x[0] + i));
  }
}

/* The rows that a sparse product would read, in its order, and nothing else done with them. */
typedef struct {
  int64_t rows, entries, width;
  int64_t *offsets;
  uint32_t *columns;
  float *values, *x, *y;
  uint16_t *narrow; /* X in bfloat16, or NULL */
} sparse;

static void rows_of(const sparse *s, int index, int64_t *first, int64_t *last) {
  *first = s->rows * index / thread_count;
  *last = s->rows * (index + 1) / thread_count;
}

static void gather(int index, void *work) {
  sparse *s = work;
  int64_t first, last;
  rows_of(s, index, &first, &last);
  lanes sum[4] = {0};
  int64_t end = s->offsets[last];
  /* A row's bytes as floats: which numbers they are does not matter here. */
  const float *x = s->narrow ? (const float *)(const void *)s->narrow : s->x;
  int64_t width = s->narrow ? s->width / 2 : s->width;
  for (int64_t e = s->offsets[first]; e < end; e++) {
    if (e + 16 < end) {
      const float *ahead = x + (int64_t)s->columns[e + 16] * width;
      for (int64_t i = 0; i < width; i += 16) __builtin_prefetch(ahead + i, 0, 3);
    }
    const float *row = x + (int64_t)s->columns[e] * width;
    for (int64_t i = 0; i < width; i += 64) {
      for (int k = 0; k < 4; k++) sum[k] += *(const lanes *)(row + i + 16 * k);
    }
  }
  s->y[index * 16] = (sum[0] + sum[1] + sum[2] + sum[3])[0];
}

static void spmm(int index, void *work) {
  sparse *s = work;
  int64_t first, last;
  rows_of(s, index, &first, &last);
  if (s->narrow) {
    gas_spmm_bf16(first, last, s->width, s->offsets, s->columns, s->values, NULL, s->narrow, 0, NULL, NULL, s->y, NULL, false);
  } else {
    gas_spmm(first, last, s->width, s->offsets, s->columns, s->values, NULL, s->x, s->y, false);
  }
}

static sparse make_sparse(int64_t rows, int64_t columns, int64_t entries, int64_t width) {
  sparse s = {rows, entries, width};
  s.offsets = malloc((size_t)(rows + 1) * sizeof *s.offsets);
  s.columns = malloc((size_t)entries * sizeof *s.columns);
  s.values = floats(entries);
  s.x = floats(columns * width);
  s.y = floats(rows * width);
  for (int64_t r = 0; r <= rows; r++) s.offsets[r] = entries * r / rows;
  for (int64_t e = 0; e < entries; e++) s.columns[e] = (uint32_t)(draw() % (uint64_t)columns);
  return s;
}

/* Of one element of the product, against a plain sum. */
static int is_right(const sparse *s) {
  for (int64_t r = 0; r < s->rows; r += s->rows / 16 + 1) {
    double sum = 0;
    for (int64_t e = s->offsets[r]; e < s->offsets[r + 1]; e++) sum += s->values[e] * s->x[(int64_t)s->columns[e] * s->width + 1];
    double found = s->y[r * s->width + 1];
    if (found - sum > 1e-3 || sum - found > 1e-3) return 0;
  }
  return 1;
}

typedef struct {
  const char *path;
  int64_t size, block, blocks;
  int sequential;
} disk;

enum { QUEUE = 32 };

static void read_blocks(int index, void *work) {
  disk *d = work;
  int file = open(d->path, O_RDONLY | O_DIRECT);
  void *buffer = aligned_alloc(4096, (size_t)d->block);
  uint64_t seed = 1442695040888963407ull * (uint64_t)(index + 1);
  int threads = d->sequential ? 4 : QUEUE;
  for (int64_t i = index; i < d->blocks; i += threads) {
    seed = seed * 6364136223846793005ull + 1442695040888963407ull;
    int64_t count = d->size / d->block;
    int64_t place = d->sequential ? i % count : (int64_t)((seed >> 16) % (uint64_t)count);
    if (pread(file, buffer, (size_t)d->block, place * d->block) != d->block) abort();
  }
  free(buffer);
  close(file);
}

static double disk_rate(const char *path, int64_t block, int64_t bytes, int sequential) {
  struct stat status;
  if (stat(path, &status)) return 0;
  disk d = {path, status.st_size, block, bytes / block, sequential};
  return bytes / best(2, sequential ? 4 : QUEUE, read_blocks, &d);
}

int main(int argc, char **argv) {
  int is_narrow = argc == 8 && strcmp(argv[7], "bfloat16") == 0;
  if (argc != 7 && !is_narrow) return 2;
  thread_count = atoi(argv[1]);
  int64_t rows = atoll(argv[2]), columns = atoll(argv[3]), entries = atoll(argv[4]), width = atoll(argv[5]);
  openblas_set_num_threads(1);

  double dense = dense_rate(rows, width, is_narrow);
  if (dense <= 0) return dense < 0 ? 3 : 4;
  printf("{\"dense\": %.4g, ", dense);

  float *streams[3] = {floats(STREAM), floats(STREAM), floats(STREAM)};
  printf("\"stream\": %.4g, ", 3.0 * STREAM * sizeof(float) / best(20, thread_count, triad, streams));

  sparse s = make_sparse(rows, columns, entries, width);
  if (is_narrow) s.narrow = narrowed(columns * width, s.x);
  double bytes = (double)entries * width * (is_narrow ? sizeof *s.narrow : sizeof *s.x);
  printf("\"gather\": %.4g, ", bytes / best(SHORT, thread_count, gather, &s));
  double spmm_seconds = best(SHORT, thread_count, spmm, &s);
  if (!is_right(&s)) return 3;
  printf("\"spmm\": %.4g, ", bytes / spmm_seconds);

  printf("\"sequential\": %.4g, ", disk_rate(argv[6], 8 << 20, 2ll << 30, 1));
  printf("\"random\": %.4g}\n", disk_rate(argv[6], 4096, 256ll << 20, 0));
  return 0;
}
