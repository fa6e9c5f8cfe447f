#include "isa.h"

const char *gas_instruction_set(void) {
#if defined(GAS_MULTIVERSIONED)
  if (__builtin_cpu_supports("x86-64-v4")) return "x86-64-v4";
  if (__builtin_cpu_supports("x86-64-v3")) return "x86-64-v3";
#endif
  return "portable";
}
