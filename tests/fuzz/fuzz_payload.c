/* SPDX-License-Identifier: Apache-2.0 */

/*
 * What stands behind the signature: the readers of a payload that AWS has signed, and
 * the judgement of its claims. A plain reading of the same JSON says what an accepted
 * payload must hold at least, and what is expected of a token is varied to see that
 * each expectation is kept.
 */
#include "fuzz.h"
#include "support/fake_runtime.h"
#include "token/claims.h"
#include "token/judgement.h"

#include <cjson/cJSON.h>

#include <string.h>

static bool
holds(const entitle_claims *claims, const ent_judgement_terms *terms)
{
    entitle_check_result checks[ENTITLE_CHECK_COUNT] = { ENTITLE_CHECK_NOT_REACHED };
    ent_warnings warnings = { 0 };
    entitle_error error = { .status = ENTITLE_OK };
    entitle_status status = ent_judge(claims, terms, checks, &warnings, &error);

    FUZZ_REQUIRE(status == error.status);
    FUZZ_REQUIRE(
        status == ENTITLE_OK ||
        entitle_status_category(status) == ENTITLE_CATEGORY_NOT_AUTHENTIC);
    FUZZ_REQUIRE(
        (checks[ENTITLE_CHECK_TIME] == ENTITLE_CHECK_PASS) == (status == ENTITLE_OK));
    return status == ENTITLE_OK;
}

/* Either spelling says it, and none says anything else. */
static void
require_text(
    const cJSON *payload, const char *reference, const char *sample, const char *text)
{
    const char *const names[] = { reference, sample };
    bool is_said = false;

    for (size_t i = 0; i < 2; i++) {
        const cJSON *value = cJSON_GetObjectItemCaseSensitive(payload, names[i]);
        if (value != NULL && !(text == NULL && cJSON_IsNull(value))) {
            FUZZ_REQUIRE(cJSON_IsString(value) && text != NULL);
            FUZZ_REQUIRE(strcmp(value->valuestring, text) == 0);
            is_said = true;
        }
    }
    FUZZ_REQUIRE(is_said == (text != NULL));
}

static void
require_claims_are_said(const entitle_claims *claims, const char *text)
{
    cJSON *payload = cJSON_Parse(text);

    FUZZ_REQUIRE(cJSON_IsObject(payload));
    FUZZ_REQUIRE(claims->product_code != NULL && claims->product_code[0] != '\0');
    FUZZ_REQUIRE(claims->key_version >= 1 && claims->key_version <= INT32_MAX);
    require_text(payload, "ProductCode", "productCode", claims->product_code);
    require_text(payload, "Nonce", "nonce", claims->nonce);
    cJSON_Delete(payload);
}

/* A date that AWS's clock and this one cannot both be right about. */
static bool
is_out_of_time(const char *text, bool nonce_proves_freshness)
{
    cJSON *payload = cJSON_Parse(text);
    const cJSON *iat = cJSON_GetObjectItemCaseSensitive(payload, "iat");
    const cJSON *nbf = cJSON_GetObjectItemCaseSensitive(payload, "nbf");
    const cJSON *exp = cJSON_GetObjectItemCaseSensitive(payload, "exp");
    bool is_out = (iat != NULL && iat->valuedouble > FAKE_NOW_S + 300 &&
                   !nonce_proves_freshness) ||
                  (nbf != NULL && nbf->valuedouble > FAKE_NOW_S + 300) ||
                  (exp != NULL && exp->valuedouble <= FAKE_NOW_S - 300);

    cJSON_Delete(payload);
    return is_out;
}

static void
require_each_expectation_is_kept(const entitle_claims *claims, const char *text)
{
    const ent_judgement_terms same = {
        .product_code = claims->product_code,
        .nonce = claims->nonce,
        .key_version = claims->key_version,
        .now_s = FAKE_NOW_S,
    };
    ent_judgement_terms other = same;

    FUZZ_REQUIRE(holds(claims, &same) == !is_out_of_time(text, false));
    other.nonce_is_fresh = true;
    FUZZ_REQUIRE(holds(claims, &other) == !is_out_of_time(text, claims->nonce != NULL));
    other.nonce = "a nonce of nobody";
    FUZZ_REQUIRE(
        !holds(claims, &other) ||
        (claims->nonce != NULL && strcmp(claims->nonce, other.nonce) == 0));
    other = same;
    other.key_version++;
    FUZZ_REQUIRE(!holds(claims, &other));
    other = same;
    other.product_code = "p";
    FUZZ_REQUIRE(!holds(claims, &other) || strcmp(claims->product_code, "p") == 0);
}

static void
use_getters(const entitle_claims *claims)
{
    int64_t moment_s = 0;

    (void)entitle_claims_issued_at(claims, &moment_s);
    if (entitle_claims_key_rotated_at(claims, &moment_s)) {
        FUZZ_REQUIRE(moment_s >= -62167219200 - 86400);
        FUZZ_REQUIRE(moment_s <= 253402300799 + 86400);
    }
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    /* Decoded payloads end in NUL; those that hold one have to be refused. */
    char *text = malloc(length + 1);
    entitle_claims claims;
    ent_warnings warnings = { 0 };

    FUZZ_REQUIRE(text != NULL);
    memcpy(text, bytes, length);
    text[length] = '\0';
    const ent_signed_payload payload = { text, length };
    entitle_status status = ent_claims_read(&payload, &claims, &warnings, NULL);

    if (status == ENTITLE_OK) {
        FUZZ_REQUIRE(strlen(text) == length);
        require_claims_are_said(&claims, text);
        require_each_expectation_is_kept(&claims, text);
        use_getters(&claims);
    } else {
        FUZZ_REQUIRE(status == ENTITLE_BAD_PAYLOAD || status == ENTITLE_CLAIM_CONFLICT);
    }
    ent_claims_clear(&claims);
    free(text);
    return 0;
}
