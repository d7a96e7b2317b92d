/* SPDX-License-Identifier: Apache-2.0 */
#include "support/cmocka.h"
#include "token/claims.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static ent_warnings warnings;

static entitle_status
read_text(const char *text, entitle_claims *claims, entitle_error *error)
{
    const ent_signed_payload payload = { text, strlen(text) };

    warnings.count = 0;
    return ent_claims_read(&payload, claims, &warnings, error);
}

static void
expect(const char *text, entitle_status want)
{
    entitle_claims claims;
    entitle_error error = { 0 };
    entitle_status status = read_text(text, &claims, &error);

    if (status != want) {
        fail_msg("%s: %s %s", text, entitle_status_name(status), error.message);
    }
    assert_int_equal(error.message[0] != '\0', status != ENTITLE_OK);
    ent_claims_clear(&claims);
}

/* A payload that is fit, with `member` in addition. */
static void
expect_with(const char *member, entitle_status want)
{
    char text[512];

    snprintf(
        text,
        sizeof(text),
        "{\"ProductCode\":\"abc\",\"PublicKeyVersion\":1,%s}",
        member);
    expect(text, want);
}

static void
claims_are_read_in_both_spellings(void **state)
{
    static const char *const payloads[] = {
        "{\"ProductCode\":\"abc\",\"PublicKeyVersion\":7,\"Nonce\":\"n\","
        "\"PublicKeyRotationTimestamp\":1700000000,\"iat\":5}",
        "{\"productCode\":\"abc\",\"publicKeyVersion\":\"7\",\"nonce\":\"n\","
        "\"publicKeyRotationTimestamp\":\"2023-11-14T22:13:20Z\",\"iat\":5.9}",
        "{\"ProductCode\":\"abc\",\"productCode\":\"abc\",\"PublicKeyVersion\":7,"
        "\"publicKeyVersion\":\"7\",\"Nonce\":\"n\",\"nonce\":\"n\","
        "\"PublicKeyRotationTimestamp\":1700000000,"
        "\"publicKeyRotationTimestamp\":\"2023-11-14T22:13:20Z\",\"iat\":5}",
    };

    (void)state;
    for (size_t i = 0; i < sizeof(payloads) / sizeof(*payloads); i++) {
        entitle_claims claims;
        int64_t at_s = 0;
        assert_int_equal(read_text(payloads[i], &claims, NULL), ENTITLE_OK);
        assert_string_equal(entitle_claims_product_code(&claims), "abc");
        assert_int_equal(entitle_claims_key_version(&claims), 7);
        assert_string_equal(entitle_claims_nonce(&claims), "n");
        assert_true(entitle_claims_key_rotated_at(&claims, &at_s));
        assert_int_equal(at_s, 1700000000);
        assert_true(entitle_claims_issued_at(&claims, &at_s));
        assert_int_equal(at_s, 5);
        assert_string_equal(entitle_claims_json(&claims), payloads[i]);
        assert_int_equal(warnings.count, 0);
        ent_claims_clear(&claims);
    }
}

static void
claims_may_lack_all_but_product_code_and_version(void **state)
{
    entitle_claims claims;
    int64_t at_s = 77;

    (void)state;
    assert_int_equal(
        read_text("{\"ProductCode\":\"abc\",\"PublicKeyVersion\":1}", &claims, NULL),
        ENTITLE_OK);
    assert_null(entitle_claims_nonce(&claims));
    assert_false(entitle_claims_issued_at(&claims, &at_s));
    assert_false(entitle_claims_key_rotated_at(&claims, &at_s));
    assert_int_equal(at_s, 77);
    ent_claims_clear(&claims);
    expect("{\"PublicKeyVersion\":1}", ENTITLE_BAD_PAYLOAD);
    expect("{\"ProductCode\":\"abc\"}", ENTITLE_BAD_PAYLOAD);
    expect("{}", ENTITLE_BAD_PAYLOAD);
}

static void
product_code_has_to_be_a_text(void **state)
{
    static const struct {
        const char *value;
        entitle_status want;
    } cases[] = {
        { "\"abc\"", ENTITLE_OK },       { "\"\"", ENTITLE_BAD_PAYLOAD },
        { "null", ENTITLE_BAD_PAYLOAD }, { "1", ENTITLE_BAD_PAYLOAD },
        { "true", ENTITLE_BAD_PAYLOAD }, { "[\"abc\"]", ENTITLE_BAD_PAYLOAD },
        { "{}", ENTITLE_BAD_PAYLOAD },
    };
    char text[128];

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        snprintf(
            text,
            sizeof(text),
            "{\"ProductCode\":%s,\"PublicKeyVersion\":1}",
            cases[i].value);
        expect(text, cases[i].want);
    }
}

static void
version_has_to_be_an_integer_in_range(void **state)
{
    static const struct {
        const char *value;
        entitle_status want;
    } cases[] = {
        { "1", ENTITLE_OK },
        { "1.0", ENTITLE_OK },
        { "2147483647", ENTITLE_OK },
        { "2147483648", ENTITLE_BAD_PAYLOAD },
        { "4294967297", ENTITLE_BAD_PAYLOAD }, /* 1 in 32 bits */
        { "1e308", ENTITLE_BAD_PAYLOAD },
        { "1e999", ENTITLE_BAD_PAYLOAD },
        { "0", ENTITLE_BAD_PAYLOAD },
        { "-0.0", ENTITLE_BAD_PAYLOAD },
        { "-1", ENTITLE_BAD_PAYLOAD },
        { "0.5", ENTITLE_BAD_PAYLOAD },
        { "1.5", ENTITLE_BAD_PAYLOAD },
        { "2147483647.5", ENTITLE_BAD_PAYLOAD },
        { "\"1\"", ENTITLE_OK },
        { "\"2147483647\"", ENTITLE_OK },
        { "\"2147483648\"", ENTITLE_BAD_PAYLOAD },
        { "\"18446744073709551617\"", ENTITLE_BAD_PAYLOAD },
        { "\"0\"", ENTITLE_BAD_PAYLOAD },
        { "\"01\"", ENTITLE_BAD_PAYLOAD },
        { "\"+1\"", ENTITLE_BAD_PAYLOAD },
        { "\" 1\"", ENTITLE_BAD_PAYLOAD },
        { "\"1 \"", ENTITLE_BAD_PAYLOAD },
        { "\"1.0\"", ENTITLE_BAD_PAYLOAD },
        { "\"0x1\"", ENTITLE_BAD_PAYLOAD },
        { "\"\"", ENTITLE_BAD_PAYLOAD },
        { "null", ENTITLE_BAD_PAYLOAD },
        { "true", ENTITLE_BAD_PAYLOAD },
        { "[1]", ENTITLE_BAD_PAYLOAD },
    };
    char text[128];

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        snprintf(
            text,
            sizeof(text),
            "{\"ProductCode\":\"abc\",\"PublicKeyVersion\":%s}",
            cases[i].value);
        expect(text, cases[i].want);
    }
}

static void
nonce_has_to_be_a_text_or_null(void **state)
{
    (void)state;
    expect_with("\"Nonce\":\"n\"", ENTITLE_OK);
    expect_with("\"Nonce\":null", ENTITLE_OK);
    expect_with("\"Nonce\":1", ENTITLE_BAD_PAYLOAD);
    expect_with("\"nonce\":[]", ENTITLE_BAD_PAYLOAD);
    expect_with("\"nonce\":false", ENTITLE_BAD_PAYLOAD);
}

static void
times_have_to_be_finite_numbers(void **state)
{
    static const char *const names[] = { "iat", "nbf", "exp" };
    static const struct {
        const char *value;
        entitle_status want;
    } cases[] = {
        { "0", ENTITLE_OK },
        { "-1", ENTITLE_OK },
        { "1.5", ENTITLE_OK },
        { "1e308", ENTITLE_OK },
        { "-1e308", ENTITLE_OK },
        { "1e309", ENTITLE_BAD_PAYLOAD },
        { "-1e309", ENTITLE_BAD_PAYLOAD },
        { "\"1\"", ENTITLE_BAD_PAYLOAD },
        { "null", ENTITLE_BAD_PAYLOAD },
        { "true", ENTITLE_BAD_PAYLOAD },
        { "{}", ENTITLE_BAD_PAYLOAD },
        { "NaN", ENTITLE_BAD_PAYLOAD },
        { "Infinity", ENTITLE_BAD_PAYLOAD },
    };
    char member[64];

    (void)state;
    for (size_t n = 0; n < 3; n++) {
        for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
            snprintf(member, sizeof(member), "\"%s\":%s", names[n], cases[i].value);
            expect_with(member, cases[i].want);
        }
    }
}

static void
issue_time_is_told_within_64_bits(void **state)
{
    static const struct {
        const char *value;
        int64_t want;
    } cases[] = {
        { "1795291200", 1795291200 }, { "1795291200.999", 1795291200 },
        { "9.3e18", INT64_MAX },      { "1e308", INT64_MAX },
        { "-9.3e18", INT64_MIN },     { "-1e308", INT64_MIN },
    };
    char text[128];

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        entitle_claims claims;
        int64_t at_s = 0;
        snprintf(
            text,
            sizeof(text),
            "{\"ProductCode\":\"abc\",\"PublicKeyVersion\":1,\"iat\":%s}",
            cases[i].value);
        assert_int_equal(read_text(text, &claims, NULL), ENTITLE_OK);
        assert_true(entitle_claims_issued_at(&claims, &at_s));
        assert_true(at_s == cases[i].want);
        ent_claims_clear(&claims);
    }
}

static void
rotation_time_that_cannot_be_read_is_a_warning(void **state)
{
    static const struct {
        const char *value;
        bool is_known;
        size_t warning_count;
    } cases[] = {
        { "null", false, 0 },
        { "0", true, 0 },
        { "1700000000", true, 0 },
        { "1700000000.5", true, 0 },
        { "253402300799", true, 0 },
        { "253402300800", false, 1 },
        { "1700000000000", false, 1 }, /* milliseconds */
        { "-1", false, 1 },
        { "1e308", false, 1 },
        { "1e999", false, 1 },
        { "\"2026-11-21T20:00:00Z\"", true, 0 },
        { "\"2026-11-21T20:00:00.123+01:00\"", true, 0 },
        { "\"2026-13-21T20:00:00Z\"", false, 1 },
        { "\"yesterday\"", false, 1 },
        { "\"\"", false, 1 },
        { "true", false, 1 },
        { "[]", false, 1 },
    };
    char text[160];

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        entitle_claims claims;
        int64_t at_s = 0;
        snprintf(
            text,
            sizeof(text),
            "{\"ProductCode\":\"abc\",\"PublicKeyVersion\":1,"
            "\"PublicKeyRotationTimestamp\":%s}",
            cases[i].value);
        assert_int_equal(read_text(text, &claims, NULL), ENTITLE_OK);
        if (entitle_claims_key_rotated_at(&claims, &at_s) != cases[i].is_known ||
            warnings.count != cases[i].warning_count) {
            fail_msg("%s", cases[i].value);
        }
        ent_claims_clear(&claims);
    }
}

static void
spellings_that_differ_are_a_conflict(void **state)
{
    static const struct {
        const char *payload;
        entitle_status want;
    } cases[] = {
        { "{\"ProductCode\":\"a\",\"productCode\":\"a\",\"PublicKeyVersion\":1}",
          ENTITLE_OK },
        { "{\"ProductCode\":\"a\",\"productCode\":\"b\",\"PublicKeyVersion\":1}",
          ENTITLE_CLAIM_CONFLICT },
        { "{\"ProductCode\":\"a\",\"productCode\":\"A\",\"PublicKeyVersion\":1}",
          ENTITLE_CLAIM_CONFLICT },
        { "{\"ProductCode\":\"a\",\"productCode\":null,\"PublicKeyVersion\":1}",
          ENTITLE_CLAIM_CONFLICT },
        { "{\"ProductCode\":\"a\",\"PublicKeyVersion\":1,\"publicKeyVersion\":1}",
          ENTITLE_OK },
        { "{\"ProductCode\":\"a\",\"PublicKeyVersion\":\"1\",\"publicKeyVersion\":1}",
          ENTITLE_OK },
        { "{\"ProductCode\":\"a\",\"PublicKeyVersion\":1,\"publicKeyVersion\":2}",
          ENTITLE_CLAIM_CONFLICT },
        { "{\"ProductCode\":\"a\",\"PublicKeyVersion\":1,\"publicKeyVersion\":\"01\"}",
          ENTITLE_CLAIM_CONFLICT },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        expect(cases[i].payload, cases[i].want);
    }
    expect_with("\"Nonce\":\"n\",\"nonce\":\"n\"", ENTITLE_OK);
    expect_with("\"Nonce\":\"n\",\"nonce\":\"m\"", ENTITLE_CLAIM_CONFLICT);
    expect_with("\"Nonce\":null,\"nonce\":null", ENTITLE_OK);
    expect_with("\"Nonce\":\"n\",\"nonce\":null", ENTITLE_CLAIM_CONFLICT);
    expect_with(
        "\"PublicKeyRotationTimestamp\":null,\"publicKeyRotationTimestamp\":null",
        ENTITLE_OK);
    expect_with(
        "\"PublicKeyRotationTimestamp\":1,\"publicKeyRotationTimestamp\":2",
        ENTITLE_CLAIM_CONFLICT);
    expect_with(
        "\"PublicKeyRotationTimestamp\":1,\"publicKeyRotationTimestamp\":null",
        ENTITLE_CLAIM_CONFLICT);
}

static void
unknown_claims_are_ignored(void **state)
{
    (void)state;
    expect_with("\"PRODUCTCODE\":\"other\",\"sub\":{\"exp\":\"x\"}", ENTITLE_OK);
    expect_with("\"productcode\":5,\"Exp\":\"never\"", ENTITLE_OK);
}

static void
payload_has_to_be_strict_json(void **state)
{
    static const char *const payloads[] = {
        "",
        "null",
        "[]",
        "[{\"ProductCode\":\"abc\",\"PublicKeyVersion\":1}]",
        "\"ProductCode\"",
        "{\"ProductCode\":\"abc\",\"PublicKeyVersion\":1}x",
        "{\"ProductCode\":\"abc\",\"PublicKeyVersion\":01}",
        "{\"ProductCode\":\"abc\",\"PublicKeyVersion\":1,}",
        "{\"ProductCode\":\"ab\\u0000c\",\"PublicKeyVersion\":1}",
        "{\"ProductCode\":\"ab\xff\",\"PublicKeyVersion\":1}",
    };

    (void)state;
    for (size_t i = 0; i < sizeof(payloads) / sizeof(*payloads); i++) {
        expect(payloads[i], ENTITLE_BAD_PAYLOAD);
    }
    expect_with("\"x\":1", ENTITLE_OK);
    expect_with("\"x\":1,\"x\":1", ENTITLE_BAD_PAYLOAD);
    expect_with("\"ProductCode\":\"abc\"", ENTITLE_BAD_PAYLOAD);
    expect_with("\"Product\\u0043ode\":\"abc\"", ENTITLE_BAD_PAYLOAD);
    expect_with("\"x\":[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]", ENTITLE_OK);
    expect_with("\"x\":[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]", ENTITLE_BAD_PAYLOAD);
}

/* The reader has no room for a number of any length, and says just that. */
static void
number_too_long_is_no_want_of_memory(void **state)
{
    char member[128];

    (void)state;
    memset(member, '1', sizeof(member));
    memcpy(member, "\"x\":", 4);
    member[100] = '\0';
    expect_with(member, ENTITLE_BAD_PAYLOAD);
    member[34] = '\0';
    expect_with(member, ENTITLE_OK);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(claims_are_read_in_both_spellings),
        cmocka_unit_test(claims_may_lack_all_but_product_code_and_version),
        cmocka_unit_test(product_code_has_to_be_a_text),
        cmocka_unit_test(version_has_to_be_an_integer_in_range),
        cmocka_unit_test(nonce_has_to_be_a_text_or_null),
        cmocka_unit_test(times_have_to_be_finite_numbers),
        cmocka_unit_test(issue_time_is_told_within_64_bits),
        cmocka_unit_test(rotation_time_that_cannot_be_read_is_a_warning),
        cmocka_unit_test(spellings_that_differ_are_a_conflict),
        cmocka_unit_test(unknown_claims_are_ignored),
        cmocka_unit_test(payload_has_to_be_strict_json),
        cmocka_unit_test(number_too_long_is_no_want_of_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
