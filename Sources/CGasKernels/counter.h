/* Random numbers by a counter: number i of a key is a hash of both, so nothing is stored and the split of work among threads
 * cannot matter.
 *
 * The hash is a 32-bit permutation of two multiplications (constants from the search by C. Wellons and T. Fabrizio), with half
 * of the key before it and the other half inside. 32-bit steps vectorise on every instruction set. Keys that differ little
 * would show in the numbers, so the key is mixed first (SplitMix64's finaliser); the upper half of a counter beyond 2^32 goes
 * into it.
 */
#ifndef GAS_COUNTER_H
#define GAS_COUNTER_H

#include "isa.h"

GAS_INLINE uint32_t gas_hash(uint32_t counter, uint64_t mixed_key) {
  uint32_t h = counter + (uint32_t)mixed_key;
  h ^= h >> 16;
  h *= 0x21f0aaadu;
  h ^= h >> 15;
  h += (uint32_t)(mixed_key >> 32);
  h *= 0x735a2d97u;
  h ^= h >> 15;
  return h;
}

GAS_INLINE uint64_t gas_mixed_key(uint64_t key, uint64_t upper) {
  uint64_t z = key + upper * 0x9e3779b97f4a7c15u;
  z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
  z = (z ^ z >> 27) * 0x94d049bb133111ebu;
  return z ^ z >> 31;
}

/* Uniform in 0 < u < 1, both ends excluded, from the upper 23 bits. */
GAS_INLINE float gas_uniform(uint32_t hash) { return ((float)(int32_t)(hash >> 9) + 0.5f) * 0x1p-23f; }

/* Where the stretch of counters ends that share the upper half of `first`, or `last` if that comes first. */
GAS_INLINE int64_t gas_stretch_end(int64_t first, int64_t last) {
  int64_t end = (int64_t)((((uint64_t)first >> 32) + 1) << 32);
  return end < last ? end : last;
}

#endif
