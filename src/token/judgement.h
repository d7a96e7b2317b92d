/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_TOKEN_JUDGEMENT_H
#define ENT_TOKEN_JUDGEMENT_H

#include "base/warnings.h"
#include "token/claims.h"

#include <entitle/token.h>

#include <stdbool.h>
#include <stdint.h>

/* By how much the clocks of AWS and of this machine may differ. */
enum { ENT_LEEWAY_S = 300 };

/* What claims are held against. */
typedef struct ent_judgement_terms {
    const char *product_code; /* NULL: not asked */
    const char *nonce;        /* NULL: not asked */
    bool nonce_is_fresh;
    uint32_t key_version; /* of the key under which the signature held */
    int64_t now_s;
} ent_judgement_terms;

/*
 * The decision, a pure function of claims and terms: sets the checks from
 * ENTITLE_CHECK_PRODUCT_CODE on, up to the first that fails, but leaves those for which
 * nothing is asked. ENTITLE_OK, or the status of the one that failed.
 */
ENTITLE_CHECKED entitle_status ent_judge(
    const entitle_claims *claims,
    const ent_judgement_terms *terms,
    entitle_check_result checks[ENTITLE_CHECK_COUNT],
    ent_warnings *warnings,
    entitle_error *error);

#endif
