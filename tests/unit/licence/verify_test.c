/* SPDX-License-Identifier: Apache-2.0 */
#include "support/cmocka.h"
#include "support/fake_runtime.h"
#include "support/licence_forge.h"
#include "support/token_forge.h"

#include <entitle/licence.h>

#include <stdlib.h>
#include <string.h>

enum { YEAR_S = 31536000, LEEWAY_S = 300 };

static fake_runtime fake;
static entitle_licence_keys *keys;

static void
add_key(const char *id, EVP_PKEY *pkey)
{
    char *pem = forge_pem(pkey, FORGE_SPKI);

    assert_int_equal(
        entitle_licence_keys_add(keys, id, pem, strlen(pem), NULL), ENTITLE_OK);
    free(pem);
}

static int
make_keys(void **state)
{
    (void)state;
    fake_runtime_init(&fake);
    assert_int_equal(entitle_licence_keys_new(&fake.runtime, &keys, NULL), ENTITLE_OK);
    add_key(LICENCE_KEY_ID, forge_pkey(FORGE_KEY_EC));
    add_key(LICENCE_RSA_KEY_ID, forge_pkey(FORGE_KEY));
    return 0;
}

static int
free_keys(void **state)
{
    (void)state;
    entitle_licence_keys_free(keys);
    assert_int_equal(fake.blocks_in_use, 0);
    return 0;
}

/* The first letters of the results, but for the "not_": p f r c. */
static const char *
abbreviate(const entitle_licence_verification *verification)
{
    static char text[ENTITLE_LICENCE_STEP_COUNT + 1];
    static const char letters[] = { [ENTITLE_CHECK_NOT_REACHED] = 'r',
                                    [ENTITLE_CHECK_NOT_CHECKED] = 'c',
                                    [ENTITLE_CHECK_FAIL] = 'f',
                                    [ENTITLE_CHECK_PASS] = 'p' };

    for (entitle_licence_step step = 0; step < ENTITLE_LICENCE_STEP_COUNT; step++) {
        text[step] = letters[entitle_licence_verification_step(verification, step)];
    }
    return text;
}

static entitle_licence_verification *
verify(const char *licence, const entitle_licence_expectation *expectation)
{
    entitle_licence_verification *verification = NULL;
    entitle_error error = { .message = "" };
    entitle_status status = entitle_licence_verify(
        keys, licence, strlen(licence), expectation, &verification, &error);

    if (status != ENTITLE_OK) {
        fail_msg("%s: %s", entitle_status_name(status), error.message);
    }
    return verification;
}

static void
check(
    const char *name,
    const char *licence,
    const entitle_licence_expectation *expectation,
    entitle_status want,
    const char *want_steps)
{
    entitle_licence_verification *verification = verify(licence, expectation);
    entitle_status reason = entitle_licence_verification_reason(verification);
    const char *steps = abbreviate(verification);

    if (reason != want || strcmp(steps, want_steps) != 0) {
        fail_msg(
            "%s: %s (%s), %s",
            name,
            entitle_status_name(reason),
            entitle_licence_verification_message(verification),
            steps);
    }
    assert_true(
        entitle_licence_verification_is_valid(verification) ==
        (want == ENTITLE_VERIFIED));
    /* Each refusal has its sentence and its remedy; and nothing is said unproven. */
    assert_true(entitle_licence_verification_message(verification)[0] != '\0');
    assert_true(
        (entitle_licence_verification_hint(verification)[0] == '\0') ==
        (want == ENTITLE_VERIFIED));
    assert_true(
        (entitle_licence_verification_licence(verification) != NULL) ==
        (strncmp(want_steps, "ppppp", 5) == 0));
    entitle_licence_verification_free(verification);
}

#define HEADER(TEXT)  .recipe = { .header = (TEXT) }
#define PAYLOAD(TEXT) .recipe = { .payload = (TEXT) }
#define ES256         "\"alg\":\"ES256\""
#define KID           "\"kid\":\"" LICENCE_KEY_ID "\""

static const struct {
    const char *name;
    licence_recipe recipe;
    entitle_status want;
} headers[] = {
    { "right", HEADER("{" ES256 "," KID "}"), ENTITLE_VERIFIED },
    { "type_in_any_case",
      HEADER("{" ES256 "," KID ",\"typ\":\"jwt\"}"),
      ENTITLE_VERIFIED },
    { "type_other", HEADER("{" ES256 "," KID ",\"typ\":\"JWE\"}"), ENTITLE_BAD_HEADER },
    { "type_number", HEADER("{" ES256 "," KID ",\"typ\":1}"), ENTITLE_BAD_HEADER },
    { "algorithm_none",
      HEADER("{\"alg\":\"none\"," KID "}"),
      ENTITLE_ALGORITHM_NOT_ALLOWED },
    { "algorithm_hs256",
      HEADER("{\"alg\":\"HS256\"," KID "}"),
      ENTITLE_ALGORITHM_NOT_ALLOWED },
    { "algorithm_es384",
      HEADER("{\"alg\":\"ES384\"," KID "}"),
      ENTITLE_ALGORITHM_NOT_ALLOWED },
    { "algorithm_ps256",
      HEADER("{\"alg\":\"PS256\"," KID "}"),
      ENTITLE_ALGORITHM_NOT_ALLOWED },
    { "algorithm_in_other_case",
      HEADER("{\"alg\":\"es256\"," KID "}"),
      ENTITLE_ALGORITHM_NOT_ALLOWED },
    { "algorithm_of_the_other_kind_of_key",
      HEADER("{\"alg\":\"RS256\"," KID "}"),
      ENTITLE_ALGORITHM_NOT_ALLOWED },
    { "algorithm_list",
      HEADER("{\"alg\":[\"ES256\"]," KID "}"),
      ENTITLE_ALGORITHM_NOT_ALLOWED },
    { "algorithm_missing", HEADER("{" KID "}"), ENTITLE_ALGORITHM_NOT_ALLOWED },
    { "algorithm_twice", HEADER("{" ES256 "," KID "," ES256 "}"), ENTITLE_BAD_HEADER },
    { "algorithm_twice_once_escaped",
      HEADER("{" ES256 "," KID ",\"\\u0061lg\":\"none\"}"),
      ENTITLE_BAD_HEADER },
    { "key_id_missing", HEADER("{" ES256 "}"), ENTITLE_BAD_HEADER },
    { "key_id_number", HEADER("{" ES256 ",\"kid\":1}"), ENTITLE_BAD_HEADER },
    { "key_id_version_of_aws",
      HEADER("{" ES256 ",\"kid\":\"1\"}"),
      ENTITLE_BAD_HEADER },
    { "key_id_path",
      HEADER("{" ES256 ",\"kid\":\"../" LICENCE_KEY_ID "\"}"),
      ENTITLE_BAD_HEADER },
    { "key_id_unknown",
      HEADER("{" ES256 ",\"kid\":\"example-2027\"}"),
      ENTITLE_UNKNOWN_LICENCE_KEY },
    { "key_id_in_other_case",
      HEADER("{" ES256 ",\"kid\":\"Example-2026\"}"),
      ENTITLE_UNKNOWN_LICENCE_KEY },
    { "key_within", HEADER("{" ES256 "," KID ",\"jwk\":{}}"), ENTITLE_BAD_HEADER },
    { "critical_member",
      HEADER("{" ES256 "," KID ",\"crit\":[\"exp\"]}"),
      ENTITLE_BAD_HEADER },
    { "any_other_member", HEADER("{" ES256 "," KID ",\"x\":1}"), ENTITLE_BAD_HEADER },
    { "bytes_behind", HEADER("{" ES256 "," KID "}x"), ENTITLE_BAD_HEADER },
    { "list", HEADER("[" ES256 "]"), ENTITLE_BAD_HEADER },
};

/* Where a header is refused, and under which key it was looked for. */
static const char *
steps_of_header(entitle_status want, const char *header)
{
    if (want == ENTITLE_VERIFIED) {
        return "pppppccpcc";
    }
    return want == ENTITLE_UNKNOWN_LICENCE_KEY || strstr(header, "RS256") != NULL
               ? "ppfrrccrcc"
               : "pfrrrccrcc";
}

static void
header_is_judged_before_anything_else(void **state)
{
    const entitle_licence_expectation at = { .struct_size = sizeof(at),
                                             .at_s = FAKE_NOW_S };

    (void)state;
    for (size_t i = 0; i < sizeof(headers) / sizeof(headers[0]); i++) {
        char *licence = licence_forge(&headers[i].recipe);

        check(
            headers[i].name,
            licence,
            &at,
            headers[i].want,
            steps_of_header(headers[i].want, headers[i].recipe.header));
        free(licence);
    }
}

#define MORE(TEXT) PAYLOAD(LICENCE_PAYLOAD_WITH("," TEXT))
#define DATES_TEXT(IAT, NBF, EXP)                                                      \
    "{\"format\":\"entitle-licence-1\",\"jti\":\"l\",\"product\":\"p\","               \
    "\"licensee\":\"x\",\"iat\":" IAT ",\"nbf\":" NBF ",\"exp\":" EXP "}"
#define DATES(IAT, NBF, EXP) PAYLOAD(DATES_TEXT(IAT, NBF, EXP))
#define NAMES(FORMAT, REST)                                                            \
    PAYLOAD("{\"format\":" FORMAT "," REST "\"iat\":1795291200,\"nbf\":1795291200,"    \
            "\"exp\":1826827200}")
#define THREE "\"jti\":\"l\",\"product\":\"p\",\"licensee\":\"x\","

/* GRAMMAR: refused before libjwt gets to parse it, and so before the signature. */
typedef enum payload_want { WRONG = 0, RIGHT, GRAMMAR } payload_want;

static const struct {
    const char *name;
    licence_recipe recipe;
    payload_want want;
} payloads[] = {
    { "right", NAMES("\"entitle-licence-1\"", THREE), RIGHT },
    { "format_of_another_kind", NAMES("\"entitle-licence-2\"", THREE), WRONG },
    { "format_number", NAMES("1", THREE), WRONG },
    { "format_missing",
      PAYLOAD("{" THREE "\"iat\":1795291200,\"nbf\":1795291200,\"exp\":1826827200}"),
      WRONG },
    { "id_missing",
      NAMES("\"entitle-licence-1\"", "\"product\":\"p\",\"licensee\":\"x\","),
      WRONG },
    { "id_empty",
      NAMES(
          "\"entitle-licence-1\"",
          "\"jti\":\"\",\"product\":\"p\",\"licensee\":\"x\","),
      WRONG },
    { "id_with_a_space",
      NAMES(
          "\"entitle-licence-1\"",
          "\"jti\":\"a b\",\"product\":\"p\",\"licensee\":\"x\","),
      WRONG },
    { "product_missing",
      NAMES("\"entitle-licence-1\"", "\"jti\":\"l\",\"licensee\":\"x\","),
      WRONG },
    { "product_with_a_space",
      NAMES(
          "\"entitle-licence-1\"",
          "\"jti\":\"l\",\"product\":\"p p\",\"licensee\":\"x\","),
      WRONG },
    { "licensee_missing",
      NAMES("\"entitle-licence-1\"", "\"jti\":\"l\",\"product\":\"p\","),
      WRONG },
    { "member_twice", MORE("\"product\":\"" LICENCE_PRODUCT "\""), WRONG },
    { "member_twice_once_escaped", MORE("\"\\u0065xp\":1826827200"), WRONG },
    { "member_of_the_sellers", MORE("\"order\":{\"number\":1}"), RIGHT },
    { "nul_in_a_text", MORE("\"x\":\"\\u0000\""), GRAMMAR },
    { "not_utf8", MORE("\"x\":\"\xff\""), GRAMMAR },
    { "bytes_behind", PAYLOAD(LICENCE_PAYLOAD "x"), GRAMMAR },
    { "list", PAYLOAD("[1]"), WRONG },

    { "dates", DATES("1795291200", "1795291200", "1826827200"), RIGHT },
    { "issued_text", DATES("\"1795291200\"", "1795291200", "1826827200"), WRONG },
    { "begin_missing",
      PAYLOAD("{\"format\":\"entitle-licence-1\"," THREE
              "\"iat\":1795291200,\"exp\":1826827200}"),
      WRONG },
    { "end_missing",
      PAYLOAD("{\"format\":\"entitle-licence-1\"," THREE
              "\"iat\":1795291200,\"nbf\":1795291200}"),
      WRONG },
    { "end_null", DATES("1795291200", "1795291200", "null"), WRONG },
    { "end_text", DATES("1795291200", "1795291200", "\"1826827200\""), WRONG },
    { "end_true", DATES("1795291200", "1795291200", "true"), WRONG },
    { "end_fraction", DATES("1795291200", "1795291200", "1826827200.5"), WRONG },
    { "end_float", DATES("1795291200", "1795291200", "1826827200.0"), WRONG },
    { "end_with_exponent", DATES("1795291200", "1795291200", "1.8268272e9"), WRONG },
    { "end_negative", DATES("1795291200", "1795291200", "-1"), WRONG },
    { "end_at_the_last", DATES("1795291200", "1795291200", "253402300799"), RIGHT },
    { "end_after_the_last", DATES("1795291200", "1795291200", "253402300800"), WRONG },
    { "end_beyond_64_bits",
      DATES("1795291200", "1795291200", "18446744073709551616"),
      GRAMMAR },
    { "end_at_the_begin", DATES("1795291200", "1795291200", "1795291200"), WRONG },
    { "end_a_second_later", DATES("1795291200", "1795291200", "1795291201"), RIGHT },

    { "one_seat", MORE("\"seats\":1"), RIGHT },
    { "no_seats", MORE("\"seats\":0"), WRONG },
    { "half_a_seat", MORE("\"seats\":1.5"), WRONG },
    { "seats_text", MORE("\"seats\":\"1\""), WRONG },
    { "many_seats", MORE("\"seats\":2147483647"), RIGHT },
    { "too_many_seats", MORE("\"seats\":2147483648"), WRONG },

    { "no_features", MORE("\"features\":[]"), RIGHT },
    { "features_text", MORE("\"features\":\"export\""), WRONG },
    { "features_object", MORE("\"features\":{\"export\":true}"), WRONG },
    { "feature_number", MORE("\"features\":[1]"), WRONG },
    { "feature_empty", MORE("\"features\":[\"\"]"), WRONG },
    { "feature_twice", MORE("\"features\":[\"a\",\"a\"]"), WRONG },
    { "features_that_differ", MORE("\"features\":[\"a\",\"A\"]"), RIGHT },

    { "account", MORE("\"account\":\"123456789012\""), RIGHT },
    { "account_number", MORE("\"account\":123456789012"), WRONG },
    { "account_short", MORE("\"account\":\"12345678901\""), WRONG },
    { "account_long", MORE("\"account\":\"1234567890123\""), WRONG },
    { "account_null", MORE("\"account\":null"), WRONG },
    { "host", MORE("\"host\":\"db7\""), RIGHT },
    { "host_empty", MORE("\"host\":\"\""), WRONG },
    { "host_with_a_space", MORE("\"host\":\"db 7\""), WRONG },
};

static void
payload_is_read_strictly_after_the_signature(void **state)
{
    const entitle_licence_expectation at = { .struct_size = sizeof(at),
                                             .at_s = FAKE_NOW_S };

    (void)state;
    for (size_t i = 0; i < sizeof(payloads) / sizeof(payloads[0]); i++) {
        static const char *const steps[] = {
            [WRONG] = "ppppfccrcc", [RIGHT] = "pppppccpcc", [GRAMMAR] = "ppprfccrcc"
        };
        payload_want want = payloads[i].want;
        char *licence = licence_forge(&payloads[i].recipe);

        check(
            payloads[i].name,
            licence,
            &at,
            want == RIGHT ? ENTITLE_VERIFIED : ENTITLE_BAD_PAYLOAD,
            steps[want]);
        free(licence);
    }
}

static const entitle_licence_expectation nothing = {
    .struct_size = sizeof(nothing),
    .at_s = FAKE_NOW_S,
};

static void
signature_of_rs256_is_verified(void **state)
{
    const licence_recipe right = { .header = LICENCE_RSA_HEADER,
                                   .key = forge_pkey(FORGE_KEY) };
    const licence_recipe other = { .header = LICENCE_RSA_HEADER,
                                   .key = forge_pkey(FORGE_KEY_OTHER) };
    const licence_recipe longer = { .header = LICENCE_RSA_HEADER,
                                    .key = forge_pkey(FORGE_KEY_3072) };
    const forge_recipe pss = { .header = LICENCE_RSA_HEADER,
                               .payload = LICENCE_PAYLOAD };
    char *licences[] = { licence_forge(&right),
                         licence_forge(&other),
                         licence_forge(&longer),
                         forge_token(&pss) };

    (void)state;
    check("right", licences[0], &nothing, ENTITLE_VERIFIED, "pppppccpcc");
    for (size_t i = 1; i < 4; i++) {
        check("wrong", licences[i], &nothing, ENTITLE_BAD_SIGNATURE, "pppfrccrcc");
    }
    for (size_t i = 0; i < 4; i++) {
        free(licences[i]);
    }
}

static void
signature_of_es256_is_verified(void **state)
{
    EVP_PKEY *other = licence_forge_key("P-256");
    EVP_PKEY *longer = licence_forge_key("P-384");
    const licence_recipe right = { 0 };
    const licence_recipe by_other = { .key = other };
    const licence_recipe by_longer = { .key = longer };
    char *licences[] = { licence_forge(&right),
                         licence_forge(&by_other),
                         licence_forge(&by_longer),
                         licence_forge_with_der(&right) };

    (void)state;
    check("right", licences[0], &nothing, ENTITLE_VERIFIED, "pppppccpcc");
    for (size_t i = 1; i < 4; i++) {
        check("wrong", licences[i], &nothing, ENTITLE_BAD_SIGNATURE, "pppfrccrcc");
    }
    for (size_t i = 0; i < 4; i++) {
        free(licences[i]);
    }
    EVP_PKEY_free(other);
    EVP_PKEY_free(longer);
}

/* Every bit of a licence counts: no text but the one that was issued is accepted. */
static void
no_altered_character_is_accepted(void **state)
{
    static const char alphabet[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    const licence_recipe right = { 0 };
    char *licence = licence_forge(&right);
    size_t length = strlen(licence);

    (void)state;
    for (size_t i = 0; i < length; i++) {
        char kept = licence[i];
        const char *place = strchr(alphabet, kept);

        licence[i] = place == NULL ? 'A' : alphabet[(place - alphabet) ^ 1];
        entitle_licence_verification *verification = verify(licence, &nothing);
        assert_false(entitle_licence_verification_is_valid(verification));
        entitle_licence_verification_free(verification);
        licence[i] = kept;
    }
    check("as it was", licence, &nothing, ENTITLE_VERIFIED, "pppppccpcc");
    free(licence);
}

static void
structure_is_compact_and_canonical(void **state)
{
    const licence_recipe right = { 0 };
    char *licence = licence_forge(&right);
    size_t length = strlen(licence);
    char *longer = calloc(1, 70000);
    static const char *const suffixes[] = { "=", ".", "\n", " ", ".AAAA", "!" };

    (void)state;
    assert_non_null(longer);
    for (size_t i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++) {
        (void)snprintf(longer, 70000, "%s%s", licence, suffixes[i]);
        check(suffixes[i], longer, &nothing, ENTITLE_MALFORMED_TOKEN, "frrrrccrcc");
    }
    check("", "", &nothing, ENTITLE_MALFORMED_TOKEN, "frrrrccrcc");
    memset(longer, 'A', 65537);
    memcpy(longer, licence, length);
    longer[65537] = '\0';
    check("too_long", longer, &nothing, ENTITLE_MALFORMED_TOKEN, "frrrrccrcc");
    check("as it was", licence, &nothing, ENTITLE_VERIFIED, "pppppccpcc");
    free(longer);
    free(licence);
}

static void
largest_licence_is_accepted(void **state)
{
    size_t size = 48000;
    char *payload = calloc(1, size + 400);
    size_t length = 0;

    (void)state;
    assert_non_null(payload);
    length = (size_t)snprintf(
        payload, size, "%s", LICENCE_PAYLOAD_WITH(",\"note\":\"") /* ends with "}" */);
    length--;
    memset(payload + length, 'x', size - length);
    memcpy(payload + size, "\"}", 3);
    const licence_recipe recipe = { .payload = payload };
    char *licence = licence_forge(&recipe);
    assert_true(strlen(licence) > 64000 && strlen(licence) <= 65536);
    check("large", licence, &nothing, ENTITLE_VERIFIED, "pppppccpcc");
    free(licence);
    free(payload);
}

static const struct {
    const char *name;
    const char *product_code;
    const char *account;
    const char *host;
    int64_t at_s;
    entitle_status want;
    const char *want_steps;
} expectations[] = {
    { "everything",
      LICENCE_PRODUCT,
      "123456789012",
      "db7",
      FAKE_NOW_S,
      ENTITLE_VERIFIED,
      "ppppppcppp" },
    { "other_product",
      "other",
      "123456789012",
      "db7",
      FAKE_NOW_S,
      ENTITLE_PRODUCT_CODE_MISMATCH,
      "pppppfcrrr" },
    { "other_account",
      LICENCE_PRODUCT,
      "123456789013",
      "db7",
      FAKE_NOW_S,
      ENTITLE_BOUND_ELSEWHERE,
      "ppppppcpfr" },
    { "other_host",
      LICENCE_PRODUCT,
      "123456789012",
      "db8",
      FAKE_NOW_S,
      ENTITLE_BOUND_ELSEWHERE,
      "ppppppcppf" },
    { "host_in_another_case",
      LICENCE_PRODUCT,
      "123456789012",
      "DB7",
      FAKE_NOW_S,
      ENTITLE_VERIFIED,
      "ppppppcppp" },
    { "nothing_asked", NULL, NULL, NULL, FAKE_NOW_S, ENTITLE_VERIFIED, "pppppccpcc" },
    { "just_early_enough",
      NULL,
      NULL,
      NULL,
      FAKE_NOW_S - LEEWAY_S,
      ENTITLE_VERIFIED,
      "pppppccpcc" },
    { "too_early",
      NULL,
      NULL,
      NULL,
      FAKE_NOW_S - LEEWAY_S - 1,
      ENTITLE_NOT_YET_VALID,
      "pppppccfcc" },
    { "just_late_enough",
      NULL,
      NULL,
      NULL,
      FAKE_NOW_S + YEAR_S + LEEWAY_S - 1,
      ENTITLE_VERIFIED,
      "pppppccpcc" },
    { "too_late",
      NULL,
      NULL,
      NULL,
      FAKE_NOW_S + YEAR_S + LEEWAY_S,
      ENTITLE_EXPIRED,
      "pppppccfcc" },
};

static void
expectation_is_held_against_the_licence(void **state)
{
    const licence_recipe bound = {
        .payload =
            LICENCE_PAYLOAD_WITH(",\"account\":\"123456789012\",\"host\":\"db7\""),
    };
    char *licence = licence_forge(&bound);

    (void)state;
    for (size_t i = 0; i < sizeof(expectations) / sizeof(expectations[0]); i++) {
        const entitle_licence_expectation expectation = {
            .struct_size = sizeof(expectation),
            .product_code = expectations[i].product_code,
            .account = expectations[i].account,
            .host = expectations[i].host,
            .at_s = expectations[i].at_s,
        };

        check(
            expectations[i].name,
            licence,
            &expectation,
            expectations[i].want,
            expectations[i].want_steps);
    }
    free(licence);
}

/* A licence that begins before it was issued: then a clock is wrong. */
static void
licence_from_the_future_is_refused(void **state)
{
    const licence_recipe recipe = { .payload =
                                        DATES_TEXT("1795291501", "1", "1826827200") };
    const licence_recipe neighbour = { .payload = DATES_TEXT(
                                           "1795291500", "1", "1826827200") };
    char *licence = licence_forge(&recipe);
    char *accepted = licence_forge(&neighbour);

    (void)state;
    check("future", licence, &nothing, ENTITLE_ISSUED_IN_FUTURE, "pppppccfcc");
    check("neighbour", accepted, &nothing, ENTITLE_VERIFIED, "pppppccpcc");
    free(licence);
    free(accepted);
}

static void
licence_says_what_was_signed(void **state)
{
    const licence_recipe right = { 0 };
    char *text = licence_forge(&right);
    entitle_licence_verification *verification = verify(text, &nothing);
    const entitle_licence *licence = entitle_licence_verification_licence(verification);
    uint32_t seats = 0;

    (void)state;
    assert_non_null(licence);
    assert_string_equal(entitle_licence_id(licence), "licence-0001");
    assert_string_equal(entitle_licence_product_code(licence), LICENCE_PRODUCT);
    assert_string_equal(entitle_licence_licensee(licence), "Example Corp");
    assert_int_equal(entitle_licence_issued_at_s(licence), FAKE_NOW_S);
    assert_int_equal(entitle_licence_not_before_s(licence), FAKE_NOW_S);
    assert_int_equal(entitle_licence_expires_at_s(licence), FAKE_NOW_S + YEAR_S);
    assert_true(entitle_licence_seats(licence, &seats));
    assert_int_equal(seats, 25);
    assert_int_equal(entitle_licence_feature_count(licence), 2);
    assert_string_equal(entitle_licence_feature_at(licence, 1), "sso");
    assert_null(entitle_licence_feature_at(licence, 2));
    assert_true(entitle_licence_has_feature(licence, "export"));
    assert_false(entitle_licence_has_feature(licence, "Export"));
    assert_null(entitle_licence_account(licence));
    assert_null(entitle_licence_host(licence));
    assert_string_equal(entitle_licence_json(licence), LICENCE_PAYLOAD);
    assert_string_equal(
        entitle_licence_verification_key_id(verification), LICENCE_KEY_ID);
    assert_string_equal(
        entitle_licence_verification_key_algorithm(verification), "ES256");
    assert_int_equal(strlen(entitle_licence_verification_key_sha256(verification)), 64);
    assert_string_equal(
        entitle_licence_verification_message(verification),
        "licence licence-0001 of 'Example Corp' is authentic, signed by the key "
        "'" LICENCE_KEY_ID "', and lasts until 2027-11-21T20:00:00Z");
    entitle_licence_verification_free(verification);
    free(text);
}

/* What someone else's tools make of AWS's own token is never a licence. */
static void
token_of_aws_is_no_licence(void **state)
{
    const forge_recipe recipe = { .key = FORGE_KEY };
    char *token = forge_token(&recipe);

    (void)state;
    check("token", token, &nothing, ENTITLE_ALGORITHM_NOT_ALLOWED, "pfrrrccrcc");
    free(token);
}

static void
verify_refuses_what_cannot_be_judged(void **state)
{
    entitle_licence_keys *none = NULL;
    entitle_licence_verification *verification = NULL;
    entitle_licence_expectation both = { .struct_size = sizeof(both),
                                         .at_s = 1,
                                         .state_file = "/nowhere" };
    const entitle_licence_expectation empty = { .struct_size = sizeof(empty),
                                                .product_code = "" };

    (void)state;
    assert_int_equal(entitle_licence_keys_new(NULL, &none, NULL), ENTITLE_OK);
    assert_int_equal(
        entitle_licence_verify(none, "a.b.c", 5, NULL, &verification, NULL),
        ENTITLE_KEYS_UNUSABLE);
    entitle_licence_keys_free(none);
    assert_int_equal(
        entitle_licence_verify(keys, "a.b.c", 5, &both, &verification, NULL),
        ENTITLE_INVALID_ARGUMENT);
    assert_int_equal(
        entitle_licence_verify(keys, "a.b.c", 5, &empty, &verification, NULL),
        ENTITLE_INVALID_ARGUMENT);
    assert_int_equal(
        entitle_licence_verify(keys, NULL, 5, NULL, &verification, NULL),
        ENTITLE_INVALID_ARGUMENT);
    assert_int_equal(
        entitle_licence_verify(NULL, "a.b.c", 5, NULL, &verification, NULL),
        ENTITLE_INVALID_ARGUMENT);
    assert_null(verification);
    assert_false(entitle_licence_verification_is_valid(NULL));
}

/* Each allocation fails in turn: no judgement is then made, and nothing is left over.
 */
static void
verify_survives_failing_memory(void **state)
{
    const licence_recipe right = { 0 };
    char *licence = licence_forge(&right);
    int64_t blocks_before = fake.blocks_in_use;
    entitle_status status = ENTITLE_OUT_OF_MEMORY;
    int64_t failures = 0;

    (void)state;
    for (; status == ENTITLE_OUT_OF_MEMORY && failures < 100; failures++) {
        entitle_licence_verification *verification = NULL;

        fake.allocations = 0;
        fake.fail_allocation = failures;
        status = entitle_licence_verify(
            keys, licence, strlen(licence), &nothing, &verification, NULL);
        fake.fail_allocation = -1;
        assert_true((verification != NULL) == (status == ENTITLE_OK));
        entitle_licence_verification_free(verification);
        assert_int_equal(fake.blocks_in_use, blocks_before);
    }
    assert_int_equal(status, ENTITLE_OK);
    assert_true(failures > 2);
    free(licence);
}

static void
unverified_reading_shows_any_licence(void **state)
{
    const licence_recipe forged = { .header = "{\"alg\":\"none\"}",
                                    .payload = "{\"product\":\"p\"}" };
    char *licence = licence_forge(&forged);
    char *header = NULL;
    char *payload = NULL;

    (void)state;
    assert_int_equal(
        entitle_licence_read_unverified(
            licence, strlen(licence), &header, &payload, NULL),
        ENTITLE_OK);
    assert_string_equal(header, "{\"alg\":\"none\"}");
    assert_string_equal(payload, "{\"product\":\"p\"}");
    entitle_licence_text_free(header);
    entitle_licence_text_free(payload);
    assert_int_equal(
        entitle_licence_read_unverified("e30.W10.AA", 10, &header, &payload, NULL),
        ENTITLE_BAD_PAYLOAD);
    assert_null(header);
    assert_int_equal(
        entitle_licence_read_unverified("e30.e30", 7, &header, &payload, NULL),
        ENTITLE_MALFORMED_TOKEN);
    free(licence);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(header_is_judged_before_anything_else),
        cmocka_unit_test(payload_is_read_strictly_after_the_signature),
        cmocka_unit_test(signature_of_rs256_is_verified),
        cmocka_unit_test(signature_of_es256_is_verified),
        cmocka_unit_test(no_altered_character_is_accepted),
        cmocka_unit_test(structure_is_compact_and_canonical),
        cmocka_unit_test(largest_licence_is_accepted),
        cmocka_unit_test(expectation_is_held_against_the_licence),
        cmocka_unit_test(licence_from_the_future_is_refused),
        cmocka_unit_test(licence_says_what_was_signed),
        cmocka_unit_test(token_of_aws_is_no_licence),
        cmocka_unit_test(verify_refuses_what_cannot_be_judged),
        cmocka_unit_test(verify_survives_failing_memory),
        cmocka_unit_test(unverified_reading_shows_any_licence),
    };

    return cmocka_run_group_tests(tests, make_keys, free_keys);
}
