/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_SETTING_H
#define SANDBOX_SETTING_H

#include "state/store.h"

#include <stdint.h>

/* Single numbers that the store keeps by name. */

/* False: there is none, and `*out` stays as it is. */
bool setting_read(sandbox_store *store, const char *name, int64_t *out);

/* Inside a transaction. */
bool setting_write(sandbox_store *store, const char *name, int64_t value);

#endif
