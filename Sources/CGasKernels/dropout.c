/* Dropout: whether element i is kept is a hash of the key and i, so the backward pass computes it again. */
#include "counter.h"

/* One stretch of elements that share the upper half of their index. */
GAS_INLINE void drop(int64_t count, uint32_t first, uint64_t key, uint32_t threshold, float scale, const float *x,
                     float *y) {
  GAS_INDEPENDENT for (int64_t i = 0; i < count; i++) {
    float kept = x[i] * scale;
    y[i] = gas_hash((uint32_t)i + first, key) >= threshold ? kept : 0;
  }
}

GAS_KERNEL(void, gas_dropout,
           (int64_t first, int64_t last, uint64_t key, double p, const float *x, float *y),
           (first, last, key, p, x, y)) {
  double scaled = p * 0x1p32;
  uint32_t threshold = scaled >= 0xffffffffp0 ? 0xffffffffu : (uint32_t)scaled;
  float scale = (float)(1 / (1 - p));
  while (first < last) {
    int64_t end = gas_stretch_end(first, last);
    uint64_t mixed = gas_mixed_key(key, (uint64_t)first >> 32);
    drop(end - first, (uint32_t)first, mixed, threshold, scale, x + first, y + first);
    first = end;
  }
}
