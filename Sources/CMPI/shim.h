#pragma once
/* MPI 3.1 without its macros and handles, which Swift does not see and which differ from library to library. */
#include <mpi.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Joins the other ranks; 0 if the library lets one thread after the other call it, 1 if not, 2 if it could not be started. */
static inline int gas_mpi_begin(void) {
  int provided = 0;
  if (MPI_Init_thread(NULL, NULL, MPI_THREAD_SERIALIZED, &provided) != MPI_SUCCESS) return 2;
  return provided >= MPI_THREAD_SERIALIZED ? 0 : 1;
}

static inline void gas_mpi_end(void) { MPI_Finalize(); }

/* Ends all ranks, without waiting for them. */
static inline void gas_mpi_abort(int status) { MPI_Abort(MPI_COMM_WORLD, status); }

static inline int gas_mpi_rank(void) {
  int rank = 0;
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  return rank;
}

static inline int gas_mpi_count(void) {
  int count = 1;
  MPI_Comm_size(MPI_COMM_WORLD, &count);
  return count;
}

/* The library's name and version, in at most `room` bytes. */
static inline void gas_mpi_library(char *name, int room) {
  char text[MPI_MAX_LIBRARY_VERSION_STRING];
  int length = 0;
  MPI_Get_library_version(text, &length);
  strncpy(name, text, (size_t)room - 1);
  name[room - 1] = 0;
}

/* Counts are ints in MPI 3.1, so that longer messages go in pieces. */
enum { gas_mpi_piece_bytes = 1 << 30 };

static inline size_t gas_mpi_pieces(int count, const long long *bytes, int rank) {
  size_t pieces = 0;
  for (int peer = 0; peer < count; peer++)
    if (peer != rank) pieces += (size_t)((bytes[peer] + gas_mpi_piece_bytes - 1) / gas_mpi_piece_bytes);
  return pieces;
}

/* Tags: messages of exchanges, and what ranks that have failed tell rank 0. */
enum { gas_mpi_exchange_tag = 1, gas_mpi_report_tag = 2 };
/* What an exchange ends with besides errors of MPI's, which are above 0. */
enum { gas_mpi_interrupted = -1, gas_mpi_reported = -2 };

/* Has exchanges end. `stop` is theirs; any thread may call it. */
static inline void gas_mpi_interrupt(int *stop) { __atomic_store_n(stop, 1, __ATOMIC_RELAXED); }

/* Tells rank 0 something. */
static inline int gas_mpi_report(const void *bytes, int count) {
  return MPI_Send(bytes, count, MPI_BYTE, 0, gas_mpi_report_tag, MPI_COMM_WORLD);
}

/* Whether a rank has told this one something: how many bytes, 0 if none has; `source` gets the rank. */
static inline int gas_mpi_report_bytes(int *source) {
  int is_there = 0, bytes = 0;
  MPI_Status status;
  if (MPI_Iprobe(MPI_ANY_SOURCE, gas_mpi_report_tag, MPI_COMM_WORLD, &is_there, &status) != MPI_SUCCESS || !is_there) return 0;
  *source = status.MPI_SOURCE;
  return MPI_Get_count(&status, MPI_BYTE, &bytes) == MPI_SUCCESS ? bytes : 0;
}

/* Takes what a rank has told, of as many bytes as `gas_mpi_report_bytes` says. Others may have told something, too. */
static inline int gas_mpi_take_report(int source, void *bytes, int count) {
  return MPI_Recv(bytes, count, MPI_BYTE, source, gas_mpi_report_tag, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
}

/* Waits for requests without taking a core from those who compute: yields at first, then sleeps. Rank 0 also looks whether another rank has
   failed, whose messages would never come. */
static inline int gas_mpi_wait(int count, MPI_Request *requests, const int *stop) {
  const struct timespec nap = {0, 50000};
  const int is_first = gas_mpi_rank() == 0;
  int source = 0;
  for (long tries = 0;; tries++) {
    int done = 0;
    int code = MPI_Testall(count, requests, &done, MPI_STATUSES_IGNORE);
    if (code != MPI_SUCCESS || done) return code;
    if (__atomic_load_n(stop, __ATOMIC_RELAXED)) return gas_mpi_interrupted;
    if (is_first && gas_mpi_report_bytes(&source) > 0) return gas_mpi_reported;
    if (tries < 1000) sched_yield();
    else nanosleep(&nap, NULL);
  }
}

/* Sends sent_bytes[p] bytes to each rank p and receives received_bytes[p] from it; what a rank has for itself is copied. Ranks that have
   nothing for each other do not wait for each other. 0, an error code of MPI's, gas_mpi_interrupted once `stop` is set, or on rank 0
   gas_mpi_reported. */
static inline int gas_mpi_exchange(const void *const *sent, const long long *sent_bytes, void *const *received,
                                   const long long *received_bytes, const int *stop) {
  const int tag = gas_mpi_exchange_tag, count = gas_mpi_count(), rank = gas_mpi_rank();
  const size_t total = gas_mpi_pieces(count, sent_bytes, rank) + gas_mpi_pieces(count, received_bytes, rank);
  if (sent_bytes[rank] > 0) memcpy(received[rank], sent[rank], (size_t)sent_bytes[rank]);
  if (total == 0) return MPI_SUCCESS;
  MPI_Request *requests = malloc(total * sizeof(MPI_Request));
  if (!requests) return MPI_ERR_NO_MEM;
  int used = 0, code = MPI_SUCCESS;
  for (int sends = 0; sends < 2; sends++)
    for (int peer = 0; peer < count; peer++) {
      const long long bytes = sends ? sent_bytes[peer] : received_bytes[peer];
      for (long long start = 0; peer != rank && start < bytes; start += gas_mpi_piece_bytes) {
        const int piece = (int)(bytes - start < gas_mpi_piece_bytes ? bytes - start : gas_mpi_piece_bytes);
        code = sends ? MPI_Isend((const char *)sent[peer] + start, piece, MPI_BYTE, peer, tag, MPI_COMM_WORLD, &requests[used++])
                     : MPI_Irecv((char *)received[peer] + start, piece, MPI_BYTE, peer, tag, MPI_COMM_WORLD, &requests[used++]);
        if (code != MPI_SUCCESS) break;
      }
    }
  if (code == MPI_SUCCESS) code = gas_mpi_wait(used, requests, stop);
  free(requests);
  return code;
}
