/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/child.h"
#include "cli/scratch.h"
#include "support/cmocka.h"
#include "support/key_forge.h"
#include "support/licence_forge.h"

#include <cjson/cJSON.h>
#include <openssl/pem.h>

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#define ROUTE "--route=licence-file"
#define FAR   "2099-12-31T00:00:00Z"

/* A licence that is in force whenever this runs; `MORE` begins with a comma. */
#define PAYLOAD_OF(NBF, EXP, MORE)                                                     \
    "{\"format\":\"entitle-licence-1\",\"jti\":\"l-1\",\"product\":\"" LICENCE_PRODUCT \
    "\",\"licensee\":\"Example Corp\",\"iat\":1000000000,\"nbf\":" NBF                 \
    ",\"exp\":" EXP MORE "}"
#define IN_FORCE(MORE) PAYLOAD_OF("1000000000", "4102358400", MORE)

static struct {
    scratch folder;
    char keys[SCRATCH_PATH_SIZE]; /* a folder with both public keys */
    char product[SCRATCH_PATH_SIZE];
    char licence[SCRATCH_PATH_SIZE]; /* "--licence=..." */
    char key_option[SCRATCH_PATH_SIZE];
} site;

static void
write_public(const char *name, EVP_PKEY *pkey)
{
    char path[SCRATCH_PATH_SIZE];
    char *pem = forge_pem(pkey, FORGE_SPKI);

    scratch_write_text(&site.folder, name, pem, 0644, path);
    free(pem);
}

static int
make_site(void **state)
{
    (void)state;
    scratch_make(&site.folder);
    write_public(LICENCE_KEY_ID ".pem", forge_pkey(FORGE_KEY_EC));
    write_public(LICENCE_RSA_KEY_ID ".pem", forge_pkey(FORGE_KEY));
    (void)snprintf(site.keys, sizeof(site.keys), "--licence-keys=%s", site.folder.path);
    (void)snprintf(
        site.product, sizeof(site.product), "--product-code=%s", LICENCE_PRODUCT);
    return 0;
}

static int
remove_site(void **state)
{
    (void)state;
    scratch_remove(&site.folder);
    return 0;
}

static void
write_licence_text(const char *text)
{
    char path[SCRATCH_PATH_SIZE];

    scratch_write_text(&site.folder, "licence", text, 0644, path);
    (void)snprintf(site.licence, sizeof(site.licence), "--licence=%.480s", path);
}

static void
write_licence(const licence_recipe *recipe)
{
    char *licence = licence_forge(recipe);

    write_licence_text(licence);
    free(licence);
}

/* NULL ends the list. */
static child_result
start(const char *const *environment, const char *const *arguments)
{
    const child_plan plan = { .arguments = arguments, .environment = environment };

    return child_run(&plan);
}

static const char *
member(const cJSON *json, const char *name)
{
    return cJSON_GetStringValue(cJSON_GetObjectItem(json, name));
}

static const struct {
    const char *name;
    licence_recipe recipe;
    const char *text; /* in place of the recipe */
    const char *product;
    int want_status;
    const char *want_reason;
} gates[] = {
    { "right", { .payload = IN_FORCE("") }, NULL, LICENCE_PRODUCT, 0, "verified" },
    { "other_product",
      { .payload = IN_FORCE("") },
      NULL,
      "other",
      EX_PROTOCOL,
      "product_code_mismatch" },
    { "expired",
      { .payload = PAYLOAD_OF("1000000000", "1000000001", "") },
      NULL,
      LICENCE_PRODUCT,
      EX_PROTOCOL,
      "expired" },
    { "not_yet",
      { .payload = PAYLOAD_OF("4102358300", "4102358400", "") },
      NULL,
      LICENCE_PRODUCT,
      EX_PROTOCOL,
      "not_yet_valid" },
    { "other_host",
      { .payload = IN_FORCE(",\"host\":\"no-host-is-called-this\"") },
      NULL,
      LICENCE_PRODUCT,
      EX_PROTOCOL,
      "bound_elsewhere" },
    { "other_account",
      { .payload = IN_FORCE(",\"account\":\"123456789012\"") },
      NULL,
      LICENCE_PRODUCT,
      EX_PROTOCOL,
      "bound_elsewhere" },
    { "unknown_key",
      { .header = "{\"alg\":\"ES256\",\"kid\":\"unknown\"}", .payload = IN_FORCE("") },
      NULL,
      LICENCE_PRODUCT,
      EX_PROTOCOL,
      "unknown_licence_key" },
    { "other_algorithm",
      { .header = "{\"alg\":\"HS256\",\"kid\":\"" LICENCE_KEY_ID "\"}",
        .payload = IN_FORCE("") },
      NULL,
      LICENCE_PRODUCT,
      EX_PROTOCOL,
      "algorithm_not_allowed" },
    { "header_with_more",
      { .header = "{\"alg\":\"ES256\",\"kid\":\"" LICENCE_KEY_ID "\",\"b64\":false}",
        .payload = IN_FORCE("") },
      NULL,
      LICENCE_PRODUCT,
      EX_PROTOCOL,
      "bad_header" },
    { "member_twice",
      { .payload = IN_FORCE(",\"exp\":4102358400") },
      NULL,
      LICENCE_PRODUCT,
      EX_PROTOCOL,
      "bad_payload" },
    { "no_signature_at_all",
      { .payload = NULL },
      "eyJhbGciOiJub25lIn0.e30.",
      LICENCE_PRODUCT,
      EX_PROTOCOL,
      "malformed_token" },
    { "no_licence",
      { .payload = NULL },
      "this is no licence",
      LICENCE_PRODUCT,
      EX_PROTOCOL,
      "malformed_token" },
};

static void
check_gate(size_t row)
{
    static const char *const environment[] = { "PATH=/usr/bin:/bin",
                                               "AWS_EC2_METADATA_DISABLED=true",
                                               NULL };
    char product[128];

    if (gates[row].text != NULL) {
        write_licence_text(gates[row].text);
    } else {
        write_licence(&gates[row].recipe);
    }
    (void)snprintf(product, sizeof(product), "--product-code=%s", gates[row].product);
    const char *const arguments[] = { CLI_PATH,  "check",      ROUTE,   "--json",
                                      site.keys, site.licence, product, NULL };
    child_result result = start(environment, arguments);
    cJSON *json = cJSON_Parse(result.out);

    if (result.exit_status != gates[row].want_status || json == NULL ||
        strcmp(member(json, "reason"), gates[row].want_reason) != 0) {
        fail_msg("%s: %d, %s", gates[row].name, result.exit_status, result.out);
    }
    assert_string_equal(member(json, "source"), "licence-file");
    assert_string_equal(
        member(json, "decision"), result.exit_status == 0 ? "entitled" : "unknown");
    assert_true((member(json, "hint") == NULL) == (result.exit_status == 0));
    cJSON_Delete(json);
    child_result_clear(&result);
}

static void
check_refuses_each_by_its_reason(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(gates) / sizeof(gates[0]); i++) {
        check_gate(i);
    }
}

/* One process from the first to the last, and none of our variables left in it. */
static void
run_becomes_the_program(void **state)
{
    const licence_recipe recipe = { .payload = IN_FORCE("") };
    char keys[SCRATCH_PATH_SIZE + 32];
    char licence[SCRATCH_PATH_SIZE + 32];
    char want[32];

    (void)state;
    write_licence(&recipe);
    (void)snprintf(keys, sizeof(keys), "ENTITLE_LICENCE_KEYS=%s", site.folder.path);
    (void)snprintf(
        licence, sizeof(licence), "ENTITLE_LICENCE=%s/licence", site.folder.path);
    const char *const environment[] = { "PATH=/usr/bin:/bin",
                                        "ENTITLE_ROUTE=licence-file",
                                        "ENTITLE_PRODUCT_CODE=" LICENCE_PRODUCT,
                                        keys,
                                        licence,
                                        NULL };
    const char *const arguments[] = { CLI_PATH, "run", "--",
                                      "sh",     "-c",  "echo $$; env | grep ENTITLE",
                                      NULL };
    child_result result = start(environment, arguments);

    (void)snprintf(want, sizeof(want), "%d\n", (int)result.pid);
    assert_string_equal(result.out, want);
    assert_int_equal(result.exit_status, 1); /* grep's: it has found nothing */
    assert_string_equal(result.err, "");
    child_result_clear(&result);
}

static void
run_starts_nothing_after_a_refusal(void **state)
{
    const char *const arguments[] = { CLI_PATH,  "run",        ROUTE, site.product,
                                      site.keys, site.licence, "--",  "echo",
                                      "started", NULL };

    (void)state;
    write_licence_text("x.y.z");
    child_result result = start(NULL, arguments);
    assert_int_equal(result.exit_status, EX_PROTOCOL);
    assert_string_equal(result.out, "");
    child_result_clear(&result);
}

static void
state_file_notices_a_clock_set_back(void **state)
{
    const licence_recipe recipe = { .payload = IN_FORCE("") };
    char path[SCRATCH_PATH_SIZE];
    char option[SCRATCH_PATH_SIZE + 32];

    (void)state;
    write_licence(&recipe);
    scratch_write_text(
        &site.folder, "state", "entitle-licence-clock-1 4102358000\n", 0600, path);
    (void)snprintf(option, sizeof(option), "--licence-state=%s", path);
    const char *const arguments[] = { CLI_PATH,  "check",      ROUTE,  site.product,
                                      site.keys, site.licence, option, NULL };
    child_result back = start(NULL, arguments);
    assert_int_equal(back.exit_status, EX_CONFIG);
    assert_non_null(strstr(back.out, "unknown (clock_set_back)\n"));
    child_result_clear(&back);

    assert_int_equal(unlink(path), 0);
    child_result fresh = start(NULL, arguments);
    assert_int_equal(fresh.exit_status, 0);
    assert_int_equal(access(path, R_OK), 0);
    child_result_clear(&fresh);
}

static void
verify_judges_what_it_is_asked(void **state)
{
    static const struct {
        const char *arguments[3];
        int want_status;
        const char *want;
    } rows[] = {
        { { NULL }, 0, "host          not_checked\n" },
        { { "--product-code=" LICENCE_PRODUCT }, 0, "product_code  pass\n" },
        { { "--product-code=x" }, EX_PROTOCOL, "refused (product_code_mismatch)\n" },
        { { "--host=DB7" }, 0, "host          pass\n" },
        { { "--host=db8" }, EX_PROTOCOL, "refused (bound_elsewhere)\n" },
        { { "--here" }, EX_PROTOCOL, "refused (bound_elsewhere)\n" },
        { { "--at=4102358400" }, 0, "time          pass\n" },
        { { "--at=4102358700" }, EX_PROTOCOL, "refused (expired)\n" },
        { { "--here", "--host=db7" }, EX_USAGE, "" },
        { { "--at=1", "--licence-state=x" }, EX_USAGE, "" },
    };
    const licence_recipe recipe = { .payload = IN_FORCE(",\"host\":\"db7\"") };
    char *licence = licence_forge(&recipe);

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const char *arguments[9] = {
            CLI_PATH, "licence", "verify", site.keys, licence
        };

        memcpy(arguments + 5, rows[i].arguments, sizeof(rows[i].arguments));
        child_result result = start(NULL, arguments);
        if (result.exit_status != rows[i].want_status ||
            strstr(result.out, rows[i].want) == NULL) {
            fail_msg("row %zu: %d, %s", i, result.exit_status, result.out);
        }
        assert_null(strstr(result.err, licence));
        child_result_clear(&result);
    }
    free(licence);
}

static void
verify_prints_json_as_promised(void **state)
{
    const licence_recipe recipe = { .payload = IN_FORCE(",\"seats\":1") };
    char *licence = licence_forge(&recipe);
    const char *const arguments[] = { CLI_PATH,  "licence", "verify", "--json",
                                      site.keys, licence,   NULL };
    child_result result = start(NULL, arguments);
    static const char want[] =
        "{\"valid\":true,\"reason\":\"verified\",\"message\":\"licence l-1 of 'Example "
        "Corp' is authentic, signed by the key '" LICENCE_KEY_ID
        "', and lasts until 2099-12-31T00:00:00Z\",\"hint\":null,\"checks\":{"
        "\"structure\":\"pass\",\"header\":\"pass\",\"key\":\"pass\",\"signature\":"
        "\"pass\",\"payload\":\"pass\",\"product_code\":\"not_checked\",\"clock\":"
        "\"not_checked\",\"time\":\"pass\",\"account\":\"not_checked\",\"host\":"
        "\"not_checked\"},\"claims\":" IN_FORCE(
            ",\"seats\":1") ",\"key\":{\"id\":"
                            "\"" LICENCE_KEY_ID
                            "\",\"algorithm\":\"ES256\",\"sha256\":\"";

    (void)state;
    assert_int_equal(result.exit_status, 0);
    assert_memory_equal(result.out, want, sizeof(want) - 1);
    child_result_clear(&result);
    free(licence);
}

/* Nobody who reads a line of it, or one value of the JSON, may take it for proven. */
static void
inspect_marks_everything_as_unverified(void **state)
{
    const licence_recipe recipe = {
        .header = "{\"alg\":\"none\"}",
        .payload = "{\"licensee\":\"\\u001b[31mMallory\\nverified\",\"exp\":1}",
    };
    char *licence = licence_forge(&recipe);
    const char *const lines[] = { CLI_PATH, "licence", "inspect", licence, NULL };
    const char *const json[] = {
        CLI_PATH, "licence", "inspect", "--json", licence, NULL
    };
    child_result result = start(NULL, lines);

    (void)state;
    assert_int_equal(result.exit_status, 0);
    char *rest = NULL;
    for (char *line = strtok_r(result.out, "\n", &rest); line != NULL;
         line = strtok_r(NULL, "\n", &rest)) {
        assert_memory_equal(line, "unverified", 10);
        assert_null(strchr(line, '\033'));
    }
    child_result_clear(&result);
    result = start(NULL, json);
    assert_int_equal(result.exit_status, 0);
    assert_string_equal(
        result.out,
        "{\"verified\":false,\"unverified_header\":{\"alg\":\"none\"},"
        "\"unverified_claims\":{\"licensee\":\"\\u001b[31mMallory\\nverified\",\"exp\":"
        "1}"
        "}\n");
    child_result_clear(&result);
    free(licence);
}

static void
inspect_refuses_what_is_no_licence(void **state)
{
    const char *const arguments[] = { CLI_PATH, "licence", "inspect", "a.b", NULL };
    child_result result = start(NULL, arguments);

    (void)state;
    assert_int_equal(result.exit_status, EX_PROTOCOL);
    assert_string_equal(result.out, "");
    child_result_clear(&result);
}

/* --- Issuing ------------------------------------------------------------------- */

static void
write_private(const char *name, EVP_PKEY *pkey, mode_t mode)
{
    char *pem = forge_pem(pkey, FORGE_PRIVATE_PKCS8);
    char path[SCRATCH_PATH_SIZE];

    scratch_write_text(&site.folder, name, pem, mode, path);
    (void)snprintf(site.key_option, sizeof(site.key_option), "--key=%.480s", path);
    free(pem);
}

static child_result
issue(const char *const more[4])
{
    const char *arguments[10] = { ISSUER_PATH,
                                  site.key_option,
                                  "--product=" LICENCE_PRODUCT,
                                  "--licensee=Example & S\xc3\xb6hne \"GmbH\"",
                                  "--expires=" FAR };

    memcpy(arguments + 5, more, 4 * sizeof(more[0]));
    return start(NULL, arguments);
}

static void
check_issued(const char *name, EVP_PKEY *pkey, const char *algorithm)
{
    static const char *const more[4] = {
        "--seats=25", "--feature=export,sso", "--feature=api", "--account=123456789012"
    };
    char want[128];

    write_private(name, pkey, 0600);
    child_result issued = issue(more);
    assert_int_equal(issued.exit_status, 0);
    issued.out[strcspn(issued.out, "\n")] = '\0';
    const char *const arguments[] = { CLI_PATH,   "licence",
                                      "verify",   "--account=123456789012",
                                      "--json",   site.keys,
                                      issued.out, NULL };
    child_result result = start(NULL, arguments);
    assert_int_equal(result.exit_status, 0);
    (void)snprintf(want, sizeof(want), "\"algorithm\":\"%s\"", algorithm);
    assert_non_null(strstr(result.out, want));
    assert_non_null(
        strstr(result.out, "\"licensee\":\"Example & S\xc3\xb6hne \\\"GmbH\\\"\""));
    assert_non_null(strstr(
        result.out,
        "\"exp\":4102358400,\"features\":[\"export\",\"sso\",\"api\"],\"seats\":25,"
        "\"account\":\"123456789012\"}"));
    child_result_clear(&result);
    child_result_clear(&issued);
}

static void
issued_licence_is_verified(void **state)
{
    (void)state;
    check_issued(LICENCE_KEY_ID ".key", forge_pkey(FORGE_KEY_EC), "ES256");
    check_issued(LICENCE_RSA_KEY_ID ".key", forge_pkey(FORGE_KEY), "RS256");
}

static const struct {
    const char *name;
    const char *more[4];
} refused_requests[] = {
    { "key_id_number", { "--key-id=7" } },
    { "key_id_path", { "--key-id=a/b" } },
    { "seats_none", { "--seats=0" } },
    { "feature_empty", { "--feature=a,,b" } },
    { "feature_twice", { "--feature=a,b", "--feature=a" } },
    { "feature_with_a_space", { "--feature=a b" } },
    { "account_short", { "--account=12345678901" } },
    { "host_with_a_space", { "--host=db 7" } },
    { "id_with_a_space", { "--id=a b" } },
    { "begins_after_its_end", { "--not-before=2100-01-01T00:00:00Z" } },
    { "argument", { "more" } },
    { "unknown_option", { "--seat=1" } },
};

static void
issuer_refuses_what_no_licence_may_say(void **state)
{
    static const char *const nothing[4] = { NULL };

    (void)state;
    write_private(LICENCE_KEY_ID ".key", forge_pkey(FORGE_KEY_EC), 0600);
    for (size_t i = 0; i < sizeof(refused_requests) / sizeof(refused_requests[0]);
         i++) {
        child_result result = issue(refused_requests[i].more);

        if (result.exit_status != EX_USAGE || result.out[0] != '\0') {
            fail_msg("%s: %d", refused_requests[i].name, result.exit_status);
        }
        child_result_clear(&result);
    }
    child_result result = issue(nothing);
    assert_int_equal(result.exit_status, 0);
    child_result_clear(&result);
}

static void
check_key(const char *name, EVP_PKEY *pkey, mode_t mode, int want)
{
    static const char *const nothing[4] = { NULL };

    write_private(name, pkey, mode);
    child_result result = issue(nothing);
    if (result.exit_status != want) {
        fail_msg("%s: %d (%s)", name, result.exit_status, result.err);
    }
    assert_true((result.out[0] == '\0') == (want != 0));
    child_result_clear(&result);
}

static void
issuer_takes_a_key_that_its_owner_alone_may_read(void **state)
{
    EVP_PKEY *p384 = licence_forge_key("P-384");

    (void)state;
    check_key("a.key", forge_pkey(FORGE_KEY_EC), 0600, 0);
    check_key("b.key", forge_pkey(FORGE_KEY_EC), 0400, 0);
    check_key("c.key", forge_pkey(FORGE_KEY_EC), 0640, EX_CONFIG);
    check_key("d.key", forge_pkey(FORGE_KEY_EC), 0604, EX_CONFIG);
    check_key("e.key", forge_pkey(FORGE_KEY_EC), 0620, EX_CONFIG);
    check_key("f.key", p384, 0600, EX_CONFIG);
    check_key("g.key", forge_pkey(FORGE_KEY_1024), 0600, EX_CONFIG);
    check_key("h.key", forge_pkey(FORGE_KEY_ED25519), 0600, EX_CONFIG);
    EVP_PKEY_free(p384);
}

static void
write_encrypted(const char *path)
{
    char phrase[] = "phrase";
    FILE *file = fopen(path, "w");

    assert_non_null(file);
    assert_int_equal(chmod(path, 0600), 0);
    assert_int_equal(
        PEM_write_PrivateKey(
            file,
            forge_pkey(FORGE_KEY_EC),
            EVP_aes_128_cbc(),
            (unsigned char *)phrase,
            (int)strlen(phrase),
            NULL,
            NULL),
        1);
    assert_int_equal(fclose(file), 0);
}

static void
issuer_names_what_is_wrong_with_a_key(void **state)
{
    static const char *const nothing[4] = { NULL };
    char path[SCRATCH_PATH_SIZE];

    (void)state;
    (void)snprintf(path, sizeof(path), "%s/encrypted.key", site.folder.path);
    write_encrypted(path);
    (void)snprintf(site.key_option, sizeof(site.key_option), "--key=%.480s", path);
    child_result result = issue(nothing);
    assert_int_equal(result.exit_status, EX_CONFIG);
    assert_non_null(strstr(result.err, "is encrypted\n"));
    child_result_clear(&result);

    scratch_write_text(&site.folder, "empty.key", "", 0600, path);
    (void)snprintf(site.key_option, sizeof(site.key_option), "--key=%.480s", path);
    result = issue(nothing);
    assert_int_equal(result.exit_status, EX_CONFIG);
    assert_non_null(strstr(result.err, "is not the PEM of a private key\n"));
    child_result_clear(&result);

    (void)snprintf(site.key_option, sizeof(site.key_option), "--key=/does/not/exist");
    result = issue(nothing);
    assert_int_equal(result.exit_status, EX_IOERR);
    child_result_clear(&result);
}

/* --- Without the program that reads licences ------------------------------------- */

static void
gate_without_the_other_program_says_so(void **state)
{
    char copy[SCRATCH_PATH_SIZE];
    const char *const copying[] = { "/bin/cp", CLI_PATH, copy, NULL };
    const char *const arguments[] = { copy, "check", ROUTE, site.product, NULL };
    const char *const neighbour[] = { copy, "version", NULL };

    (void)state;
    (void)snprintf(copy, sizeof(copy), "%s/entitle", site.folder.path);
    child_result copied = start(NULL, copying);
    assert_int_equal(copied.exit_status, 0);
    child_result result = start(NULL, arguments);
    assert_int_equal(result.exit_status, EX_CONFIG);
    assert_non_null(strstr(result.err, "the program entitle-licence is not installed"));
    child_result accepted = start(NULL, neighbour);
    assert_int_equal(accepted.exit_status, 0);
    child_result_clear(&copied);
    child_result_clear(&result);
    child_result_clear(&accepted);
}

static const struct {
    const char *name;
    const char *arguments[6];
    int want_status;
} lines[] = {
    { "other_route_here", { "licence", "check", "--route=meter-usage" }, EX_USAGE },
    { "no_route_here", { "licence", "check" }, EX_CONFIG },
    { "licence_on_another_route", { "check", "--licence=x" }, EX_USAGE },
    { "doctor", { "doctor", ROUTE }, EX_USAGE },
    { "no_keys", { "licence", "verify", "a.b.c" }, EX_USAGE },
    { "two_licences", { "licence", "inspect", "a.b.c", "a.b.c" }, EX_USAGE },
    { "help", { "licence", "help", "verify" }, 0 },
};

static void
command_lines_are_judged(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        const char *arguments[8] = { CLI_PATH };

        memcpy(arguments + 1, lines[i].arguments, sizeof(lines[i].arguments));
        child_result result = start(NULL, arguments);
        if (result.exit_status != lines[i].want_status) {
            fail_msg("%s: %d (%s)", lines[i].name, result.exit_status, result.err);
        }
        child_result_clear(&result);
    }
}

#define TEST(NAME) cmocka_unit_test_setup_teardown(NAME, make_site, remove_site)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(check_refuses_each_by_its_reason),
        TEST(run_becomes_the_program),
        TEST(run_starts_nothing_after_a_refusal),
        TEST(state_file_notices_a_clock_set_back),
        TEST(verify_judges_what_it_is_asked),
        TEST(verify_prints_json_as_promised),
        TEST(inspect_marks_everything_as_unverified),
        TEST(inspect_refuses_what_is_no_licence),
        TEST(issued_licence_is_verified),
        TEST(issuer_refuses_what_no_licence_may_say),
        TEST(issuer_takes_a_key_that_its_owner_alone_may_read),
        TEST(issuer_names_what_is_wrong_with_a_key),
        TEST(gate_without_the_other_program_says_so),
        TEST(command_lines_are_judged),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
