/* Run-time choice of the instruction set, and the vectors that hand-blocked kernels use. */
#ifndef GAS_ISA_H
#define GAS_ISA_H

#include "gas_kernels.h"
#include <string.h>

/* Function multiversioning needs the loader's indirect functions: glibc has them, musl does not. Sanitizers' run-time is not up
 * yet when the loader asks for the choice. */
#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define GAS_SANITIZED 1
#endif
#endif

#if defined(__x86_64__) && defined(__GLIBC__) && !defined(GAS_PORTABLE) && !defined(GAS_SANITIZED)
#define GAS_MULTIVERSIONED 1
#define GAS_KERNEL __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define GAS_KERNEL
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
