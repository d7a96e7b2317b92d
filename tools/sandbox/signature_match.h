/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_SIGNATURE_MATCH_H
#define SANDBOX_SIGNATURE_MATCH_H

#include "authorization.h"
#include "call.h"

#include <stdbool.h>
#include <stdint.h>

#define SIGNATURE_SERVICE "aws-marketplace"

/* What is known of the signature while it is checked. */
typedef struct signature_inquiry {
    sandbox_call *call;
    sandbox_authorization authorization;
    int64_t stamp_s;
    const char *secret_access_key;
    char identity[IDENTITY_NAME_SIZE];
} signature_inquiry;

/*
 * Whether the signature is that of the request as it was received, the body included.
 * Otherwise the call has been refused, with the strings that should have been signed.
 */
bool signature_matches(const signature_inquiry *check);

#endif
