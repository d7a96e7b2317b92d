/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_CALLER_H
#define SANDBOX_CALLER_H

#include "play/call.h"
#include "state/identities.h"

/*
 * Who signed the call; called with the lock held, under which alone it stays. NULL when
 * it has gone since it signed: then the call has been refused.
 */
const sandbox_identity *caller_find(sandbox_call *call);

/*
 * Whether the account in which the caller runs has an active subscription to the
 * product now. Called with the lock held.
 */
bool caller_is_subscribed(
    const sandbox_call *call,
    const sandbox_identity *caller,
    const market_product *product);

#endif
