#pragma once
/* What the manifest says of a build. */

/* The commit that the program was built from, or NULL where nobody told it: Tools/package does, in GAS_COMMIT. */
const char *gas_commit(void);
