#include "gas_build.h"

#include <stddef.h>

const char *gas_commit(void) {
#ifdef GAS_COMMIT
  return GAS_COMMIT;
#else
  return NULL;
#endif
}
