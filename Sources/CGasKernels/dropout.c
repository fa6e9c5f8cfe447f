/* Dropout by a counter: whether element i is kept is a hash of the key and i, so nothing is stored for the backward pass and
 * the split of work among threads cannot matter.
 *
 * The hash is a 32-bit permutation of two multiplications (constants from the search by C. Wellons and T. Fabrizio), with half
 * of the key before it and the other half inside. 32-bit steps vectorise on every instruction set. Keys that differ little
 * would show in the masks, so the key is mixed first (SplitMix64's finaliser); the upper half of an index beyond 2^32 goes into
 * it.
 */
#include "isa.h"

GAS_INLINE uint32_t hash(uint32_t counter, uint32_t before, uint32_t inside) {
  uint32_t h = counter + before;
  h ^= h >> 16;
  h *= 0x21f0aaadu;
  h ^= h >> 15;
  h += inside;
  h *= 0x735a2d97u;
  h ^= h >> 15;
  return h;
}

static uint64_t mixed(uint64_t key, uint64_t upper) {
  uint64_t z = key + upper * 0x9e3779b97f4a7c15u;
  z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
  z = (z ^ z >> 27) * 0x94d049bb133111ebu;
  return z ^ z >> 31;
}

/* One stretch of elements that share the upper half of their index. */
GAS_INLINE void drop(int64_t count, uint32_t first, uint64_t key, uint32_t threshold, float scale, const float *x,
                     float *y) {
  uint32_t before = (uint32_t)key + first, inside = (uint32_t)(key >> 32);
  for (int64_t i = 0; i < count; i++) {
    float kept = x[i] * scale;
    y[i] = hash((uint32_t)i, before, inside) >= threshold ? kept : 0;
  }
}

GAS_KERNEL
void gas_dropout(int64_t first, int64_t last, uint64_t key, double p, const float *x, float *y) {
  double scaled = p * 0x1p32;
  uint32_t threshold = scaled >= 0xffffffffp0 ? 0xffffffffu : (uint32_t)scaled;
  float scale = (float)(1 / (1 - p));
  while (first < last) {
    uint64_t upper = (uint64_t)first >> 32;
    int64_t end = (int64_t)((upper + 1) << 32);
    if (end > last) end = last;
    drop(end - first, (uint32_t)first, mixed(key, upper), threshold, scale, x + first, y + first);
    first = end;
  }
}
