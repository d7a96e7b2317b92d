/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_TOKEN_SIGNATURE_H
#define ENT_TOKEN_SIGNATURE_H

#include "token/compact.h"

#include <entitle/keyring.h>

/*
 * The payload of a token whose signature holds. ent_signature_check() alone makes one,
 * and claims are read from nothing else.
 */
typedef struct ent_signed_payload {
    const char *text; /* the token keeps it */
    size_t length;
} ent_signed_payload;

/*
 * Tries the key of `key_version`, which the ring holds, or with 0 all of them, the
 * highest version first. `*key` is the one that verified, or the last that was tried.
 * ENTITLE_BAD_SIGNATURE, or no memory.
 */
ENTITLE_CHECKED entitle_status ent_signature_check(
    const entitle_keyring *keyring,
    uint32_t key_version,
    const ent_compact *compact,
    const entitle_key **key,
    ent_signed_payload *out,
    entitle_error *error);

#endif
