/* SPDX-License-Identifier: Apache-2.0 */
#include "support/cmocka.h"
#include "support/metering_fixture.h"

#include <entitle/metering.h>

#include <stdio.h>
#include <string.h>

static void
register_usage_sends_a_signed_request(void **state)
{
    static const scripted_answer answer = {
        .http_status = 200,
        .body = METERING_ANSWER,
        .headers = { "x-amzn-RequestId: req-1" },
        .has_date = true,
        .date_offset_s = 2,
    };

    (void)state;
    assert_int_equal(metering_ask(ENTITLE_RETRY_STANDARD, &answer, 1), ENTITLE_OK);

    assert_string_equal(
        entitle_registration_signature_unverified(fixture.registration),
        "the.signed.token");
    assert_string_equal(entitle_registration_request_id(fixture.registration), "req-1");
    assert_int_equal(entitle_metering_attempts(fixture.metering), 1);
    assert_int_equal(entitle_metering_clock_offset_ms(fixture.metering), 2000);
    assert_int_equal(
        entitle_metering_credentials_kind(fixture.metering),
        ENTITLE_CREDENTIALS_ENVIRONMENT);
    assert_string_equal(
        fixture.script.requests[0].url,
        "https://metering.marketplace.us-east-1.amazonaws.com/");
    assert_string_equal(
        fixture.script.requests[0].body,
        "{\"ProductCode\":\"" METERING_PRODUCT
        "\",\"PublicKeyVersion\":3,\"Nonce\":\"" METERING_NONCE "\"}");
    assert_int_equal(fixture.script.requests[0].connect_timeout_ms, 3100);
    assert_int_equal(fixture.script.requests[0].timeout_ms, 10000);
    assert_int_equal(fixture.error.status, 0);
}

static void
register_usage_sends_the_right_headers(void **state)
{
    static const char *const want[][2] = {
        { "content-type", "application/x-amz-json-1.1" },
        { "host", "metering.marketplace.us-east-1.amazonaws.com" },
        { "x-amz-date", "20261121T200000Z" },
        { "x-amz-security-token", METERING_TOKEN },
        { "x-amz-target", "AWSMPMeteringService.RegisterUsage" },
        { "amz-sdk-request", "attempt=1; max=3" },
    };
    const char *authorization;

    (void)state;
    assert_int_equal(
        metering_ask(ENTITLE_RETRY_STANDARD, &metering_good_answer, 1), ENTITLE_OK);

    for (size_t i = 0; i < sizeof(want) / sizeof(want[0]); i++) {
        assert_string_equal(
            scripted_transport_header(&fixture.script, 0, want[i][0]), want[i][1]);
    }
    assert_int_equal(
        strlen(scripted_transport_header(&fixture.script, 0, "amz-sdk-invocation-id")),
        36);
    assert_non_null(scripted_transport_header(&fixture.script, 0, "user-agent"));
    authorization = scripted_transport_header(&fixture.script, 0, "authorization");
    assert_non_null(strstr(
        authorization,
        "Credential=AKIAIOSFODNN7EXAMPLE/20261121/us-east-1/aws-marketplace/"
        "aws4_request, "
        "SignedHeaders=content-type;host;x-amz-date;x-amz-security-token;x-amz-target, "
        "Signature="));
    assert_int_equal(fixture.script.requests[0].header_count, 9);
}

static void
register_usage_signs_every_attempt_anew(void **state)
{
    static const scripted_answer answers[] = {
        { .failure = ENTITLE_UNREACHABLE, .takes_ms = 1500 },
        { .http_status = 200, .body = METERING_ANSWER },
    };

    (void)state;
    assert_int_equal(
        metering_ask(ENTITLE_RETRY_UNTIL_DEADLINE, answers, 2), ENTITLE_OK);

    assert_int_equal(fixture.script.request_count, 2);
    assert_string_not_equal(
        scripted_transport_header(&fixture.script, 0, "x-amz-date"),
        scripted_transport_header(&fixture.script, 1, "x-amz-date"));
    assert_string_not_equal(
        scripted_transport_header(&fixture.script, 0, "authorization"),
        scripted_transport_header(&fixture.script, 1, "authorization"));
    assert_string_equal(
        scripted_transport_header(&fixture.script, 0, "amz-sdk-invocation-id"),
        scripted_transport_header(&fixture.script, 1, "amz-sdk-invocation-id"));
    assert_string_equal(
        scripted_transport_header(&fixture.script, 1, "amz-sdk-request"), "attempt=2");
}

static void
failing_random_source_sends_nothing(void **state)
{
    (void)state;
    fixture.fake.random_fails = true;
    assert_int_equal(
        metering_ask(ENTITLE_RETRY_STANDARD, &metering_good_answer, 1),
        ENTITLE_INTERNAL_ERROR);
    assert_int_equal(fixture.script.request_count, 0);
}

typedef struct rotation_case {
    const char *value;
    bool want;
    int64_t want_s;
} rotation_case;

static void
rotation_is_read_in_every_form(void **state)
{
    static const rotation_case cases[] = {
        { "1795291200", true, 1795291200 },
        { "1795291200.75", true, 1795291200 },
        { "1.7952912E9", true, 1795291200 },
        { "\"1795291200\"", true, 1795291200 },
        { "\"2026-11-21T20:00:00Z\"", true, 1795291200 },
        { "null", false, 0 },
        { "\"soon\"", false, 0 },
        { "\"1969-12-31T23:59:59Z\"", false, 0 },
        { "-1", false, 0 },
        { "1e300", false, 0 },
        { "true", false, 0 },
        { "{}", false, 0 },
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char body[128];
        scripted_answer answer = { .http_status = 200, .body = body };
        int64_t at_s = 0;

        (void)snprintf(
            body,
            sizeof(body),
            "{\"Signature\":\"a.b.c\",\"PublicKeyRotationTimestamp\":%s}",
            cases[i].value);
        print_message("  %s\n", cases[i].value);
        metering_set_up(state);
        assert_int_equal(metering_ask(ENTITLE_RETRY_STANDARD, &answer, 1), ENTITLE_OK);
        assert_int_equal(
            entitle_registration_key_rotated_at(fixture.registration, &at_s),
            cases[i].want);
        assert_int_equal(at_s, cases[i].want_s);
        metering_tear_down(state);
    }
    metering_set_up(state);
}

static void
arguments_are_checked_before_anything_is_sent(void **state)
{
    static char long_text[257];
    static const struct {
        const char *product_code;
        uint32_t key_version;
        const char *nonce;
        entitle_status want;
    } cases[] = {
        { "p", 1, "n", ENTITLE_OK },
        { "aZ9-/=:_.@", UINT32_MAX, "n", ENTITLE_OK },
        { "", 1, "n", ENTITLE_INVALID_PRODUCT_CODE },
        { NULL, 1, "n", ENTITLE_INVALID_PRODUCT_CODE },
        { "p\"", 1, "n", ENTITLE_INVALID_PRODUCT_CODE },
        { "p q", 1, "n", ENTITLE_INVALID_PRODUCT_CODE },
        { long_text, 1, "n", ENTITLE_INVALID_PRODUCT_CODE },
        { long_text + 1, 1, "n", ENTITLE_OK },
        { "p", 0, "n", ENTITLE_INVALID_ARGUMENT },
        { "p", 1, "", ENTITLE_INVALID_ARGUMENT },
        { "p", 1, NULL, ENTITLE_INVALID_ARGUMENT },
        { "p", 1, long_text, ENTITLE_INVALID_ARGUMENT },
        { "p", 1, long_text + 1, ENTITLE_OK },
        { "p", 1, "n n", ENTITLE_INVALID_ARGUMENT },
    };
    entitle_metering_options options = metering_options_of(ENTITLE_RETRY_STANDARD);

    (void)state;
    memset(long_text, 'a', 256);
    scripted_transport_init(&fixture.script, &fixture.fake, &metering_good_answer, 1);
    assert_int_equal(
        entitle_metering_new(&options, &fixture.metering, NULL), ENTITLE_OK);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        size_t before = fixture.script.request_count;

        print_message("  case %zu\n", i);
        assert_int_equal(
            entitle_metering_register_usage(
                fixture.metering,
                cases[i].product_code,
                cases[i].key_version,
                cases[i].nonce,
                &fixture.registration,
                NULL),
            cases[i].want);
        assert_int_equal(
            fixture.script.request_count - before, cases[i].want == ENTITLE_OK);
        entitle_registration_free(fixture.registration);
        fixture.registration = NULL;
    }
}

static void
register_usage_survives_failing_memory(void **state)
{
    bool has_succeeded = false;
    int64_t failures = 0;

    for (int64_t n = 0; !has_succeeded; n++) {
        entitle_metering_options options =
            metering_options_of(ENTITLE_RETRY_UNTIL_DEADLINE);
        entitle_status status;

        metering_set_up(state);
        fixture.fake.fail_allocation = n;
        scripted_transport_init(
            &fixture.script, &fixture.fake, &metering_good_answer, 1);
        status = entitle_metering_new(&options, &fixture.metering, &fixture.error);
        if (status == ENTITLE_OK) {
            status = entitle_metering_register_usage(
                fixture.metering,
                METERING_PRODUCT,
                3,
                METERING_NONCE,
                &fixture.registration,
                &fixture.error);
        }
        has_succeeded = status == ENTITLE_OK;
        failures += !has_succeeded;
        assert_true(has_succeeded || status == ENTITLE_OUT_OF_MEMORY);
        assert_int_equal(fixture.registration != NULL, has_succeeded);
        metering_tear_down(state);
    }
    metering_set_up(state);
    assert_true(failures > 10);
}

#define TEST(name)                                                                     \
    cmocka_unit_test_setup_teardown(name, metering_set_up, metering_tear_down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(register_usage_sends_a_signed_request),
        TEST(register_usage_sends_the_right_headers),
        TEST(register_usage_signs_every_attempt_anew),
        TEST(failing_random_source_sends_nothing),
        TEST(rotation_is_read_in_every_form),
        TEST(arguments_are_checked_before_anything_is_sent),
        TEST(register_usage_survives_failing_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
