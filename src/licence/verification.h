/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_LICENCE_VERIFICATION_H
#define ENT_LICENCE_VERIFICATION_H

#include "licence/claims.h"
#include "licence/header.h"
#include "licence/keys.h"
#include "licence/signature.h"
#include "token/compact.h"

#include <entitle/licence.h>

/* What entitle_licence_verify() fills, step by step, and keeps for its caller. */
struct entitle_licence_verification {
    entitle_runtime runtime;
    entitle_status reason; /* ENTITLE_VERIFIED is set last */
    char message[512];
    char hint[512];
    entitle_check_result steps[ENTITLE_LICENCE_STEP_COUNT];
    ent_compact compact;
    ent_licence_header header;
    const ent_licence_key *key;
    ent_signed_licence payload;
    entitle_licence licence;
};

/* One that is not valid, and where nothing was reached. NULL for want of memory. */
entitle_licence_verification *
ent_licence_verification_new(const entitle_runtime *runtime);

#endif
