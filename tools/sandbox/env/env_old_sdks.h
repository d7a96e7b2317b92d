/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_ENV_OLD_SDKS_H
#define SANDBOX_ENV_OLD_SDKS_H

#include "base/buffer.h"

/*
 * The comment for SDKs from before mid-2023, which read no endpoint from the
 * environment: the arguments that they need instead, each on a line of its own.
 */
void env_append_old_sdks(ent_buffer *out, const char *url);

#endif
