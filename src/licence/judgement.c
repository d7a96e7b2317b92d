/* SPDX-License-Identifier: Apache-2.0 */
#include "licence/judgement.h"

#include "base/error.h"
#include "base/runtime.h"
#include "base/timestamp.h"
#include "licence/mark.h"
#include "licence/place.h"
#include "token/judgement.h"

#include <string.h>

static entitle_status
judge_product(
    const entitle_licence *licence,
    const entitle_licence_expectation *expected,
    entitle_error *error)
{
    if (strcmp(licence->product_code, expected->product_code) == 0) {
        return ENTITLE_OK;
    }
    ent_fail(
        error,
        ENTITLE_PRODUCT_CODE_MISMATCH,
        "the licence is for the product '%.64s', not for '%.64s'",
        licence->product_code,
        expected->product_code);
    ent_hint(error, "give this program the licence that was issued for its product");
    return ENTITLE_PRODUCT_CODE_MISMATCH;
}

static entitle_status
refuse_date(
    entitle_error *error,
    entitle_status status,
    const char *sentence,
    int64_t at_s,
    const char *hint)
{
    char text[ENT_TIMESTAMP_SIZE];

    ent_timestamp_iso(at_s, text);
    ent_fail(error, status, "the licence %s %s", sentence, text);
    ent_hint(error, "%s", hint);
    return status;
}

static entitle_status
judge_time(const entitle_licence *licence, int64_t now_s, entitle_error *error)
{
    if (licence->not_before_s > now_s + ENT_LEEWAY_S) {
        return refuse_date(
            error,
            ENTITLE_NOT_YET_VALID,
            "is not valid before",
            licence->not_before_s,
            "start then; if it is later already, set this machine's clock");
    }
    if (licence->issued_at_s > now_s + ENT_LEEWAY_S) {
        return refuse_date(
            error,
            ENTITLE_ISSUED_IN_FUTURE,
            "was issued in the future, at",
            licence->issued_at_s,
            "set this machine's clock, or the one on which the licence was issued");
    }
    if (licence->expires_at_s <= now_s - ENT_LEEWAY_S) {
        return refuse_date(
            error,
            ENTITLE_EXPIRED,
            "expired at",
            licence->expires_at_s,
            "ask the seller to renew the licence; if it should last, look at this "
            "machine's clock");
    }
    return ENTITLE_OK;
}

static entitle_status
note(entitle_check_result *step, entitle_status status)
{
    *step = status == ENTITLE_OK ? ENTITLE_CHECK_PASS : ENTITLE_CHECK_FAIL;
    return status;
}

entitle_status
ent_licence_judge(
    const entitle_runtime *runtime,
    const entitle_licence *licence,
    const entitle_licence_expectation *expected,
    entitle_check_result steps[ENTITLE_LICENCE_STEP_COUNT],
    entitle_error *error)
{
    int64_t now_s = expected->at_s != 0 ? expected->at_s : ent_now_s(runtime);
    entitle_status status = ENTITLE_OK;

    if (expected->product_code != NULL) {
        status = note(
            &steps[ENTITLE_LICENCE_PRODUCT_CODE],
            judge_product(licence, expected, error));
    }
    if (status == ENTITLE_OK && expected->state_file != NULL) {
        status = note(
            &steps[ENTITLE_LICENCE_CLOCK],
            ent_licence_mark_advance(runtime, expected->state_file, now_s, error));
    }
    if (status == ENTITLE_OK) {
        status = note(&steps[ENTITLE_LICENCE_TIME], judge_time(licence, now_s, error));
    }
    if (status == ENTITLE_OK) {
        status = ent_licence_judge_account(
            runtime, licence, expected, &steps[ENTITLE_LICENCE_ACCOUNT], error);
    }
    if (status == ENTITLE_OK) {
        status = ent_licence_judge_host(
            licence, expected, &steps[ENTITLE_LICENCE_HOST], error);
    }
    return status;
}
