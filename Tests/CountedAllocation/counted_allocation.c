#define _GNU_SOURCE
#include "counted_allocation.h"

#include <errno.h>
#include <stdatomic.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);

static atomic_bool counting;
static atomic_uint_fast64_t count, bytes, greatest;

__attribute__((unused)) static void note(size_t size) {
  if (!atomic_load_explicit(&counting, memory_order_relaxed)) return;
  atomic_fetch_add_explicit(&count, 1, memory_order_relaxed);
  atomic_fetch_add_explicit(&bytes, size, memory_order_relaxed);
  uint_fast64_t known = atomic_load_explicit(&greatest, memory_order_relaxed);
  while (size > known && !atomic_compare_exchange_weak(&greatest, &known, size)) continue;
}

void start_counting_allocations(void) {
  count = bytes = greatest = 0;
  counting = true;
}

counted_allocations stop_counting_allocations(void) {
  counting = false;
  return (counted_allocations){count, bytes, greatest};
}

/* Sanitizers have an allocator of their own; under them nothing is counted. */
#if !__has_feature(thread_sanitizer) && !__has_feature(address_sanitizer)

void *malloc(size_t size) {
  note(size);
  return __libc_malloc(size);
}

void *calloc(size_t number, size_t size) {
  note(number * size);
  return __libc_calloc(number, size);
}

void *realloc(void *old, size_t size) {
  note(size);
  return __libc_realloc(old, size);
}

void *memalign(size_t alignment, size_t size) {
  note(size);
  return __libc_memalign(alignment, size);
}

void *aligned_alloc(size_t alignment, size_t size) { return memalign(alignment, size); }

int posix_memalign(void **target, size_t alignment, size_t size) {
  void *found = memalign(alignment, size);
  if (found == NULL) return ENOMEM;
  *target = found;
  return 0;
}

/* Memory that buffers and arenas take; files that are mapped are not counted. */
void *mmap(void *address, size_t size, int protection, int flags, int file, off_t offset) {
  if (flags & MAP_ANONYMOUS) note(size);
  return (void *)syscall(SYS_mmap, address, size, protection, flags, file, offset);
}

#endif
