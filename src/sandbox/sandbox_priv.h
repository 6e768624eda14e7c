#ifndef SANDBOX_SANDBOX_PRIV_H
#define SANDBOX_SANDBOX_PRIV_H

#include "sandbox/sandbox.h"

/* Landlock's ABI that holds from now on; 0: the kernel has none. */
int sandbox_files(const struct sandbox_place *places, size_t n);
/* Whether the filter holds. */
bool sandbox_calls(void);

#endif
