/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/scratch.h"
#include "gate/licence.h"
#include "support/cmocka.h"
#include "support/fake_runtime.h"
#include "support/key_forge.h"
#include "support/licence_forge.h"

#include <entitle/licence.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { DAY_S = 86400 };

static struct {
    fake_runtime fake;
    scratch folder;
    char keys[SCRATCH_PATH_SIZE];
    char *pem;
    char licence[SCRATCH_PATH_SIZE];
    char state[SCRATCH_PATH_SIZE];
} site;

static void
write_licence(const char *payload, const char *end)
{
    const licence_recipe recipe = { .payload = payload };
    char *licence = licence_forge(&recipe);
    char text[8192];

    (void)snprintf(text, sizeof(text), "%s%s", licence, end);
    scratch_write_text(&site.folder, "licence", text, 0644, site.licence);
    free(licence);
}

static int
make_site(void **state)
{
    (void)state;
    fake_runtime_init(&site.fake);
    scratch_make(&site.folder);
    site.pem = forge_pem(forge_pkey(FORGE_KEY_EC), FORGE_SPKI);
    scratch_write_text(&site.folder, LICENCE_KEY_ID ".pem", site.pem, 0644, site.keys);
    (void)snprintf(site.keys, sizeof(site.keys), "%s", site.folder.path);
    (void)snprintf(site.state, sizeof(site.state), "%s/state", site.folder.path);
    write_licence(NULL, "\n");
    return 0;
}

static int
remove_site(void **state)
{
    (void)state;
    free(site.pem);
    scratch_remove(&site.folder);
    assert_int_equal(site.fake.blocks_in_use, 0);
    return 0;
}

static entitle_licence_options
right_options(void)
{
    return (entitle_licence_options){
        .struct_size = sizeof(entitle_licence_options),
        .product_code = LICENCE_PRODUCT,
        .licence = site.licence,
        .keys = site.keys,
        .runtime = &site.fake.runtime,
    };
}

static void
check(const entitle_licence_options *options, entitle_status want, size_t warnings)
{
    entitle_decision *decision = NULL;

    assert_int_equal(entitle_licence_check(options, &decision, NULL), ENTITLE_OK);
    if (entitle_decision_reason(decision) != want) {
        fail_msg(
            "wanted %s: %s (%s)",
            entitle_status_name(want),
            entitle_status_name(entitle_decision_reason(decision)),
            entitle_decision_message(decision));
    }
    assert_true(entitle_decision_may_start(decision) == (want == ENTITLE_VERIFIED));
    assert_true(
        (entitle_decision_hint(decision) == NULL) == (want == ENTITLE_VERIFIED));
    assert_int_equal(entitle_decision_warning_count(decision), warnings);
    assert_int_equal(entitle_decision_attempts(decision), 0);
    entitle_decision_free(decision);
}

static void
decision_is_that_of_the_gate(void **state)
{
    const entitle_licence_options options = right_options();
    entitle_decision *decision = NULL;
    int64_t issued_at_s = 0;

    (void)state;
    assert_int_equal(entitle_licence_check(&options, &decision, NULL), ENTITLE_OK);
    assert_int_equal(entitle_decision_verdict(decision), ENTITLE_VERDICT_ENTITLED);
    assert_int_equal(entitle_decision_reason(decision), ENTITLE_VERIFIED);
    assert_string_equal(entitle_decision_source(decision), "licence-file");
    assert_string_equal(entitle_decision_product_code(decision), LICENCE_PRODUCT);
    assert_true(entitle_decision_issued_at(decision, &issued_at_s));
    assert_int_equal(issued_at_s, FAKE_NOW_S);
    assert_int_equal(entitle_decision_key_version(decision), 0);
    assert_null(entitle_decision_region(decision));
    assert_null(entitle_decision_credentials(decision));
    assert_null(entitle_decision_request_id(decision));
    entitle_decision_free(decision);
}

static void
missing_settings_are_named(void **state)
{
    entitle_licence_options options = right_options();

    (void)state;
    check(&options, ENTITLE_VERIFIED, 0);
    options.product_code = NULL;
    check(&options, ENTITLE_CONFIGURATION, 0);
    options = right_options();
    options.licence = NULL;
    check(&options, ENTITLE_CONFIGURATION, 0);
    options.licence = "/does/not/exist";
    check(&options, ENTITLE_CONFIGURATION, 0);
    options = right_options();
    options.keys = NULL;
    check(&options, ENTITLE_CONFIGURATION, 0);
    options.keys = "/does/not/exist";
    check(&options, ENTITLE_KEYS_UNUSABLE, 0);
    options = right_options();
    options.product_code = "anotherproduct";
    check(&options, ENTITLE_PRODUCT_CODE_MISMATCH, 0);
}

static void
file_is_a_licence_and_the_end_of_its_line(void **state)
{
    static const struct {
        const char *end;
        entitle_status want;
    } ends[] = {
        { "", ENTITLE_VERIFIED },         { "\n", ENTITLE_VERIFIED },
        { "\r\n", ENTITLE_VERIFIED },     { "\n\n", ENTITLE_MALFORMED_TOKEN },
        { " ", ENTITLE_MALFORMED_TOKEN },
    };
    const entitle_licence_options options = right_options();
    char *large = calloc(1, 70000);

    (void)state;
    assert_non_null(large);
    for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
        write_licence(NULL, ends[i].end);
        check(&options, ends[i].want, 0);
    }
    memset(large, 'A', 69999);
    scratch_write_text(&site.folder, "licence", large, 0644, site.licence);
    check(&options, ENTITLE_MALFORMED_TOKEN, 0);
    free(large);
}

static void
end_that_is_near_is_warned_of(void **state)
{
    const entitle_licence_options options = right_options();

    (void)state;
    site.fake.wall_ms = (int64_t)(1826827200 - 14 * DAY_S) * 1000;
    check(&options, ENTITLE_VERIFIED, 0);
    site.fake.wall_ms += 1000;
    check(&options, ENTITLE_VERIFIED, 1);
    site.fake.wall_ms = (int64_t)(1826827200 + 300) * 1000;
    check(&options, ENTITLE_EXPIRED, 0);
}

/* That it has expired here is remembered, so that no other clock brings it back. */
static void
clock_that_was_set_back_is_noticed(void **state)
{
    entitle_licence_options options = right_options();
    int64_t now_ms = site.fake.wall_ms;

    (void)state;
    options.state_file = site.state;
    check(&options, ENTITLE_VERIFIED, 0);
    site.fake.wall_ms = (int64_t)(1826827200 + DAY_S) * 1000;
    check(&options, ENTITLE_EXPIRED, 0);
    site.fake.wall_ms = now_ms;
    check(&options, ENTITLE_CLOCK_SET_BACK, 0);
    options.state_file = NULL;
    check(&options, ENTITLE_VERIFIED, 0);
}

static void
binding_to_a_host_is_judged_here(void **state)
{
    const entitle_licence_options options = right_options();
    char host[256] = "";
    char payload[1024];

    (void)state;
    assert_int_equal(gethostname(host, sizeof(host) - 1), 0);
    (void)snprintf(
        payload, sizeof(payload), LICENCE_PAYLOAD_WITH(",\"host\":\"%s\""), host);
    write_licence(payload, "\n");
    check(&options, ENTITLE_VERIFIED, 0);
    (void)snprintf(
        payload, sizeof(payload), LICENCE_PAYLOAD_WITH(",\"host\":\"not-%s\""), host);
    write_licence(payload, "\n");
    check(&options, ENTITLE_BOUND_ELSEWHERE, 0);
}

/* Where nobody tells of an account, a licence that is bound to one opens nothing. */
static void
binding_to_an_account_needs_one(void **state)
{
    static const fake_variable variables[] = {
        { "AWS_EC2_METADATA_DISABLED", "true" },
        { NULL, NULL },
    };
    const entitle_licence_options options = right_options();

    (void)state;
    site.fake.variables = variables;
    check(&options, ENTITLE_VERIFIED, 0);
    write_licence(LICENCE_PAYLOAD_WITH(",\"account\":\"123456789012\""), "\n");
    check(&options, ENTITLE_BOUND_ELSEWHERE, 0);
}

static void
gate_refuses_the_route_without_a_judge(void **state)
{
    entitle_licence_judge nobody = { .struct_size = sizeof(nobody) };
    entitle_gate_options options = {
        .struct_size = sizeof(options),
        .product_code = LICENCE_PRODUCT,
        .route = ENTITLE_ROUTE_LICENCE_FILE,
        .on_unavailable = ENTITLE_ON_UNAVAILABLE_START,
    };

    (void)state;
    for (int i = 0; i < 2; i++) {
        entitle_decision *decision = NULL;

        assert_int_equal(entitle_gate_check(&options, &decision, NULL), ENTITLE_OK);
        assert_int_equal(entitle_decision_reason(decision), ENTITLE_CONFIGURATION);
        assert_false(entitle_decision_may_start(decision));
        entitle_decision_free(decision);
        options.licence = &nobody;
    }
}

static entitle_status
say_ok(
    void *context,
    const entitle_licence_question *question,
    entitle_licence_answer *answer,
    entitle_error *error)
{
    (void)question;
    (void)answer;
    (void)error;
    return *(entitle_status *)context;
}

/* Only the one word opens: not "done", and not that nobody could be asked. */
static void
only_verified_opens(void **state)
{
    static const struct {
        entitle_status status;
        bool opens;
    } rows[] = {
        { ENTITLE_VERIFIED, true },          { ENTITLE_OK, false },
        { ENTITLE_DRY_RUN_ACCEPTED, false }, { ENTITLE_STARTED_UNVERIFIED, false },
        { ENTITLE_UNREACHABLE, false },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        entitle_status status = rows[i].status;
        const entitle_licence_judge judge = { .struct_size = sizeof(judge),
                                              .context = &status,
                                              .judge = say_ok };
        const entitle_gate_options options = {
            .struct_size = sizeof(options),
            .product_code = LICENCE_PRODUCT,
            .route = ENTITLE_ROUTE_LICENCE_FILE,
            .on_unavailable = ENTITLE_ON_UNAVAILABLE_START,
            .licence = &judge,
        };
        entitle_decision *decision = NULL;

        assert_int_equal(entitle_gate_check(&options, &decision, NULL), ENTITLE_OK);
        assert_true(entitle_decision_may_start(decision) == rows[i].opens);
        entitle_decision_free(decision);
    }
}

/* As in a build that is sealed for this route, with one key. */
static entitle_status
judge_sealed(const char *keys, const char *sealed_pem)
{
    const entitle_sealed_licence_key sealed[] = { { LICENCE_KEY_ID, sealed_pem } };
    const ent_seal seal = { .product_code = LICENCE_PRODUCT,
                            .route = ENTITLE_ROUTE_LICENCE_FILE,
                            .licence_keys = sealed,
                            .licence_key_count = 1 };
    entitle_licence_options options = right_options();
    entitle_licence_route route;

    options.keys = keys;
    assert_int_equal(entitle_licence_route_init(&route, &options, NULL), ENTITLE_OK);
    const entitle_gate_options gate = { .struct_size = sizeof(gate),
                                        .licence = &route.judge };
    const ent_gate_settings settings = { .product_code = LICENCE_PRODUCT,
                                         .route = ENTITLE_ROUTE_LICENCE_FILE };
    entitle_decision decision = { .runtime = site.fake.runtime };

    ent_gate_judge_licence(&gate, &settings, &seal, &decision);
    return decision.reason;
}

static void
sealed_keys_alone_judge(void **state)
{
    EVP_PKEY *other = licence_forge_key("P-256");
    char *other_pem = forge_pem(other, FORGE_SPKI);

    (void)state;
    assert_int_equal(judge_sealed(NULL, site.pem), ENTITLE_VERIFIED);
    assert_int_equal(judge_sealed(site.keys, site.pem), ENTITLE_VERIFIED);
    assert_int_equal(judge_sealed("/does/not/exist", site.pem), ENTITLE_SEALED);
    assert_int_equal(judge_sealed(site.keys, other_pem), ENTITLE_SEALED);
    assert_int_equal(judge_sealed(NULL, other_pem), ENTITLE_BAD_SIGNATURE);
    free(other_pem);
    EVP_PKEY_free(other);
}

static void
options_of_another_version_are_refused(void **state)
{
    entitle_licence_options options = right_options();
    entitle_decision *decision = NULL;

    (void)state;
    options.struct_size = 0;
    assert_int_equal(
        entitle_licence_check(&options, &decision, NULL), ENTITLE_INVALID_ARGUMENT);
    assert_null(decision);
    assert_int_equal(
        entitle_licence_check(NULL, &decision, NULL), ENTITLE_INVALID_ARGUMENT);
}

#define TEST(NAME) cmocka_unit_test_setup_teardown(NAME, make_site, remove_site)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(decision_is_that_of_the_gate),
        TEST(missing_settings_are_named),
        TEST(file_is_a_licence_and_the_end_of_its_line),
        TEST(end_that_is_near_is_warned_of),
        TEST(clock_that_was_set_back_is_noticed),
        TEST(binding_to_a_host_is_judged_here),
        TEST(binding_to_an_account_needs_one),
        TEST(gate_refuses_the_route_without_a_judge),
        TEST(only_verified_opens),
        TEST(sealed_keys_alone_judge),
        TEST(options_of_another_version_are_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
