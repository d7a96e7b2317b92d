/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_ENV_STATE_H
#define SANDBOX_ENV_STATE_H

#include "http/response.h"

#include <entitle/error.h>

#include <stdint.h>

/*
 * Asks the sandbox at `url`, which ends without a slash, for its state. One that does
 * not listen yet, because it is making its keys, has `wait_s` to begin: in a script,
 * what starts it and what asks it are two lines. `ca` is NULL for the system's.
 *
 * ENTITLE_UNREACHABLE says in its message why there is no state.
 */
ENTITLE_CHECKED entitle_status env_state_fetch(
    const char *url,
    const char *ca,
    int64_t wait_s,
    entitle_response *response,
    entitle_error *error);

#endif
