/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_HANDOUT_H
#define SANDBOX_HANDOUT_H

#include "market/market.h"
#include "play/call.h"
#include "state/sessions.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * Handing out temporary credentials: each names the container that fetched them, and
 * the signature check takes them until they expire. False when the call has failed.
 */

/* To the container that `name`, of any length, tells from all others of its kind. */
bool handout_to_container(
    sandbox_call *call,
    identity_kind kind,
    const char *name,
    int64_t lifetime_s,
    sandbox_session *out);

/* To whoever signed the call. */
bool handout_to_signer(sandbox_call *call, int64_t lifetime_s, sandbox_session *out);

#endif
