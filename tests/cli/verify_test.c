/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/child.h"
#include "cli/scratch.h"
#include "support/cmocka.h"
#include "support/token_forge.h"

#include <cjson/cJSON.h>
#include <openssl/evp.h>

#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

/* Forged tokens are issued at this time; without --at they would come from another. */
#define AT "--at=2026-11-21T20:00:00Z"

static struct {
    scratch folder;
    char key_path[SCRATCH_PATH_SIZE];
    char sha256[65];
} keys;

typedef struct verify_case {
    const char *name;
    forge_recipe recipe;
    const char *arguments[4]; /* beside --json, --keys and AT */
    int want_status;
    const char *want_reason;
    const char *want_checks; /* the first letters but for the "not_": p f r c */
} verify_case;

static const verify_case cases[] = {
    { "right", { 0 }, { NULL }, 0, "verified", "ppppccpp" },
    { "right_and_asked",
      { 0 },
      { "--product-code=" FORGE_PRODUCT_CODE,
        "--nonce=" FORGE_NONCE,
        "--key-version=1" },
      0,
      "verified",
      "pppppppp" },
    { "other_product_code",
      { 0 },
      { "--product-code=x" FORGE_PRODUCT_CODE },
      EX_PROTOCOL,
      "product_code_mismatch",
      "ppppfcrr" },
    { "other_nonce",
      { 0 },
      { "--nonce=x" FORGE_NONCE },
      EX_PROTOCOL,
      "nonce_mismatch",
      "ppppcfrr" },
    { "other_key",
      { .key = FORGE_KEY_OTHER },
      { NULL },
      EX_PROTOCOL,
      "bad_signature",
      "ppfrccrr" },
    { "other_algorithm",
      { .header = "{\"alg\":\"RS256\"}", .algorithm = FORGE_RS256 },
      { NULL },
      EX_PROTOCOL,
      "algorithm_not_allowed",
      "pfrrccrr" },
    { "payload_that_is_no_entitlement",
      { .payload = "{}" },
      { NULL },
      EX_PROTOCOL,
      "bad_payload",
      "pppfccrr" },
    { "not_the_version_held",
      { .payload = "{\"ProductCode\":\"c\",\"PublicKeyVersion\":2}" },
      { NULL },
      EX_PROTOCOL,
      "key_version_mismatch",
      "ppppccfr" },
    { "expired",
      { .payload = "{\"ProductCode\":\"c\",\"PublicKeyVersion\":1,\"exp\":1}" },
      { NULL },
      EX_PROTOCOL,
      "expired",
      "ppppccpf" },
};

static void
learn_fingerprint(void)
{
    unsigned char digest[32];
    size_t length = 0;
    unsigned char *der = forge_der(forge_pkey(FORGE_KEY), FORGE_SPKI, &length);

    assert_int_equal(EVP_Digest(der, length, digest, NULL, EVP_sha256(), NULL), 1);
    for (size_t i = 0; i < sizeof(digest); i++) {
        (void)snprintf(keys.sha256 + 2 * i, 3, "%02x", digest[i]);
    }
    free(der);
}

static int
make_keys(void **state)
{
    char *pem = forge_pem(forge_pkey(FORGE_KEY), FORGE_SPKI);

    (void)state;
    scratch_make(&keys.folder);
    scratch_write_text(&keys.folder, "1.pem", pem, 0644, keys.key_path);
    learn_fingerprint();
    free(pem);
    return 0;
}

static int
remove_keys(void **state)
{
    (void)state;
    scratch_remove(&keys.folder);
    return 0;
}

static child_result
verify(const char *const more[4], const char *token, const char *input, size_t length)
{
    const char *arguments[12] = { CLI_PATH, "verify", "--keys", keys.folder.path, AT };
    size_t count = 5;
    const child_plan plan = {
        .arguments = arguments,
        .input = input,
        .input_length = length,
    };

    for (size_t i = 0; i < 4 && more[i] != NULL; i++) {
        arguments[count++] = more[i];
    }
    arguments[count] = token;
    return child_run(&plan);
}

/* "pass" is p, "fail" f, "not_reached" r and "not_checked" c. */
static void
abbreviate_checks(const cJSON *checks, char out[9])
{
    const cJSON *check = NULL;
    size_t count = 0;

    cJSON_ArrayForEach(check, checks)
    {
        const char *text = check->valuestring;

        assert_true(count < 8);
        out[count++] = strncmp(text, "not_", 4) == 0 ? text[4] : text[0];
    }
    out[count] = '\0';
}

static void
check_case(const verify_case *row)
{
    const char *more[4] = { "--json" };
    char *token = forge_token(&row->recipe);
    char checks[9];
    child_result result;
    cJSON *json = NULL;

    memcpy(more + 1, row->arguments, 3 * sizeof(more[0]));
    result = verify(more, token, NULL, 0);
    json = cJSON_Parse(result.out);
    print_message("%s\n", row->name);
    assert_non_null(json);
    abbreviate_checks(cJSON_GetObjectItem(json, "checks"), checks);

    assert_int_equal(result.exit_status, row->want_status);
    assert_string_equal(
        cJSON_GetObjectItem(json, "reason")->valuestring, row->want_reason);
    assert_string_equal(checks, row->want_checks);
    assert_true(
        cJSON_IsTrue(cJSON_GetObjectItem(json, "valid")) == (row->want_status == 0));
    assert_true(
        cJSON_IsObject(cJSON_GetObjectItem(json, "claims")) ==
        (strncmp(row->want_checks, "pppp", 4) == 0));
    assert_null(strstr(result.err, token));

    cJSON_Delete(json);
    child_result_clear(&result);
    free(token);
}

static void
verify_judges_each_check(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        check_case(&cases[i]);
    }
}

static void
verify_prints_json_as_promised(void **state)
{
    static const char *const more[4] = { "--json", "--nonce=" FORGE_NONCE };
    static const forge_recipe recipe = { 0 };
    char *token = forge_token(&recipe);
    child_result result = verify(more, token, NULL, 0);
    char want[2048];

    (void)state;
    (void)snprintf(
        want,
        sizeof(want),
        "{\"valid\":true,\"reason\":\"verified\",\"message\":\"the token is authentic, "
        "signed by the key of version "
        "1\",\"checks\":{\"structure\":\"pass\",\"header\":"
        "\"pass\",\"signature\":\"pass\",\"payload\":\"pass\",\"product_code\":"
        "\"not_checked\",\"nonce\":\"pass\",\"key_version\":\"pass\",\"time\":\"pass\"}"
        ","
        "\"header\":{\"alg\":\"PS256\",\"typ\":\"JWT\"},\"claims\":%s,"
        "\"key\":{\"version\":1,\"bits\":2048,\"sha256\":\"%s\"}}\n",
        FORGE_PAYLOAD,
        keys.sha256);

    assert_string_equal(result.out, want);
    assert_string_equal(result.err, "");
    child_result_clear(&result);
    free(token);
}

static void
verify_prints_json_without_keys(void **state)
{
    static const char *const arguments[] = {
        CLI_PATH, "verify", "--keys", "/does/not/exist", "--json", "a.b.c", NULL
    };
    const child_plan plan = { .arguments = arguments };
    child_result result = child_run(&plan);
    static const char want[] = "{\"valid\":false,\"reason\":\"keys_unusable\",";

    (void)state;
    assert_int_equal(result.exit_status, EX_CONFIG);
    assert_memory_equal(result.out, want, sizeof(want) - 1);
    assert_non_null(
        strstr(result.out, ",\"header\":null,\"claims\":null,\"key\":null}\n"));
    child_result_clear(&result);
}

static void
verify_prints_lines(void **state)
{
    static const char *const none[4] = { NULL };
    static const forge_recipe recipe = { 0 };
    char *token = forge_token(&recipe);
    char *tampered = forge_tampered(&recipe, 0, 0);
    child_result right = verify(none, token, NULL, 0);
    child_result wrong = verify(none, tampered, NULL, 0);

    (void)state;
    assert_int_equal(right.exit_status, 0);
    assert_memory_equal(right.out, "valid: ", 7);
    assert_non_null(strstr(right.out, "\nsignature     pass\npayload       pass\n"));
    assert_non_null(strstr(right.out, "\nclaims        " FORGE_PAYLOAD "\n"));
    assert_string_equal(right.err, "");

    assert_int_equal(wrong.exit_status, EX_PROTOCOL);
    assert_memory_equal(wrong.out, "refused (bad_signature)\n", 24);
    assert_non_null(
        strstr(wrong.out, "\nsignature     fail\npayload       not_reached\n"));
    assert_null(strstr(wrong.out, "claims"));
    assert_memory_equal(wrong.err, "entitle: error: ", 16);

    child_result_clear(&right);
    child_result_clear(&wrong);
    free(token);
    free(tampered);
}

/* How a token that is right may come, and what is no longer the same token. */
static const struct {
    const char *name;
    const char *argument;
    const char *behind; /* the token, on standard input */
    size_t behind_length;
    int want_status;
} inputs[] = {
    { "alone", "-", "", 0, 0 },
    { "without_argument", NULL, "", 0, 0 },
    { "with_newline", "-", "\n", 1, 0 },
    { "with_crlf", "-", "\r\n", 2, 0 },
    { "with_two_newlines", "-", "\n\n", 2, EX_PROTOCOL },
    { "with_carriage_return", "-", "\r", 1, EX_PROTOCOL },
    { "with_space", "-", " ", 1, EX_PROTOCOL },
    { "with_nul", "-", "\0", 1, EX_PROTOCOL },
};

static void
verify_takes_one_newline_off_its_input(void **state)
{
    static const char *const quiet[4] = { "--quiet" };
    static const forge_recipe recipe = { 0 };
    char *token = forge_token(&recipe);
    size_t length = strlen(token);
    char input[4096];

    (void)state;
    for (size_t i = 0; i < sizeof(inputs) / sizeof(inputs[0]); i++) {
        child_result result;

        memcpy(input, token, length);
        memcpy(input + length, inputs[i].behind, inputs[i].behind_length);
        result =
            verify(quiet, inputs[i].argument, input, length + inputs[i].behind_length);
        print_message("%s\n", inputs[i].name);
        assert_int_equal(result.exit_status, inputs[i].want_status);
        assert_string_equal(result.out, "");
        assert_string_equal(result.err, "");
        child_result_clear(&result);
    }
    free(token);
}

static void
verify_reads_a_file(void **state)
{
    static const char *const none[4] = { NULL };
    static const forge_recipe recipe = { 0 };
    char *token = forge_token(&recipe);
    char path[SCRATCH_PATH_SIZE + 1] = "@";
    child_result there;
    child_result gone;

    (void)state;
    scratch_write_text(&keys.folder, "token", token, 0600, path + 1);
    there = verify(none, path, NULL, 0);
    gone = verify(none, "@/does/not/exist", NULL, 0);

    assert_int_equal(there.exit_status, 0);
    assert_int_equal(gone.exit_status, EX_IOERR);
    child_result_clear(&there);
    child_result_clear(&gone);
    free(token);
}

static void
verify_refuses_an_endless_token(void **state)
{
    static const char *const none[4] = { NULL };
    size_t size = 3 * 1024 * 1024;
    char *input = malloc(size);
    child_result result;

    (void)state;
    assert_non_null(input);
    memset(input, 'A', size);
    result = verify(none, "-", input, size);

    assert_int_equal(result.exit_status, EX_PROTOCOL);
    assert_memory_equal(result.out, "refused (malformed_token)\n", 26);
    assert_true(strlen(result.out) + strlen(result.err) < 2048);
    child_result_clear(&result);
    free(input);
}

/* A claim may hold what a terminal would obey; JSON says the same without it. */
static void
verify_escapes_what_a_terminal_obeys(void **state)
{
    static const char *const more[4] = { "--json" };
    static const forge_recipe recipe = {
        .payload = "{\"ProductCode\":\"c\",\n\"PublicKeyVersion\":1,"
                   "\"x\":\"\xc2\x9b"
                   "31m\x7f\xe2\x80\xae\xc3\xa4\"}",
    };
    char *token = forge_token(&recipe);
    child_result result = verify(more, token, NULL, 0);

    (void)state;
    assert_non_null(strstr(
        result.out,
        "{\"ProductCode\":\"c\", \"PublicKeyVersion\":1,"
        "\"x\":\"\\u009b31m\\u007f\\u202e\xc3\xa4\"}"));
    child_result_clear(&result);
    free(token);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(verify_judges_each_check),
        cmocka_unit_test(verify_prints_json_as_promised),
        cmocka_unit_test(verify_prints_json_without_keys),
        cmocka_unit_test(verify_prints_lines),
        cmocka_unit_test(verify_takes_one_newline_off_its_input),
        cmocka_unit_test(verify_reads_a_file),
        cmocka_unit_test(verify_refuses_an_endless_token),
        cmocka_unit_test(verify_escapes_what_a_terminal_obeys),
    };

    return cmocka_run_group_tests(tests, make_keys, remove_keys);
}
