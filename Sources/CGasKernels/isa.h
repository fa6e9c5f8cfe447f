/* Run-time choice of the instruction set, and the vectors that hand-blocked kernels use. */
#ifndef GAS_ISA_H
#define GAS_ISA_H

#include "gas_kernels.h"
#include <string.h>

#if defined(__x86_64__) && !defined(GAS_PORTABLE)
#define GAS_MULTIVERSIONED 1
#endif

/* The instruction sets that kernels are compiled for, each an extension of the one before. */
typedef enum { GAS_BASELINE, GAS_X86_64_V3, GAS_X86_64_V4 } gas_isa;

/* The one that kernels run with (isa.c). */
gas_isa gas_chosen_isa(void);
/* Whether kernels may use instructions that no set has, since none was named. */
bool gas_may_exceed_isa(void);

/* Defines the public function NAME. What follows is its body, which is compiled once for each instruction set; a call goes to the
 * chosen one. ARGUMENTS are the names of PARAMETERS.
 *
 * The choice is our own, and not the loader's (target_clones): so it can be capped, tests can go through all of it in one process,
 * and sanitizers and other C libraries than glibc have it too. */
#if defined(GAS_MULTIVERSIONED)
#define GAS_FOR_V3 __attribute__((target("arch=x86-64-v3")))
/* Clang would split the 64-byte vectors of hand-blocked kernels unless it is told that they are wanted. */
#if defined(__clang__)
#define GAS_FOR_V4 __attribute__((target("arch=x86-64-v4"), min_vector_width(512)))
#else
#define GAS_FOR_V4 __attribute__((target("arch=x86-64-v4")))
#endif
#define GAS_KERNEL(RESULT, NAME, PARAMETERS, ARGUMENTS)                                                                \
  GAS_INLINE RESULT NAME##_body PARAMETERS;                                                                            \
  GAS_FOR_V4 static RESULT NAME##_v4 PARAMETERS { return NAME##_body ARGUMENTS; }                                      \
  GAS_FOR_V3 static RESULT NAME##_v3 PARAMETERS { return NAME##_body ARGUMENTS; }                                      \
  static __attribute__((noinline)) RESULT NAME##_baseline PARAMETERS { return NAME##_body ARGUMENTS; }                 \
  RESULT NAME PARAMETERS {                                                                                             \
    gas_isa chosen = gas_chosen_isa();                                                                                 \
    if (chosen == GAS_X86_64_V4) return NAME##_v4 ARGUMENTS;                                                           \
    if (chosen == GAS_X86_64_V3) return NAME##_v3 ARGUMENTS;                                                           \
    return NAME##_baseline ARGUMENTS;                                                                                  \
  }                                                                                                                    \
  GAS_INLINE RESULT NAME##_body PARAMETERS
#else
#define GAS_KERNEL(RESULT, NAME, PARAMETERS, ARGUMENTS) RESULT NAME PARAMETERS
#endif

/* A helper that takes on the instruction set of the kernel it is inlined into. */
#define GAS_INLINE static inline __attribute__((always_inline))

/* Lets the compiler reorder one block's sums so that they vectorise; the order is then fixed by the compiled code. */
#if defined(__clang__)
#define GAS_REORDERED_SUMS _Pragma("clang fp reassociate(on)")
#define GAS_UNROLL _Pragma("clang loop unroll(full)")
#else
#define GAS_REORDERED_SUMS
#define GAS_UNROLL
#endif

/* "x may be y": each turn of the loop that follows reads and writes at one index alone. Without being told, compilers compare the
 * pointers and go element by element where they are equal. */
#if defined(__clang__)
#define GAS_INDEPENDENT _Pragma("clang loop vectorize(assume_safety)")
#else
#define GAS_INDEPENDENT _Pragma("GCC ivdep")
#endif

/* sqrtf may set errno, which keeps loops from vectorising. */
#if defined(__clang__)
#define GAS_SQRT(x) __builtin_elementwise_sqrt(x)
#else
#define GAS_SQRT(x) __builtin_sqrtf(x)
#endif

/* 16, 8 and 4 floats: one AVX-512 register, or as many narrower ones as they take. */
typedef float gas_float16 __attribute__((vector_size(64)));
typedef float gas_float8 __attribute__((vector_size(32)));
typedef float gas_float4 __attribute__((vector_size(16)));

#endif
