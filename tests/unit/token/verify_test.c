/* SPDX-License-Identifier: Apache-2.0 */
#include "support/cmocka.h"
#include "support/fake_runtime.h"
#include "support/token_forge.h"

#include <entitle/token.h>

#include <openssl/err.h>

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static fake_runtime fake;
static entitle_keyring *keyring; /* FORGE_KEY as version 1 */

static void
add_key(entitle_keyring *ring, uint32_t version, forge_key key)
{
    char *pem = forge_pem(forge_pkey(key), FORGE_SPKI);

    assert_int_equal(
        entitle_keyring_add(ring, version, pem, strlen(pem), NULL), ENTITLE_OK);
    free(pem);
}

static entitle_keyring *
new_ring(void)
{
    entitle_keyring *ring = NULL;

    assert_int_equal(entitle_keyring_new(&fake.runtime, &ring, NULL), ENTITLE_OK);
    return ring;
}

static int
set_up(void **state)
{
    (void)state;
    fake_runtime_init(&fake);
    keyring = new_ring();
    add_key(keyring, 1, FORGE_KEY);
    return 0;
}

static int
tear_down(void **state)
{
    (void)state;
    entitle_keyring_free(keyring);
    return fake.blocks_in_use == 0 ? 0 : -1;
}

static entitle_expectation
full_expectation(void)
{
    return (entitle_expectation){
        .struct_size = sizeof(entitle_expectation),
        .product_code = FORGE_PRODUCT_CODE,
        .nonce = FORGE_NONCE,
        .key_version = 1,
    };
}

/* Takes the token over. */
static entitle_verification *
verify(const entitle_keyring *ring, char *token, const entitle_expectation *expectation)
{
    entitle_verification *verification = NULL;

    assert_int_equal(
        entitle_verify(ring, token, strlen(token), expectation, &verification, NULL),
        ENTITLE_OK);
    assert_non_null(verification);
    free(token);
    return verification;
}

static char *
right_token(void)
{
    const forge_recipe recipe = { .algorithm = FORGE_PS256 };

    return forge_token(&recipe);
}

/* The checks as one letter each: pass, fail, not reached, not checked ("-"). */
static void
draw_checks(
    const entitle_verification *verification, char drawn[ENTITLE_CHECK_COUNT + 1])
{
    static const char letters[] = {
        [ENTITLE_CHECK_NOT_REACHED] = '.',
        [ENTITLE_CHECK_NOT_CHECKED] = '-',
        [ENTITLE_CHECK_FAIL] = 'F',
        [ENTITLE_CHECK_PASS] = 'P',
    };

    for (int i = 0; i < ENTITLE_CHECK_COUNT; i++) {
        drawn[i] = letters[entitle_verification_check(verification, (entitle_check)i)];
    }
    drawn[ENTITLE_CHECK_COUNT] = '\0';
}

static void
verify_accepts_a_right_token(void **state)
{
    entitle_expectation expectation = full_expectation();
    entitle_verification *v = verify(keyring, right_token(), &expectation);
    const entitle_claims *claims = entitle_verification_claims(v);
    char checks[ENTITLE_CHECK_COUNT + 1];

    (void)state;
    draw_checks(v, checks);
    assert_string_equal(checks, "PPPPPPPP");
    assert_true(entitle_verification_is_valid(v));
    assert_int_equal(entitle_verification_reason(v), ENTITLE_VERIFIED);
    assert_true(entitle_verification_message(v)[0] != '\0');
    assert_int_equal(entitle_verification_warning_count(v), 0);
    assert_string_equal(entitle_verification_algorithm_unverified(v), "PS256");
    assert_string_equal(entitle_verification_type_unverified(v), "JWT");
    assert_ptr_equal(entitle_verification_key(v), entitle_keyring_find(keyring, 1));
    assert_string_equal(entitle_claims_product_code(claims), FORGE_PRODUCT_CODE);
    assert_string_equal(entitle_claims_json(claims), FORGE_PAYLOAD);
    entitle_verification_free(v);
}

static void
verify_asks_nothing_without_expectation(void **state)
{
    entitle_verification *v = verify(keyring, right_token(), NULL);
    char checks[ENTITLE_CHECK_COUNT + 1];

    (void)state;
    draw_checks(v, checks);
    assert_string_equal(checks, "PPPP--PP");
    assert_true(entitle_verification_is_valid(v));
    entitle_verification_free(v);
}

#define CODE "\"ProductCode\":\"" FORGE_PRODUCT_CODE "\""

typedef struct verify_case {
    const char *name;
    forge_recipe recipe;
    entitle_status want;
    const char *want_checks; /* with everything expected */
} verify_case;

static const verify_case cases[] = {
    { "right", { .key = FORGE_KEY }, ENTITLE_VERIFIED, "PPPPPPPP" },
    { "header twice",
      { .header = "{\"alg\":\"PS256\",\"alg\":\"PS256\"}" },
      ENTITLE_BAD_HEADER,
      "PF......" },
    { "crit",
      { .header = "{\"alg\":\"PS256\",\"crit\":[]}" },
      ENTITLE_BAD_HEADER,
      "PF......" },
    { "RS256, signed so",
      { .header = "{\"alg\":\"RS256\"}", .algorithm = FORGE_RS256 },
      ENTITLE_ALGORITHM_NOT_ALLOWED,
      "PF......" },
    { "PS384, signed so",
      { .header = "{\"alg\":\"PS384\"}", .algorithm = FORGE_PS384 },
      ENTITLE_ALGORITHM_NOT_ALLOWED,
      "PF......" },
    { "HS256 with the public key",
      { .header = "{\"alg\":\"HS256\"}", .algorithm = FORGE_HS256 },
      ENTITLE_ALGORITHM_NOT_ALLOWED,
      "PF......" },
    { "none",
      { .header = "{\"alg\":\"none\"}", .algorithm = FORGE_UNSIGNED },
      ENTITLE_ALGORITHM_NOT_ALLOWED,
      "PF......" },
    { "HS256 called PS256",
      { .algorithm = FORGE_HS256 },
      ENTITLE_BAD_SIGNATURE,
      "PPF....." },
    { "RS256 called PS256",
      { .algorithm = FORGE_RS256 },
      ENTITLE_BAD_SIGNATURE,
      "PPF....." },
    { "PS384 called PS256",
      { .algorithm = FORGE_PS384 },
      ENTITLE_BAD_SIGNATURE,
      "PPF....." },
    { "PS512 called PS256",
      { .algorithm = FORGE_PS512 },
      ENTITLE_BAD_SIGNATURE,
      "PPF....." },
    { "not signed at all",
      { .algorithm = FORGE_UNSIGNED },
      ENTITLE_BAD_SIGNATURE,
      "PPF....." },
    { "another key", { .key = FORGE_KEY_OTHER }, ENTITLE_BAD_SIGNATURE, "PPF....." },
    { "a longer key", { .key = FORGE_KEY_3072 }, ENTITLE_BAD_SIGNATURE, "PPF....." },
    { "payload is no JSON", { .payload = "hello" }, ENTITLE_BAD_PAYLOAD, "PPPF...." },
    { "payload is an array", { .payload = "[]" }, ENTITLE_BAD_PAYLOAD, "PPPF...." },
    { "payload holds NUL",
      { .payload = "{}\0{}", .payload_length = 5 },
      ENTITLE_BAD_PAYLOAD,
      "PPPF...." },
    { "both spellings differ",
      { .payload = "{" CODE ",\"productCode\":\"x\",\"PublicKeyVersion\":1}" },
      ENTITLE_CLAIM_CONFLICT,
      "PPPF...." },
    { "another product",
      { .payload = "{\"ProductCode\":\"x\",\"PublicKeyVersion\":1}" },
      ENTITLE_PRODUCT_CODE_MISMATCH,
      "PPPPF..." },
    { "no nonce",
      { .payload = "{" CODE ",\"PublicKeyVersion\":1}" },
      ENTITLE_NONCE_MISMATCH,
      "PPPPPF.." },
    { "another nonce",
      { .payload = "{" CODE ",\"PublicKeyVersion\":1,\"Nonce\":\"x\"}" },
      ENTITLE_NONCE_MISMATCH,
      "PPPPPF.." },
    { "another version",
      { .payload = "{" CODE ",\"PublicKeyVersion\":2,\"Nonce\":\"" FORGE_NONCE "\"}" },
      ENTITLE_KEY_VERSION_MISMATCH,
      "PPPPPPF." },
    { "from the future",
      { .payload = "{" CODE ",\"PublicKeyVersion\":1,\"Nonce\":\"" FORGE_NONCE
                   "\",\"iat\":1795291501}" },
      ENTITLE_ISSUED_IN_FUTURE,
      "PPPPPPPF" },
    { "almost from the future",
      { .payload = "{" CODE ",\"PublicKeyVersion\":1,\"Nonce\":\"" FORGE_NONCE
                   "\",\"iat\":1795291500}" },
      ENTITLE_VERIFIED,
      "PPPPPPPP" },
    { "not yet valid",
      { .payload = "{" CODE ",\"PublicKeyVersion\":1,\"Nonce\":\"" FORGE_NONCE
                   "\",\"nbf\":1795291501}" },
      ENTITLE_NOT_YET_VALID,
      "PPPPPPPF" },
    { "expired",
      { .payload = "{" CODE ",\"PublicKeyVersion\":1,\"Nonce\":\"" FORGE_NONCE
                   "\",\"exp\":1795290900}" },
      ENTITLE_EXPIRED,
      "PPPPPPPF" },
    { "no times at all",
      { .payload =
            "{" CODE ",\"PublicKeyVersion\":\"1\",\"Nonce\":\"" FORGE_NONCE "\"}" },
      ENTITLE_VERIFIED,
      "PPPPPPPP" },
};

static void
verify_says_which_check_failed(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        entitle_expectation expectation = full_expectation();
        entitle_verification *v =
            verify(keyring, forge_token(&cases[i].recipe), &expectation);
        char checks[ENTITLE_CHECK_COUNT + 1];

        draw_checks(v, checks);
        if (entitle_verification_reason(v) != cases[i].want ||
            strcmp(checks, cases[i].want_checks) != 0) {
            fail_msg(
                "%s: %s %s", cases[i].name, checks, entitle_verification_message(v));
        }
        assert_int_equal(
            entitle_verification_is_valid(v), cases[i].want == ENTITLE_VERIFIED);
        /* No claims before signature and payload have passed. */
        assert_int_equal(
            entitle_verification_claims(v) != NULL, strncmp(checks, "PPPP", 4) == 0);
        entitle_verification_free(v);
    }
    assert_int_equal(ERR_peek_error(), 0);
}

static void
verify_refuses_broken_structure(void **state)
{
    static const char *const tokens[] = { "", "..", "a.b", "a.b.c.d", "e30.e30.A=" };

    (void)state;
    for (size_t i = 0; i < sizeof(tokens) / sizeof(*tokens); i++) {
        entitle_expectation expectation = full_expectation();
        entitle_verification *v = verify(keyring, strdup(tokens[i]), &expectation);
        char checks[ENTITLE_CHECK_COUNT + 1];

        draw_checks(v, checks);
        assert_string_equal(checks, "F.......");
        assert_int_equal(entitle_verification_reason(v), ENTITLE_MALFORMED_TOKEN);
        assert_null(entitle_verification_key(v));
        assert_null(entitle_verification_algorithm_unverified(v));
        entitle_verification_free(v);
    }
}

static void
verify_refuses_every_altered_character(void **state)
{
    char *token = right_token();
    size_t length = strlen(token);

    (void)state;
    for (size_t i = 0; i < length; i += 7) {
        entitle_verification *v = NULL;
        char original = token[i];
        token[i] = original == 'A' ? 'B' : 'A';
        assert_int_equal(
            entitle_verify(keyring, token, length, NULL, &v, NULL), ENTITLE_OK);
        assert_false(entitle_verification_is_valid(v));
        entitle_verification_free(v);
        token[i] = original;
    }
    entitle_verification *v = verify(keyring, token, NULL);
    assert_true(entitle_verification_is_valid(v));
    entitle_verification_free(v);
}

static void
verify_refuses_every_cut_token(void **state)
{
    char *token = right_token();

    (void)state;
    for (size_t length = 0; length < strlen(token); length += 11) {
        entitle_verification *v = NULL;
        assert_int_equal(
            entitle_verify(keyring, token, length, NULL, &v, NULL), ENTITLE_OK);
        assert_false(entitle_verification_is_valid(v));
        entitle_verification_free(v);
    }
    free(token);
}

static void
verify_tells_of_another_salt_length(void **state)
{
    static const int salts[] = { 0, 20, 31, 33, 64 };
    char want[64];

    (void)state;
    for (size_t i = 0; i < sizeof(salts) / sizeof(*salts); i++) {
        const forge_recipe recipe = {
            .has_salt_length = true,
            .salt_length = salts[i],
        };
        entitle_verification *v = verify(keyring, forge_token(&recipe), NULL);
        snprintf(
            want, sizeof(want), "signed by this key with a salt of %d bytes", salts[i]);
        assert_int_equal(entitle_verification_reason(v), ENTITLE_BAD_SIGNATURE);
        assert_non_null(strstr(entitle_verification_message(v), want));
        assert_null(entitle_verification_claims(v));
        entitle_verification_free(v);
    }
}

static void
verify_names_the_key_that_signed_with_another_salt(void **state)
{
    const forge_recipe recipe = { .has_salt_length = true, .salt_length = 20 };
    entitle_keyring *ring = new_ring();

    (void)state;
    add_key(ring, 1, FORGE_KEY_OTHER);
    add_key(ring, 2, FORGE_KEY);
    add_key(ring, 3, FORGE_KEY_3072);

    entitle_verification *v = verify(ring, forge_token(&recipe), NULL);
    assert_int_equal(entitle_verification_reason(v), ENTITLE_BAD_SIGNATURE);
    assert_non_null(strstr(entitle_verification_message(v), "(key version 2)"));
    assert_int_equal(entitle_key_version(entitle_verification_key(v)), 2);
    entitle_verification_free(v);
    entitle_keyring_free(ring);
}

static void
verify_tries_the_highest_version_first(void **state)
{
    static const char payload_of_2[] = "{" CODE ",\"PublicKeyVersion\":2}";
    const forge_recipe by_version_2 = {
        .key = FORGE_KEY_OTHER,
        .payload = payload_of_2,
    };
    entitle_keyring *ring = new_ring();

    (void)state;
    add_key(ring, 1, FORGE_KEY);
    add_key(ring, 2, FORGE_KEY_OTHER);
    add_key(ring, 3, FORGE_KEY_3072);

    entitle_verification *v = verify(ring, right_token(), NULL);
    assert_true(entitle_verification_is_valid(v));
    assert_int_equal(entitle_key_version(entitle_verification_key(v)), 1);
    entitle_verification_free(v);

    v = verify(ring, forge_token(&by_version_2), NULL);
    assert_true(entitle_verification_is_valid(v));
    assert_int_equal(entitle_key_version(entitle_verification_key(v)), 2);
    entitle_verification_free(v);

    /* Under none: the key that was tried last is named. */
    v = verify(ring, forge_tampered(&by_version_2, 100, 0), NULL);
    assert_int_equal(entitle_verification_reason(v), ENTITLE_BAD_SIGNATURE);
    assert_int_equal(entitle_key_version(entitle_verification_key(v)), 1);
    entitle_verification_free(v);
    entitle_keyring_free(ring);
}

static void
verify_wants_the_version_of_the_key_that_signed(void **state)
{
    entitle_keyring *ring = new_ring();

    (void)state;
    add_key(ring, 1, FORGE_KEY_OTHER);
    add_key(ring, 2, FORGE_KEY);

    /* It says version 1, but the key held as version 2 signed it. */
    entitle_verification *v = verify(ring, right_token(), NULL);
    assert_int_equal(entitle_verification_reason(v), ENTITLE_KEY_VERSION_MISMATCH);
    entitle_verification_free(v);
    entitle_keyring_free(ring);
}

static void
verify_tries_only_the_version_named(void **state)
{
    entitle_expectation expectation = { .struct_size = sizeof(expectation) };
    entitle_keyring *ring = new_ring();

    (void)state;
    add_key(ring, 1, FORGE_KEY);
    add_key(ring, 2, FORGE_KEY_OTHER);

    expectation.key_version = 2;
    entitle_verification *v = verify(ring, right_token(), &expectation);
    assert_int_equal(entitle_verification_reason(v), ENTITLE_BAD_SIGNATURE);
    assert_int_equal(entitle_key_version(entitle_verification_key(v)), 2);
    entitle_verification_free(v);

    expectation.key_version = 1;
    v = verify(ring, right_token(), &expectation);
    assert_true(entitle_verification_is_valid(v));
    entitle_verification_free(v);
    entitle_keyring_free(ring);
}

static void
verify_judges_at_the_time_given(void **state)
{
    static const char payload[] = "{" CODE ",\"PublicKeyVersion\":1,\"exp\":1000}";
    const forge_recipe recipe = { .payload = payload };
    entitle_expectation expectation = { .struct_size = sizeof(expectation) };

    (void)state;
    entitle_verification *v = verify(keyring, forge_token(&recipe), &expectation);
    assert_int_equal(entitle_verification_reason(v), ENTITLE_EXPIRED);
    entitle_verification_free(v);

    expectation.at_s = 999;
    v = verify(keyring, forge_token(&recipe), &expectation);
    assert_true(entitle_verification_is_valid(v));
    entitle_verification_free(v);
}

static void
verify_judges_nothing_without_the_means(void **state)
{
    entitle_keyring *empty = new_ring();
    entitle_expectation expectation = full_expectation();
    entitle_verification *v = NULL;
    char *token = right_token();
    size_t length = strlen(token);
    entitle_error error;

    (void)state;
    assert_int_equal(
        entitle_verify(empty, token, length, NULL, &v, &error), ENTITLE_KEYS_UNUSABLE);
    assert_null(v);
    expectation.key_version = 2;
    assert_int_equal(
        entitle_verify(keyring, token, length, &expectation, &v, &error),
        ENTITLE_UNKNOWN_KEY_VERSION);
    expectation = full_expectation();
    expectation.nonce = "";
    assert_int_equal(
        entitle_verify(keyring, token, length, &expectation, &v, &error),
        ENTITLE_INVALID_ARGUMENT);
    expectation = full_expectation();
    expectation.product_code = "";
    assert_int_equal(
        entitle_verify(keyring, token, length, &expectation, &v, &error),
        ENTITLE_INVALID_ARGUMENT);
    expectation = full_expectation();
    expectation.struct_size = 0;
    assert_int_equal(
        entitle_verify(keyring, token, length, &expectation, &v, &error),
        ENTITLE_INVALID_ARGUMENT);
    assert_int_equal(
        entitle_verify(NULL, token, length, NULL, &v, &error),
        ENTITLE_INVALID_ARGUMENT);
    assert_int_equal(
        entitle_verify(keyring, NULL, 1, NULL, &v, &error), ENTITLE_INVALID_ARGUMENT);
    assert_int_equal(
        entitle_verify(keyring, token, length, NULL, NULL, &error),
        ENTITLE_INVALID_ARGUMENT);
    assert_null(v);
    free(token);
    entitle_keyring_free(empty);
}

static void
verify_refuses_a_token_of_no_bytes(void **state)
{
    entitle_verification *v = NULL;

    (void)state;
    assert_int_equal(entitle_verify(keyring, NULL, 0, NULL, &v, NULL), ENTITLE_OK);
    assert_int_equal(entitle_verification_reason(v), ENTITLE_MALFORMED_TOKEN);
    entitle_verification_free(v);
}

static void
verification_that_is_missing_is_not_valid(void **state)
{
    (void)state;
    assert_false(entitle_verification_is_valid(NULL));
    assert_int_not_equal(entitle_verification_reason(NULL), ENTITLE_VERIFIED);
    assert_null(entitle_verification_claims(NULL));
    assert_null(entitle_verification_key(NULL));
    assert_null(entitle_verification_warning_at(NULL, 0));
    assert_int_equal(
        entitle_verification_check(NULL, ENTITLE_CHECK_SIGNATURE),
        ENTITLE_CHECK_NOT_REACHED);
    entitle_verification_free(NULL);
}

static void
verify_never_quotes_token_or_nonce(void **state)
{
    const forge_recipe recipe = {
        .payload = "{" CODE ",\"PublicKeyVersion\":1,\"Nonce\":\"theirs\"}",
    };
    entitle_expectation expectation = full_expectation();
    entitle_verification *v = verify(keyring, forge_token(&recipe), &expectation);
    const char *message = entitle_verification_message(v);

    (void)state;
    assert_int_equal(entitle_verification_reason(v), ENTITLE_NONCE_MISMATCH);
    assert_null(strstr(message, "theirs"));
    assert_null(strstr(message, FORGE_NONCE));
    assert_null(strstr(message, "eyJ"));
    assert_int_equal(fake.log_length, 0);
    entitle_verification_free(v);
}

#define VERIFY_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        VERIFY_TEST(verify_accepts_a_right_token),
        VERIFY_TEST(verify_asks_nothing_without_expectation),
        VERIFY_TEST(verify_says_which_check_failed),
        VERIFY_TEST(verify_refuses_broken_structure),
        VERIFY_TEST(verify_refuses_every_altered_character),
        VERIFY_TEST(verify_refuses_every_cut_token),
        VERIFY_TEST(verify_tells_of_another_salt_length),
        VERIFY_TEST(verify_names_the_key_that_signed_with_another_salt),
        VERIFY_TEST(verify_tries_the_highest_version_first),
        VERIFY_TEST(verify_wants_the_version_of_the_key_that_signed),
        VERIFY_TEST(verify_tries_only_the_version_named),
        VERIFY_TEST(verify_judges_at_the_time_given),
        VERIFY_TEST(verify_judges_nothing_without_the_means),
        VERIFY_TEST(verify_refuses_a_token_of_no_bytes),
        cmocka_unit_test(verification_that_is_missing_is_not_valid),
        VERIFY_TEST(verify_never_quotes_token_or_nonce),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
