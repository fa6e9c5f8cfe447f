/* Dropout: whether element i is kept is a hash of the key and i, so the backward pass computes it again. */
#include "convert.h"
#include "counter.h"

/* Defines dropout between two number formats. A stretch of elements shares the upper half of their indices. */
#define DEFINE_DROPOUT(NAME, FROM, TO, WIDEN, NARROW)                                                                  \
  GAS_KERNEL(void, NAME, (int64_t first, int64_t last, uint64_t key, double p, const FROM *x, TO *y),                  \
             (first, last, key, p, x, y)) {                                                                            \
    double scaled = p * 0x1p32;                                                                                        \
    uint32_t threshold = scaled >= 0xffffffffp0 ? 0xffffffffu : (uint32_t)scaled;                                      \
    float scale = (float)(1 / (1 - p));                                                                                \
    while (first < last) {                                                                                             \
      int64_t end = gas_stretch_end(first, last), count = end - first;                                                 \
      uint64_t mixed = gas_mixed_key(key, (uint64_t)first >> 32);                                                      \
      uint32_t counter = (uint32_t)first;                                                                              \
      const FROM *from = x + first;                                                                                    \
      TO *to = y + first;                                                                                              \
      GAS_INDEPENDENT for (int64_t i = 0; i < count; i++) {                                                            \
        float kept = WIDEN(from[i]) * scale;                                                                           \
        to[i] = NARROW(gas_hash((uint32_t)i + counter, mixed) >= threshold ? kept : 0);                                \
      }                                                                                                                \
      first = end;                                                                                                     \
    }                                                                                                                  \
  }

#define AS_IT_IS(x) (x)

DEFINE_DROPOUT(gas_dropout, float, float, AS_IT_IS, AS_IT_IS)
DEFINE_DROPOUT(gas_dropout_to_bf16, float, uint16_t, AS_IT_IS, gas_narrow_bf16)
DEFINE_DROPOUT(gas_dropout_bf16, uint16_t, uint16_t, gas_widen_bf16, gas_narrow_bf16)
