/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_LICENCE_CLAIMS_H
#define ENT_LICENCE_CLAIMS_H

#include "base/json.h"
#include "licence/signature.h"

#include <entitle/licence.h>

#define ENT_LICENCE_FORMAT "entitle-licence-1"

enum {
    ENT_LICENCE_ID_MAX = 64,
    ENT_LICENCE_LICENSEE_MAX = 255,
    ENT_LICENCE_FEATURE_COUNT_MAX = 64,
    ENT_LICENCE_FEATURE_MAX = 64,
    ENT_LICENCE_ACCOUNT_SIZE = 12,
    ENT_LICENCE_HOST_MAX = 253
};

/* What a signed payload says. The texts belong to `json`. */
struct entitle_licence {
    ent_json *json;
    const char *text; /* the whole payload; the verification keeps it */
    const char *id;
    const char *product_code;
    const char *licensee;
    const char *account; /* NULL where it is not bound, as the next */
    const char *host;
    int64_t issued_at_s;
    int64_t not_before_s;
    int64_t expires_at_s;
    bool has_seats;
    uint32_t seats;
    size_t feature_count;
    const char *features[ENT_LICENCE_FEATURE_COUNT_MAX];
};

/*
 * Reads a licence. ENTITLE_BAD_PAYLOAD, also where libjwt has read something else, or
 * no memory. Clear it in either case.
 */
ENTITLE_CHECKED entitle_status ent_licence_claims_read(
    const ent_signed_licence *payload, entitle_licence *out, entitle_error *error);
void ent_licence_claims_clear(entitle_licence *licence);

#endif
