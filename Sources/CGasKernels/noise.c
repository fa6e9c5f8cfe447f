/* Normal numbers by the transform of Box and Muller (1958): sqrt(-2 ln u) cos(2 pi v), u and v uniform from two hashes of the
 * counter. Without calls or branches, so that the loop vectorises. */
#include "counter.h"
#include "exponential.h"

/* One stretch of elements that share the upper half of their index. */
GAS_INLINE void fill(int64_t count, uint32_t first, uint64_t radius_key, uint64_t angle_key, float deviation, float *y) {
  for (int64_t i = 0; i < count; i++) {
    float u = gas_uniform(gas_hash((uint32_t)i + first, radius_key));
    float v = gas_uniform(gas_hash((uint32_t)i + first, angle_key));
    float square = -2 * gas_logarithm(u);
    y[i] = deviation * GAS_SQRT(square > 0 ? square : 0) * gas_cosine_of_turns(v);
  }
}

GAS_KERNEL(void, gas_normal,
           (int64_t first, int64_t last, uint64_t key, float deviation, float *y),
           (first, last, key, deviation, y)) {
  while (first < last) {
    int64_t end = gas_stretch_end(first, last);
    uint64_t upper = (uint64_t)first >> 32;
    fill(end - first, (uint32_t)first, gas_mixed_key(key, upper), gas_mixed_key(~key, upper), deviation, y + first);
    first = end;
  }
}
