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

#endif
