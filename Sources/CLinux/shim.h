#pragma once
/* Linux calls that Swift's Glibc module does not show. */
#include <errno.h>
#include <fcntl.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

/* Swaps two names in one step (renameat2 with RENAME_EXCHANGE); -1 and errno on failure. */
static inline int gas_exchange_names(const char *a, const char *b) {
  const int current_directory = -100, exchange = 2;
  return (int)syscall(SYS_renameat2, current_directory, a, current_directory, b, exchange);
}

/* Sets disk space aside for a file's first bytes and lengthens it to them (fallocate); -1 and errno on failure. */
static inline int gas_reserve(int descriptor, long long byte_count) {
  return (int)syscall(SYS_fallocate, descriptor, 0, 0LL, byte_count);
}

/* Gives the disk space of a range back, which reads as zeros from then on (fallocate with PUNCH_HOLE); -1 and errno on failure. */
static inline int gas_free_space(int descriptor, long long offset, long long byte_count) {
  const int keep_size = 1, punch_hole = 2;
  return (int)syscall(SYS_fallocate, descriptor, keep_size | punch_hole, offset, byte_count);
}

/* Starts writing a range of a file's changed pages to the disk and, if asked, waits until they are there (sync_file_range);
   -1 and errno on failure. */
static inline int gas_write_back(int descriptor, long long offset, long long byte_count, int waits) {
  const unsigned int wait_before = 1, write = 2, wait_after = 4;
  return (int)syscall(SYS_sync_file_range, descriptor, offset, byte_count, waits ? wait_before | write | wait_after : write);
}

/* Whether a folder's files are memory (tmpfs, ramfs) and no disk's. */
static inline int gas_is_memory(const char *folder) {
  struct statfs status;
  if (statfs(folder, &status) != 0) return 0;
  return (unsigned long)status.f_type == 0x01021994ul || (unsigned long)status.f_type == 0x858458f6ul;
}

/* The flag that makes reads go past the page cache, which Swift does not see. */
static inline int gas_direct_flag(void) { return __O_DIRECT; }

/* The flag of lseek that looks for data behind holes, which Swift does not see. */
static inline int gas_seek_data_flag(void) { return 3; /* SEEK_DATA of linux/fs.h */ }

/* Renames unless something has the new name (renameat2 with RENAME_NOREPLACE); -1 and errno on failure. */
static inline int gas_rename_new(const char *from, const char *to) {
  const int current_directory = -100, no_replace = 1;
  return (int)syscall(SYS_renameat2, current_directory, from, current_directory, to, no_replace);
}

/* The flag that makes a file without a name in a folder, which Swift does not see. */
static inline int gas_nameless_flag(void) { return __O_TMPFILE; }

/* Whether another process has a regular file open: 1 or 0; -1 where the kernel does not say. It grants a write lease (F_SETLEASE) only
   while nobody else has the file open; closing gives it back. */
static inline int gas_is_open_elsewhere(const char *path) {
  const int set_lease = 1024, write_lease = 1;
  int descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOFOLLOW);
  if (descriptor == -1) return -1;
  int result = fcntl(descriptor, set_lease, write_lease);
  int code = result == -1 ? errno : 0;
  close(descriptor);
  return result != -1 ? 0 : code == EAGAIN ? 1 : -1;
}
