/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_TOKEN_VERIFICATION_H
#define ENT_TOKEN_VERIFICATION_H

#include "base/warnings.h"
#include "token/claims.h"
#include "token/compact.h"
#include "token/header.h"

#include <entitle/token.h>

/* What entitle_verify() fills, step by step, and keeps for its caller. */
struct entitle_verification {
    entitle_runtime runtime;
    entitle_status reason; /* ENTITLE_VERIFIED is set last */
    char message[512];
    entitle_check_result checks[ENTITLE_CHECK_COUNT];
    ent_compact compact;
    ent_header header;
    const entitle_key *key;
    entitle_claims claims;
    ent_warnings warnings;
};

/* One that is not valid, and where nothing was reached. NULL for want of memory. */
entitle_verification *ent_verification_new(const entitle_runtime *runtime);

#endif
