/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_WEB_IDENTITY_H
#define SANDBOX_WEB_IDENTITY_H

#include "base/buffer.h"

#include <stdbool.h>
#include <stdint.h>

enum { WEB_IDENTITY_SENTENCE = 256, WEB_IDENTITY_LIMIT = 20000 };

/*
 * What a pod's service account token says. Its form, audience and expiry are checked,
 * its signature is not: a token of a real cluster will do as well as the sandbox's own.
 */
typedef struct web_identity {
    ent_buffer issuer;
    ent_buffer subject;
    /* Tells the pod from all others: its UID, else issuer and subject. */
    ent_buffer pod;
} web_identity;

/* Why a token was refused, with the name that STS has for it. */
typedef struct web_identity_fault {
    const char *error_name;
    char sentence[WEB_IDENTITY_SENTENCE];
} web_identity_fault;

/* Either way to be cleared afterwards. */
bool web_identity_read(
    const entitle_runtime *runtime,
    const char *token,
    const char *audience,
    int64_t now_s,
    web_identity *out,
    web_identity_fault *fault);
void web_identity_clear(web_identity *identity);

#endif
