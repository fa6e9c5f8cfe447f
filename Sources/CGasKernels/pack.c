/* Differences of integers, packed into as few bits as most of them need; the few that need more are patched (patched frame of
 * reference: Zukowski et al., ICDE 2006). Low bits lie in four lanes of 32-bit words, so that four numbers come out of one vector
 * operation (Lemire and Boytsov, Software: Practice and Experience 2015). The bytes: docs/format.md, "packed". */
#include "isa.h"

#define GROUP 128
#define LANES 4
/* Width, number of patches, and the longest positions and high parts. */
#define LONGEST_GROUP (2 + 4 * GROUP + GROUP / 8 + 4 * GROUP)

typedef uint32_t lanes __attribute__((vector_size(4 * LANES)));

GAS_INLINE uint32_t low_mask(int bits) { return bits >= 32 ? UINT32_MAX : (1u << bits) - 1; }

GAS_INLINE lanes load(const uint8_t *bytes) {
  lanes words;
  memcpy(&words, bytes, sizeof words);
  return words;
}

/* Positions by byte, or where these would be longer a bit for each number of the group. */
GAS_INLINE int position_bytes(int patches) { return patches <= GROUP / 8 ? patches : GROUP / 8; }

/* ---- Packing ---- */

/* The bits of each number's low part that make the group shortest. */
static int best_width(int width, const uint32_t *d, int *patches) {
  int counts[33] = {0};
  for (int i = 0; i < GROUP; i++) counts[d[i] ? 32 - __builtin_clz(d[i]) : 0]++;
  int best = width, least = GROUP / 8 * width, wider = 0;
  *patches = 0;
  for (int bits = width - 1; bits >= 0; bits--) {
    wider += counts[bits + 1];
    int bytes = GROUP / 8 * bits + position_bytes(wider) + (wider * (width - bits) + 7) / 8;
    if (bytes < least) best = bits, least = bytes, *patches = wider;
  }
  return best;
}

static uint8_t *put_low(int bits, const uint32_t *d, uint8_t *out) {
  if (bits == 0) return out;
  lanes word = {0};
  int filled = 0;
  for (int i = 0; i < GROUP; i += LANES) {
    lanes low;
    memcpy(&low, d + i, sizeof low);
    low &= low_mask(bits);
    word |= low << filled;
    filled += bits;
    if (filled < 32) continue;
    memcpy(out, &word, sizeof word);
    out += sizeof word;
    filled -= 32;
    word = filled ? low >> (bits - filled) : (lanes){0};
  }
  return out;
}

static uint8_t *put_patches(int width, int bits, int patches, const uint32_t *d, uint8_t *out) {
  uint8_t *positions = out;
  out += position_bytes(patches);
  memset(positions, 0, (size_t)(out - positions));
  uint64_t pending = 0;
  int filled = 0, seen = 0;
  for (int i = 0; i < GROUP; i++) {
    if (d[i] <= low_mask(bits)) continue;
    if (patches <= GROUP / 8) positions[seen++] = (uint8_t)i; else positions[i / 8] |= (uint8_t)(1 << i % 8);
    pending |= (uint64_t)(d[i] >> bits) << filled;
    for (filled += width - bits; filled >= 8; filled -= 8, pending >>= 8) *out++ = (uint8_t)pending;
  }
  if (filled > 0) *out++ = (uint8_t)pending;
  return out;
}

void gas_differences(int64_t count, int width, const uint32_t *restrict x, uint32_t *restrict d) {
  uint32_t mask = low_mask(width);
  if (count > 0) d[0] = x[0];
  for (int64_t i = 1; i < count; i++) d[i] = (x[i] - x[i - 1] - 1) & mask;
}

int64_t gas_pack_limit(int64_t count) { return (count + GROUP - 1) / GROUP * (2 + 4 * GROUP); }

int64_t gas_pack(int64_t count, int width, const uint32_t *d, uint8_t *packed) {
  uint8_t *out = packed;
  uint32_t last[GROUP] = {0};
  for (int64_t first = 0; first < count; first += GROUP) {
    const uint32_t *group = d + first;
    if (count - first < GROUP) group = memcpy(last, group, (size_t)(count - first) * sizeof *d);
    int patches, bits = best_width(width, group, &patches);
    *out++ = (uint8_t)bits;
    *out++ = (uint8_t)patches;
    out = put_low(bits, group, out);
    if (patches > 0) out = put_patches(width, bits, patches, group, out);
  }
  return out - packed;
}

/* ---- Unpacking ---- */

/* With `bits` known when it is compiled, every shift is a constant and no turn has a branch. */
GAS_INLINE void take_low(int bits, const uint8_t *in, uint32_t *d) {
  lanes mask = (lanes){0} + low_mask(bits);
  GAS_UNROLL for (int i = 0; i < GROUP / LANES; i++) {
    int word = i * bits / 32, shift = i * bits % 32;
    lanes low = {0};
    if (bits > 0) low = load(in + 16 * word) >> shift;
    if (shift + bits > 32) low |= load(in + 16 * (word + 1)) << (32 - shift);
    low &= mask;
    memcpy(d + LANES * i, &low, sizeof low);
  }
}

#define CASE(bits) case bits: take_low(bits, in, d); break;
#define CASES(first) CASE(first) CASE(first + 1) CASE(first + 2) CASE(first + 3) \
  CASE(first + 4) CASE(first + 5) CASE(first + 6) CASE(first + 7)

GAS_INLINE void take_low_of(int bits, const uint8_t *in, uint32_t *d) {
  switch (bits) { CASES(0) CASES(8) CASES(16) CASES(24) CASE(32) }
}

/* `bits` bits of a string, from bit `place` on. */
GAS_INLINE uint32_t take_bits(int bits, uint32_t place, const uint8_t *string) {
  uint64_t word;
  memcpy(&word, string + place / 8, sizeof word);
  return (uint32_t)(word >> place % 8) & low_mask(bits);
}

/* Adds the high parts; false if the positions are not as many as there should be, inside the group. `in` has 8 bytes to spare. */
GAS_INLINE bool patch(int width, int bits, int patches, const uint8_t *in, uint32_t *d) {
  const uint8_t *high = in + position_bytes(patches);
  int wide = width - bits;
  uint32_t place = 0;
  if (patches <= GROUP / 8) {
    uint32_t all = 0;
    for (int k = 0; k < patches; k++, place += (uint32_t)wide) {
      all |= in[k];
      d[in[k] % GROUP] |= take_bits(wide, place, high) << bits;
    }
    return all < GROUP;
  }
  uint64_t marks[GROUP / 64];
  memcpy(marks, in, sizeof marks);
  if (__builtin_popcountll(marks[0]) + __builtin_popcountll(marks[1]) != patches) return false;
  for (int half = 0; half < GROUP / 64; half++) {
    for (; marks[half]; marks[half] &= marks[half] - 1, place += (uint32_t)wide) {
      d[64 * half + __builtin_ctzll(marks[half])] |= take_bits(wide, place, high) << bits;
    }
  }
  return true;
}

/* One group of differences. Returns its bytes, 0 if it is none. `in` has LONGEST_GROUP bytes and 8 to spare. */
GAS_INLINE int64_t take_group(int width, const uint8_t *in, uint32_t *d) {
  int bits = in[0], patches = in[1];
  if (bits > width || patches > GROUP || (bits == width && patches > 0)) return 0;
  take_low_of(bits, in + 2, d);
  int64_t bytes = 2 + GROUP / 8 * bits;
  if (patches == 0) return bytes;
  if (!patch(width, bits, patches, in + bytes, d)) return 0;
  return bytes + position_bytes(patches) + (patches * (width - bits) + 7) / 8;
}

/* x[i] = the sum of d[j] + 1 over j <= i, after `last`; returns x[count - 1]. */
GAS_INLINE uint32_t sum_up(int64_t count, uint32_t last, uint32_t mask, const uint32_t *d, uint32_t *x) {
  lanes before = (lanes){0} + last, none = {0};
  int64_t i = 0;
  for (; i + LANES <= count; i += LANES) {
    lanes sums;
    memcpy(&sums, d + i, sizeof sums);
    sums += 1;
    sums += __builtin_shufflevector(none, sums, 0, 4, 5, 6);
    sums += __builtin_shufflevector(none, sums, 0, 1, 4, 5);
    lanes all = (sums + before) & mask;
    memcpy(x + i, &all, sizeof all);
    /* Turns wait for each other in this one addition. */
    before += __builtin_shufflevector(sums, sums, 3, 3, 3, 3);
  }
  last = before[0];
  for (; i < count; i++) x[i] = (last += d[i] + 1) & mask;
  return last;
}

GAS_KERNEL(void, gas_sums, (int64_t count, int width, const uint32_t *d, uint32_t *x), (count, width, d, x)) {
  sum_up(count, UINT32_MAX, low_mask(width), d, x);
}

GAS_KERNEL(bool, gas_unpack,
           (int64_t count, int width, int64_t packed_bytes, const uint8_t *packed, uint32_t *x),
           (count, width, packed_bytes, packed, x)) {
  uint8_t spare[LONGEST_GROUP + 8];
  uint32_t d[GROUP], last = UINT32_MAX;
  int64_t place = 0;
  for (int64_t first = 0; first < count; first += GROUP) {
    const uint8_t *in = packed + place;
    if (packed_bytes - place < (int64_t)sizeof spare) {
      memset(spare, 0, sizeof spare);
      in = memcpy(spare, in, (size_t)(packed_bytes - place));
    }
    int64_t bytes = take_group(width, in, d);
    if (bytes == 0 || bytes > packed_bytes - place) return false;
    place += bytes;
    int64_t wanted = count - first < GROUP ? count - first : GROUP;
    last = sum_up(wanted, last, low_mask(width), d, x + first);
  }
  return place == packed_bytes;
}
