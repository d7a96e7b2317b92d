/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Tokens that are signed by the right key, whatever they say: the first line of an
 * input is the header, the rest the payload. So the readers behind the signature are
 * tried through entitle_verify(), and the verdict has to be that of a plain reading of
 * both texts, in both directions: nothing is valid that should not be, and nothing
 * refused that is in order.
 */
#include "base/json.h"
#include "fuzz.h"
#include "support/fake_runtime.h"
#include "support/token_forge.h"

#include <entitle/token.h>

#include <math.h>
#include <string.h>
#include <strings.h>

enum { LEEWAY_S = 300, TOKEN_LIMIT = 64 * 1024 };

static bool
is_text(const ent_json *object, const char *name, const char *want)
{
    const char *text = ent_json_string(ent_json_member(object, name));

    return text != NULL && strcmp(text, want) == 0;
}

static bool
is_header_in_order(const ent_json *header)
{
    static const char *const forbidden[] = { "crit", "b64", "jwk", "jku",
                                             "x5u",  "x5c", "zip" };
    const ent_json *type = ent_json_member(header, "typ");
    const char *type_text = ent_json_string(type);

    for (size_t i = 0; i < sizeof(forbidden) / sizeof(forbidden[0]); i++) {
        if (ent_json_member(header, forbidden[i]) != NULL) {
            return false;
        }
    }
    return is_text(header, "alg", "PS256") &&
           (type == NULL || (type_text != NULL && strcasecmp(type_text, "JWT") == 0));
}

/* In at least one spelling, and in none anything else. */
static bool
says(
    const ent_json *payload,
    const char *const spellings[2],
    const char *text,
    bool may_be_number_1)
{
    size_t count = 0;

    for (size_t i = 0; i < 2; i++) {
        const ent_json *value = ent_json_member(payload, spellings[i]);
        double said = 0;
        if (value == NULL) {
            continue;
        }
        if (!is_text(payload, spellings[i], text) &&
            !(may_be_number_1 && ent_json_number(value, &said) && said == 1)) {
            return false;
        }
        count++;
    }
    return count > 0;
}

/* Whether a date is absent or a number that is not after, or not before, the bound. */
static bool
is_date_within(const ent_json *payload, const char *name, double from_s, double to_s)
{
    const ent_json *value = ent_json_member(payload, name);
    double date_s = 0;

    return value == NULL ||
           (ent_json_number(value, &date_s) && date_s > from_s && date_s <= to_s);
}

static bool
is_payload_in_order(const ent_json *payload)
{
    static const char *const code[] = { "ProductCode", "productCode" };
    static const char *const nonce[] = { "Nonce", "nonce" };
    static const char *const version[] = { "PublicKeyVersion", "publicKeyVersion" };

    return says(payload, code, FORGE_PRODUCT_CODE, false) &&
           says(payload, nonce, FORGE_NONCE, false) &&
           says(payload, version, "1", true) &&
           is_date_within(payload, "iat", -HUGE_VAL, FAKE_NOW_S + LEEWAY_S) &&
           is_date_within(payload, "nbf", -HUGE_VAL, FAKE_NOW_S + LEEWAY_S) &&
           is_date_within(payload, "exp", FAKE_NOW_S - LEEWAY_S, HUGE_VAL);
}

/* Whether a date of rotation is said twice: they may agree in form or in meaning. */
static bool
may_conflict(const ent_json *payload)
{
    return ent_json_member(payload, "PublicKeyRotationTimestamp") != NULL &&
           ent_json_member(payload, "publicKeyRotationTimestamp") != NULL;
}

typedef enum plain_verdict {
    IN_ORDER,
    NOT_IN_ORDER,
    IN_ORDER_UNLESS_CONFLICT
} plain_verdict;

static plain_verdict
read_plainly(const forge_recipe *recipe)
{
    ent_json *header =
        ent_json_parse_object(recipe->header, recipe->header_length, NULL);
    ent_json *payload =
        ent_json_parse_object(recipe->payload, recipe->payload_length, NULL);
    plain_verdict verdict = NOT_IN_ORDER;

    if (header != NULL && payload != NULL && is_header_in_order(header) &&
        is_payload_in_order(payload)) {
        verdict = may_conflict(payload) ? IN_ORDER_UNLESS_CONFLICT : IN_ORDER;
    }
    ent_json_free(header);
    ent_json_free(payload);
    return verdict;
}

static entitle_keyring *
keyring_new(const entitle_runtime *runtime)
{
    entitle_keyring *keyring = NULL;
    char *pem = forge_pem(forge_pkey(FORGE_KEY), FORGE_SPKI);

    FUZZ_REQUIRE(entitle_keyring_new(runtime, &keyring, NULL) == ENTITLE_OK);
    FUZZ_REQUIRE(entitle_keyring_add(keyring, 1, pem, strlen(pem), NULL) == ENTITLE_OK);
    free(pem);
    return keyring;
}

static void
require_verdict(
    const entitle_verification *verification, const forge_recipe *recipe, size_t length)
{
    bool is_valid = entitle_verification_is_valid(verification);
    bool passes_header = entitle_verification_check(
                             verification, ENTITLE_CHECK_HEADER) == ENTITLE_CHECK_PASS;

    plain_verdict want = length <= TOKEN_LIMIT ? read_plainly(recipe) : NOT_IN_ORDER;

    FUZZ_REQUIRE(is_valid ? want != NOT_IN_ORDER : want != IN_ORDER);
    FUZZ_REQUIRE(
        is_valid == (entitle_verification_reason(verification) == ENTITLE_VERIFIED));
    /* The right key did sign it. */
    FUZZ_REQUIRE(
        passes_header ==
        (entitle_verification_check(verification, ENTITLE_CHECK_SIGNATURE) ==
         ENTITLE_CHECK_PASS));
}

static void
check(const forge_recipe *recipe)
{
    static fake_runtime fake;
    static entitle_keyring *keyring;
    const entitle_expectation expectation = {
        .struct_size = sizeof(expectation),
        .product_code = FORGE_PRODUCT_CODE,
        .nonce = FORGE_NONCE,
        .at_s = FAKE_NOW_S,
    };
    entitle_verification *verification = NULL;

    if (keyring == NULL) {
        fake_runtime_init(&fake);
        keyring = keyring_new(&fake.runtime);
    }
    char *token = forge_token(recipe);
    int64_t blocks_before = fake.blocks_in_use;
    FUZZ_REQUIRE(
        entitle_verify(
            keyring, token, strlen(token), &expectation, &verification, NULL) ==
        ENTITLE_OK);
    require_verdict(verification, recipe, strlen(token));
    entitle_verification_free(verification);
    FUZZ_REQUIRE(fake.blocks_in_use == blocks_before);
    free(token);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    const uint8_t *line_end = memchr(bytes, '\n', length);

    /* The recipe takes a length of zero for a text that ends with a NUL. */
    if (line_end == NULL || line_end == bytes || line_end + 1 == bytes + length) {
        return 0;
    }
    const forge_recipe recipe = {
        .header = (const char *)bytes,
        .header_length = (size_t)(line_end - bytes),
        .payload = (const char *)line_end + 1,
        .payload_length = (size_t)(bytes + length - line_end - 1),
    };
    check(&recipe);
    return 0;
}
