/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_TOKEN_CLAIMS_H
#define ENT_TOKEN_CLAIMS_H

#include "base/json.h"
#include "base/warnings.h"
#include "token/signature.h"

#include <entitle/token.h>

/*
 * `iat`, `nbf`, `exp` (RFC 7519 §2): seconds, perhaps with a fraction. Always finite.
 */
typedef struct ent_numeric_date {
    bool is_present;
    double at_s;
} ent_numeric_date;

/* The whole second, or the nearest that can be said. */
int64_t ent_numeric_date_s(ent_numeric_date date);

/* What a signed payload says. The texts belong to `json`. */
struct entitle_claims {
    ent_json *json;
    const char *text; /* the whole payload; the token keeps it */
    const char *product_code;
    const char *nonce; /* NULL where the token has none */
    uint32_t key_version;
    ent_numeric_date issued_at;
    ent_numeric_date not_before;
    ent_numeric_date expires_at;
    bool has_key_rotated_at;
    int64_t key_rotated_at_s;
};

/*
 * Reads an entitlement. ENTITLE_BAD_PAYLOAD, ENTITLE_CLAIM_CONFLICT, or no memory.
 * Clear it in either case.
 */
ENTITLE_CHECKED entitle_status ent_claims_read(
    const ent_signed_payload *payload,
    entitle_claims *out,
    ent_warnings *warnings,
    entitle_error *error);
void ent_claims_clear(entitle_claims *claims);

#endif
