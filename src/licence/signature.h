/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_LICENCE_SIGNATURE_H
#define ENT_LICENCE_SIGNATURE_H

#include "crypto/signer_key.h"
#include "token/compact.h"

#include <entitle/error.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct jwt;

/*
 * The payload of a licence whose signature holds. ent_licence_signature_check() alone
 * makes one, and claims are read from nothing else.
 */
typedef struct ent_signed_licence {
    const char *text; /* the compact form keeps it */
    size_t length;
    struct jwt *grants; /* the same as libjwt has read it */
} ent_signed_licence;

/*
 * The one place where libjwt comes in. What it would let pass is refused before it is
 * called: `compact` is canonical, the header has pinned the algorithm of `key`, and
 * here the signature is measured.
 *
 * libjwt parses the payload before it has verified anything, so that has to be JSON by
 * the strict grammar first: ENTITLE_BAD_PAYLOAD, and nothing is known of the signature.
 * Otherwise ENTITLE_BAD_SIGNATURE, or no memory. Clear it in either case.
 */
ENTITLE_CHECKED entitle_status ent_licence_signature_check(
    const ent_signer_key *key,
    const ent_compact *compact,
    const char *licence,
    size_t length,
    ent_signed_licence *out,
    entitle_error *error);
void ent_signed_licence_clear(ent_signed_licence *licence);

/* Whether libjwt has read the same value; `text` NULL: that there is none. */
bool ent_signed_licence_has_text(
    const ent_signed_licence *licence, const char *name, const char *text);
bool ent_signed_licence_has_integer(
    const ent_signed_licence *licence, const char *name, int64_t integer);

#endif
