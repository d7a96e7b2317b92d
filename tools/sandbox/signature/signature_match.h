/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_SIGNATURE_MATCH_H
#define SANDBOX_SIGNATURE_MATCH_H

#include "play/call.h"
#include "signature/authorization.h"

#include <stdbool.h>
#include <stdint.h>

/* What is known of the signature while it is checked. */
typedef struct signature_inquiry {
    sandbox_call *call;
    const char *service; /* that the credential has to be scoped to */
    sandbox_authorization authorization;
    int64_t stamp_s;
    char secret_access_key[SESSION_SECRET_SIZE];
    const market_access_key *key; /* NULL: a temporary one */
    uint64_t identity;
    char identity_name[IDENTITY_NAME_SIZE];
} signature_inquiry;

/*
 * Whether the signature is that of the request as it was received, the body included.
 * Otherwise the call has been refused, with the strings that should have been signed.
 */
bool signature_matches(const signature_inquiry *check);

#endif
