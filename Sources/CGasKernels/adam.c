/* One step of Adam (Kingma and Ba 2015) as PyTorch computes it: weight decay joins the gradient, epsilon stands outside the
 * root. */
#include "isa.h"

GAS_KERNEL(void, gas_adam,
           (int64_t count, gas_adam_step step, const float *restrict gradient, float *restrict w, float *restrict m,
            float *restrict v),
           (count, step, gradient, w, m, v)) {
  for (int64_t i = 0; i < count; i++) {
    float g = gradient[i] + step.weight_decay * w[i];
    m[i] = step.beta1 * m[i] + step.rest1 * g;
    v[i] = step.beta2 * v[i] + step.rest2 * g * g;
    w[i] -= step.step_size * m[i] / (GAS_SQRT(v[i]) * step.second_moment_scale + step.epsilon);
  }
}
