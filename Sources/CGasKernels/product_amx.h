/* Products by tile instructions (product_amx.c), with the arguments of gas_bf16_multiply and gas_bf16_multiply_transposed. */
#ifndef GAS_PRODUCT_AMX_H
#define GAS_PRODUCT_AMX_H

#include "pack_bf16.h"

/* Whether the processor has them and Linux lets this process use them. */
bool gas_has_tiles(void);

void gas_amx_multiply(int64_t rows, int64_t depth, int64_t width, const uint16_t *a, const uint16_t *packed, float *c, bool accumulate);
void gas_amx_multiply_transposed(int64_t depth, int64_t rows, int64_t width, const uint16_t *a, const uint16_t *b, float *c,
                                 bool accumulate, uint16_t *scratch);

#endif
