/* Byte planes. With the element's size known at compile time the loops become interleaved loads and stores, which vectorise. */
#include "isa.h"

GAS_INLINE void shuffle_of(int64_t count, int bytes, const uint8_t *restrict x, uint8_t *restrict y) {
  for (int64_t i = 0; i < count; i++) {
    GAS_UNROLL for (int b = 0; b < bytes; b++) y[b * count + i] = x[i * bytes + b];
  }
}

GAS_INLINE void unshuffle_of(int64_t count, int bytes, const uint8_t *restrict x, uint8_t *restrict y) {
  for (int64_t i = 0; i < count; i++) {
    GAS_UNROLL for (int b = 0; b < bytes; b++) y[i * bytes + b] = x[b * count + i];
  }
}

GAS_KERNEL(void, gas_shuffle,
           (int64_t count, int64_t element_bytes, const uint8_t *restrict x, uint8_t *restrict y),
           (count, element_bytes, x, y)) {
  switch (element_bytes) {
  case 2: shuffle_of(count, 2, x, y); break;
  case 4: shuffle_of(count, 4, x, y); break;
  case 8: shuffle_of(count, 8, x, y); break;
  default: memcpy(y, x, (size_t)count);
  }
}

GAS_KERNEL(void, gas_unshuffle,
           (int64_t count, int64_t element_bytes, const uint8_t *restrict x, uint8_t *restrict y),
           (count, element_bytes, x, y)) {
  switch (element_bytes) {
  case 2: unshuffle_of(count, 2, x, y); break;
  case 4: unshuffle_of(count, 4, x, y); break;
  case 8: unshuffle_of(count, 8, x, y); break;
  default: memcpy(y, x, (size_t)count);
  }
}
