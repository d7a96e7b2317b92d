/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Licences. An input with a line end is a header and a payload that the right key
 * signs, so that the readers behind the signature, libjwt's among them, are tried, too:
 * what is valid has to be in order by a plain reading. Any other input is a licence as
 * it stands, and nobody has signed it.
 */
#include "base/json.h"
#include "fuzz.h"
#include "support/fake_runtime.h"
#include "support/licence_forge.h"
#include "support/token_forge.h"

#include <entitle/licence.h>

#include <string.h>
#include <strings.h>

enum { LEEWAY_S = 300, LICENCE_LIMIT = 64 * 1024 };

static fake_runtime fake;
static entitle_licence_keys *keys;

static const char *
text_of(const ent_json *object, const char *name)
{
    return ent_json_string(ent_json_member(object, name));
}

static bool
is_text(const ent_json *object, const char *name, const char *want)
{
    const char *text = text_of(object, name);

    return text != NULL && strcmp(text, want) == 0;
}

static bool
is_date_within(const ent_json *payload, const char *name, double from_s, double to_s)
{
    double date_s = 0;

    return ent_json_number(ent_json_member(payload, name), &date_s) &&
           date_s > from_s && date_s <= to_s;
}

static bool
is_header_in_order(const ent_json *header)
{
    const ent_json *type = ent_json_member(header, "typ");
    const char *type_text = ent_json_string(type);

    return is_text(header, "alg", "ES256") && is_text(header, "kid", LICENCE_KEY_ID) &&
           ent_json_member_count(header) == (type != NULL ? 3u : 2u) &&
           (type == NULL || (type_text != NULL && strcasecmp(type_text, "JWT") == 0));
}

static bool
is_payload_in_order(const ent_json *payload)
{
    const double latest_s = 253402300799.0;

    return is_text(payload, "format", "entitle-licence-1") &&
           is_text(payload, "product", LICENCE_PRODUCT) &&
           text_of(payload, "jti") != NULL && text_of(payload, "licensee") != NULL &&
           is_date_within(payload, "iat", -1, FAKE_NOW_S + LEEWAY_S) &&
           is_date_within(payload, "nbf", -1, FAKE_NOW_S + LEEWAY_S) &&
           is_date_within(payload, "exp", FAKE_NOW_S - LEEWAY_S, latest_s) &&
           (ent_json_member(payload, "host") == NULL ||
            is_text(payload, "host", "db7")) &&
           (ent_json_member(payload, "account") == NULL ||
            is_text(payload, "account", "123456789012"));
}

static entitle_licence_verification *
verify(const char *licence, size_t length)
{
    const entitle_licence_expectation expectation = {
        .struct_size = sizeof(expectation),
        .product_code = LICENCE_PRODUCT,
        .account = "123456789012",
        .host = "db7",
        .at_s = FAKE_NOW_S,
    };
    entitle_licence_verification *verification = NULL;

    FUZZ_REQUIRE(
        entitle_licence_verify(
            keys, licence, length, &expectation, &verification, NULL) == ENTITLE_OK);
    FUZZ_REQUIRE(
        entitle_licence_verification_is_valid(verification) ==
        (entitle_licence_verification_reason(verification) == ENTITLE_VERIFIED));
    FUZZ_REQUIRE(
        entitle_licence_verification_is_valid(verification) ==
        (entitle_licence_verification_hint(verification)[0] == '\0'));
    return verification;
}

static void
check_signed(const licence_recipe *recipe)
{
    char *licence = licence_forge(recipe);
    ent_json *header =
        ent_json_parse_object(recipe->header, recipe->header_length, NULL);
    ent_json *payload =
        ent_json_parse_object(recipe->payload, recipe->payload_length, NULL);
    entitle_licence_verification *verification = verify(licence, strlen(licence));
    bool is_header_right = header != NULL && is_header_in_order(header) &&
                           strlen(licence) <= LICENCE_LIMIT;
    entitle_check_result signature =
        entitle_licence_verification_step(verification, ENTITLE_LICENCE_SIGNATURE);

    if (entitle_licence_verification_is_valid(verification)) {
        FUZZ_REQUIRE(is_header_right);
        FUZZ_REQUIRE(payload != NULL && is_payload_in_order(payload));
    }
    /* The right key did sign it: nothing but what it says can be wrong. */
    FUZZ_REQUIRE(signature != ENTITLE_CHECK_FAIL);
    FUZZ_REQUIRE(
        !is_header_right || signature == ENTITLE_CHECK_PASS ||
        entitle_licence_verification_reason(verification) == ENTITLE_BAD_PAYLOAD);
    entitle_licence_verification_free(verification);
    ent_json_free(header);
    ent_json_free(payload);
    free(licence);
}

static void
check_unsigned(const char *text, size_t length)
{
    entitle_licence_verification *verification = verify(text, length);
    char *header = NULL;
    char *payload = NULL;

    FUZZ_REQUIRE(!entitle_licence_verification_is_valid(verification));
    FUZZ_REQUIRE(entitle_licence_verification_licence(verification) == NULL);
    entitle_licence_verification_free(verification);
    if (entitle_licence_read_unverified(text, length, &header, &payload, NULL) ==
        ENTITLE_OK) {
        FUZZ_REQUIRE(header != NULL && payload != NULL);
    }
    entitle_licence_text_free(header);
    entitle_licence_text_free(payload);
}

static void
make_keys(void)
{
    char *pem = forge_pem(forge_pkey(FORGE_KEY_EC), FORGE_SPKI);

    fake_runtime_init(&fake);
    FUZZ_REQUIRE(entitle_licence_keys_new(&fake.runtime, &keys, NULL) == ENTITLE_OK);
    FUZZ_REQUIRE(
        entitle_licence_keys_add(keys, LICENCE_KEY_ID, pem, strlen(pem), NULL) ==
        ENTITLE_OK);
    free(pem);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    const uint8_t *line_end = length > 0 ? memchr(bytes, '\n', length) : NULL;

    if (keys == NULL) {
        make_keys();
    }
    int64_t blocks_before = fake.blocks_in_use;
    if (line_end == NULL) {
        check_unsigned(length > 0 ? (const char *)bytes : "", length);
    } else if (line_end != bytes && line_end + 1 != bytes + length) {
        /* The recipe takes a length of zero for a text that ends with a NUL. */
        const licence_recipe recipe = {
            .header = (const char *)bytes,
            .header_length = (size_t)(line_end - bytes),
            .payload = (const char *)line_end + 1,
            .payload_length = (size_t)(bytes + length - line_end - 1),
        };
        check_signed(&recipe);
    }
    FUZZ_REQUIRE(fake.blocks_in_use == blocks_before);
    return 0;
}
