/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_ENV_PLATFORM_H
#define SANDBOX_ENV_PLATFORM_H

#include "base/buffer.h"
#include "program/options.h"

/* What a running sandbox said of itself. */
typedef struct env_sandbox {
    const char *url;
    const char *region;
    const char *account;
    const char *product_code;
    const char *keys;
} env_sandbox;

/*
 * Writes what a container on the platform of the options would see, as shell commands,
 * and makes its token file where --write-token asks for it.
 */
ENTITLE_CHECKED entitle_status env_platform_write(
    ent_buffer *out,
    const env_sandbox *sandbox,
    const sandbox_options *options,
    entitle_error *error);

#endif
