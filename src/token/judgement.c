/* SPDX-License-Identifier: Apache-2.0 */
#include "token/judgement.h"

#include "base/error.h"
#include "base/memory.h"
#include "base/timestamp.h"

#include <string.h>

static entitle_status
judge_product_code(
    const entitle_claims *claims,
    const ent_judgement_terms *terms,
    entitle_error *error)
{
    if (strcmp(claims->product_code, terms->product_code) != 0) {
        return ent_fail(
            error,
            ENTITLE_PRODUCT_CODE_MISMATCH,
            "the token is for the product code '%.64s', not for '%.64s'",
            claims->product_code,
            terms->product_code);
    }
    return ENTITLE_OK;
}

static entitle_status
judge_nonce(
    const entitle_claims *claims,
    const ent_judgement_terms *terms,
    entitle_error *error)
{
    if (claims->nonce == NULL) {
        return ent_fail(
            error,
            ENTITLE_NONCE_MISMATCH,
            "the token has no nonce, where one was asked for");
    }
    if (!ent_equal_in_constant_time(claims->nonce, terms->nonce)) {
        return ent_fail(
            error,
            ENTITLE_NONCE_MISMATCH,
            "the token's nonce is not the one asked for");
    }
    return ENTITLE_OK;
}

static entitle_status
judge_key_version(
    const entitle_claims *claims,
    const ent_judgement_terms *terms,
    entitle_error *error)
{
    if (claims->key_version != terms->key_version) {
        return ent_fail(
            error,
            ENTITLE_KEY_VERSION_MISMATCH,
            "the token names key version %u, but the key of version %u signed it",
            claims->key_version,
            terms->key_version);
    }
    return ENTITLE_OK;
}

static entitle_status
refuse_date(
    ent_numeric_date date,
    entitle_status status,
    const char *sentence,
    entitle_error *error)
{
    char text[ENT_TIMESTAMP_SIZE];

    ent_timestamp_iso(ent_numeric_date_s(date), text);
    return ent_fail(error, status, "the token %s %s", sentence, text);
}

static entitle_status
judge_time(
    const entitle_claims *claims,
    const ent_judgement_terms *terms,
    ent_warnings *warnings,
    entitle_error *error)
{
    double earliest_s = (double)terms->now_s - (double)ENT_LEEWAY_S;
    double latest_s = (double)terms->now_s + (double)ENT_LEEWAY_S;
    bool seems_early =
        claims->issued_at.is_present && claims->issued_at.at_s > latest_s;

    /* Nobody could sign this nonce before it was made: then the clock here is wrong. */
    if (seems_early && terms->nonce != NULL && terms->nonce_is_fresh) {
        ent_warn(
            warnings, "the token was issued in the future by this machine's clock");
    } else if (seems_early) {
        return refuse_date(
            claims->issued_at,
            ENTITLE_ISSUED_IN_FUTURE,
            "was issued in the future, at",
            error);
    }
    if (claims->not_before.is_present && claims->not_before.at_s > latest_s) {
        return refuse_date(
            claims->not_before, ENTITLE_NOT_YET_VALID, "is not valid before", error);
    }
    if (claims->expires_at.is_present && claims->expires_at.at_s <= earliest_s) {
        return refuse_date(claims->expires_at, ENTITLE_EXPIRED, "expired at", error);
    }
    return ENTITLE_OK;
}

static entitle_status
note(entitle_check_result *check, entitle_status status)
{
    *check = status == ENTITLE_OK ? ENTITLE_CHECK_PASS : ENTITLE_CHECK_FAIL;
    return status;
}

entitle_status
ent_judge(
    const entitle_claims *claims,
    const ent_judgement_terms *terms,
    entitle_check_result checks[ENTITLE_CHECK_COUNT],
    ent_warnings *warnings,
    entitle_error *error)
{
    entitle_status status = ENTITLE_OK;

    if (terms->product_code != NULL) {
        status = note(
            &checks[ENTITLE_CHECK_PRODUCT_CODE],
            judge_product_code(claims, terms, error));
    }
    if (status == ENTITLE_OK && terms->nonce != NULL) {
        status = note(&checks[ENTITLE_CHECK_NONCE], judge_nonce(claims, terms, error));
    }
    if (status == ENTITLE_OK) {
        status = note(
            &checks[ENTITLE_CHECK_KEY_VERSION],
            judge_key_version(claims, terms, error));
    }
    if (status == ENTITLE_OK) {
        status = note(
            &checks[ENTITLE_CHECK_TIME], judge_time(claims, terms, warnings, error));
    }
    return status;
}
