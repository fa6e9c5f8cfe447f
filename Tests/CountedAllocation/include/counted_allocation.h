/* Counts what a test process allocates. Linked into it, these definitions of malloc and its kin come before the C library's. */
#ifndef COUNTED_ALLOCATION_H
#define COUNTED_ALLOCATION_H

#include <stdbool.h>
#include <stdint.h>

typedef struct {
  uint64_t count;
  uint64_t bytes;
  uint64_t greatest; /* bytes of the largest one */
} counted_allocations;

/* Starts from zero. Safe to call while other threads allocate. */
void start_counting_allocations(void);
/* What all threads have allocated since then, freed or not. Counting stops. */
counted_allocations stop_counting_allocations(void);

#endif
