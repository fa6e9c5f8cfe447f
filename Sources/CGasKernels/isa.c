/* Which instruction set the kernels run with: the best that the processor has, unless a lesser one was chosen. */
#include "isa.h"

#include <stdatomic.h>
#include <stdlib.h>
#if defined(__x86_64__)
#include <cpuid.h>
#endif

static const char *const names[] = {"portable", "x86-64-v3", "x86-64-v4"};

/* Read by kernels on any thread; written when the program is loaded, and by tests between computations. */
static atomic_int chosen = GAS_BASELINE;
static atomic_bool was_named; /* and so is not exceeded */

static gas_isa best_isa(void) {
#if defined(GAS_MULTIVERSIONED)
  __builtin_cpu_init();
  if (__builtin_cpu_supports("x86-64-v4")) return GAS_X86_64_V4;
  if (__builtin_cpu_supports("x86-64-v3")) return GAS_X86_64_V3;
#endif
  return GAS_BASELINE;
}

static const char *refused;

/* A name that is no set of this processor's is kept for the program to refuse: nothing can be reported from here. */
__attribute__((constructor)) static void choose_when_loaded(void) {
  gas_choose_instruction_set(0);
  const char *wanted = getenv("GAS_INSTRUCTION_SET");
  if (wanted && *wanted && !gas_choose_instruction_set(wanted)) refused = wanted;
}

const char *gas_refused_instruction_set(void) { return refused; }

bool gas_choose_instruction_set(const char *name) {
  gas_isa best = best_isa();
  if (!name) {
    atomic_store(&chosen, best);
    atomic_store(&was_named, false);
    return true;
  }
  for (int isa = GAS_BASELINE; isa <= (int)best; isa++) {
    if (strcmp(name, names[isa]) != 0) continue;
    atomic_store(&chosen, isa);
    atomic_store(&was_named, true);
    return true;
  }
  return false;
}

gas_isa gas_chosen_isa(void) { return (gas_isa)atomic_load_explicit(&chosen, memory_order_relaxed); }

bool gas_may_exceed_isa(void) { return !atomic_load_explicit(&was_named, memory_order_relaxed); }

const char *gas_instruction_set(void) { return names[gas_chosen_isa()]; }

const char *gas_best_instruction_set(void) { return names[best_isa()]; }

#if defined(__x86_64__)
bool gas_has_3dnow(void) {
  unsigned a, b, c, d;
  return __get_cpuid(0x80000001, &a, &b, &c, &d) && (d >> 31 & 1);
}

bool gas_has_fma4(void) {
  unsigned a, b, c, d;
  return __get_cpuid(0x80000001, &a, &b, &c, &d) && (c >> 16 & 1);
}
#else
bool gas_has_3dnow(void) { return false; }

bool gas_has_fma4(void) { return false; }
#endif
