/* SPDX-License-Identifier: Apache-2.0 */
#include "support/cmocka.h"
#include "support/metering_fixture.h"

#include <entitle/metering.h>

#include <stdio.h>
#include <string.h>

static void
gate_retries_until_it_succeeds(void **state)
{
    static const scripted_answer answers[] = {
        METERING_ERROR("ThrottlingException"),
        METERING_ERROR("ThrottlingException"),
        { .http_status = 501 },
        { .failure = ENTITLE_UNREACHABLE },
        METERING_ERROR("InternalServiceErrorException"),
        { .http_status = 200, .body = "<html>" },
        { .http_status = 200, .body = METERING_ANSWER },
    };

    (void)state;
    assert_int_equal(
        metering_ask(ENTITLE_RETRY_UNTIL_DEADLINE, answers, 7), ENTITLE_OK);
    assert_int_equal(fixture.script.request_count, 7);
    assert_int_equal(entitle_metering_attempts(fixture.metering), 7);
    assert_int_equal(fixture.error.status, 0);
}

static void
gate_ends_at_its_deadline(void **state)
{
    static const struct {
        scripted_answer answer;
        entitle_status want;
    } cases[] = {
        { METERING_ERROR("ThrottlingException"), ENTITLE_THROTTLED },
        { { .http_status = 503, .takes_ms = 300 }, ENTITLE_SERVICE_ERROR },
        { { .failure = ENTITLE_UNREACHABLE, .takes_ms = 700 }, ENTITLE_UNREACHABLE },
        { { .http_status = 200, .takes_ms = 100000 }, ENTITLE_TIMEOUT },
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        metering_set_up(state);
        int64_t begin_ms = fixture.fake.monotonic_ms;

        assert_int_equal(
            metering_ask(ENTITLE_RETRY_UNTIL_DEADLINE, &cases[i].answer, 1),
            cases[i].want);
        assert_int_equal(fixture.error.status, cases[i].want);
        assert_in_range(fixture.fake.monotonic_ms - begin_ms, 59000, 60000);
        metering_tear_down(state);
    }
    metering_set_up(state);
}

/* What the deadline cut short says less of the cause than the attempt before it. */
static void
cause_is_that_of_the_last_whole_attempt(void **state)
{
    static const struct {
        scripted_answer last;
        entitle_status want;
    } cases[] = {
        { { .http_status = 200, .takes_ms = 100000 }, ENTITLE_TLS_ERROR },
        { { .failure = ENTITLE_UNREACHABLE, .takes_ms = 100000 }, ENTITLE_TLS_ERROR },
        { { .failure = ENTITLE_UNREACHABLE, .takes_ms = 100 }, ENTITLE_UNREACHABLE },
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const scripted_answer answers[] = { { .failure = ENTITLE_TLS_ERROR },
                                            cases[i].last };
        metering_set_up(state);
        entitle_metering_options options =
            metering_options_of(ENTITLE_RETRY_UNTIL_DEADLINE);

        options.deadline_ms = 3000;
        scripted_transport_init(&fixture.script, &fixture.fake, answers, 2);
        assert_int_equal(
            entitle_metering_new(&options, &fixture.metering, NULL), ENTITLE_OK);
        assert_int_equal(
            entitle_metering_register_usage(
                fixture.metering,
                METERING_PRODUCT,
                3,
                METERING_NONCE,
                &fixture.registration,
                &fixture.error),
            cases[i].want);
        metering_tear_down(state);
    }
    metering_set_up(state);
}

static void
gate_obeys_a_limit_of_attempts(void **state)
{
    static const fake_variable variables[] = {
        { "AWS_REGION", "us-east-1" },
        { "AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE" },
        { "AWS_SECRET_ACCESS_KEY", METERING_SECRET },
        { "AWS_MAX_ATTEMPTS", "2" },
        { NULL, NULL },
    };
    static const scripted_answer answer = { .http_status = 503 };

    (void)state;
    fixture.fake.variables = variables;
    assert_int_equal(
        metering_ask(ENTITLE_RETRY_UNTIL_DEADLINE, &answer, 1), ENTITLE_SERVICE_ERROR);
    assert_int_equal(fixture.script.request_count, 2);
    assert_string_equal(
        scripted_transport_header(&fixture.script, 0, "amz-sdk-request"),
        "attempt=1; max=2");
    assert_null(scripted_transport_header(&fixture.script, 0, "x-amz-security-token"));
}

static void
service_decides_how_long_to_wait(void **state)
{
    static const scripted_answer answers[] = {
        { .http_status = 503, .headers = { "x-amz-retry-after: 3000" } },
        { .http_status = 200, .body = METERING_ANSWER },
    };

    (void)state;
    assert_int_equal(metering_ask(ENTITLE_RETRY_STANDARD, answers, 2), ENTITLE_OK);
    assert_int_equal(fixture.fake.slept_ms, 3000);
}

static void
interrupt_ends_the_waiting(void **state)
{
    static const scripted_answer answer = { .http_status = 503 };

    for (int64_t n = 0; n < 6; n++) {
        metering_set_up(state);
        fixture.fake.interrupt_after = n;
        assert_int_equal(
            metering_ask(ENTITLE_RETRY_UNTIL_DEADLINE, &answer, 1),
            ENTITLE_INTERRUPTED);
        assert_int_equal(fixture.error.status, ENTITLE_INTERRUPTED);
        assert_true(fixture.script.request_count <= (size_t)n);
        metering_tear_down(state);
    }
    metering_set_up(state);
}

static void
wrong_clock_is_corrected_once(void **state)
{
    static const scripted_answer answers[] = {
        { .http_status = 403,
          .body = "{\"__type\":\"InvalidSignatureException\"}",
          .has_date = true,
          .date_offset_s = 1200 },
        { .http_status = 200,
          .body = METERING_ANSWER,
          .has_date = true,
          .date_offset_s = 1200 },
    };

    (void)state;
    assert_int_equal(metering_ask(ENTITLE_RETRY_STANDARD, answers, 2), ENTITLE_OK);
    assert_string_equal(
        scripted_transport_header(&fixture.script, 1, "x-amz-date"),
        "20261121T202000Z");
    assert_int_equal(entitle_metering_clock_offset_ms(fixture.metering), 1200000);
    assert_int_equal(fixture.fake.slept_ms, 0);

    /* The correction lasts. */
    entitle_registration_free(fixture.registration);
    assert_int_equal(
        entitle_metering_register_usage(
            fixture.metering,
            METERING_PRODUCT,
            3,
            METERING_NONCE,
            &fixture.registration,
            NULL),
        ENTITLE_OK);
    assert_string_equal(
        scripted_transport_header(&fixture.script, 2, "x-amz-date"),
        "20261121T202000Z");
}

/* Time that passes leaves the offset as it is; a clock that is set makes it void. */
static void
offset_is_forgotten_when_the_clock_is_set(void **state)
{
    static const scripted_answer answers[] = {
        { .http_status = 200,
          .body = METERING_ANSWER,
          .has_date = true,
          .date_offset_s = 600 },
    };
    static const struct {
        int64_t wall_ms;
        int64_t monotonic_ms;
        int64_t want_ms;
    } steps[] = {
        { 86400000, 86400000, 600000 }, { 2000, 0, 600000 }, { 1, 0, 0 },
        { -4001, 0, 600000 },           { -1, 0, 0 },        { 600000, 0, 0 },
    };

    (void)state;
    assert_int_equal(metering_ask(ENTITLE_RETRY_STANDARD, answers, 1), ENTITLE_OK);
    for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
        print_message("  step %zu\n", i);
        fixture.fake.wall_ms += steps[i].wall_ms;
        fixture.fake.monotonic_ms += steps[i].monotonic_ms;
        assert_int_equal(
            entitle_metering_clock_offset_ms(fixture.metering), steps[i].want_ms);
    }
}

/* What was signed at another time would have been refused. */
static void
date_that_belies_the_signature_is_not_believed(void **state)
{
    static const struct {
        int64_t date_offset_s;
        int64_t want_ms;
    } cases[] = {
        { 900, 900000 }, { 901, 0 },     { -900, -900000 },
        { -901, 0 },     { 1 << 30, 0 }, { -(1 << 30), 0 },
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const scripted_answer answer = { .http_status = 200,
                                         .body = METERING_ANSWER,
                                         .has_date = true,
                                         .date_offset_s = cases[i].date_offset_s };

        print_message("  case %zu\n", i);
        metering_set_up(state);
        assert_int_equal(metering_ask(ENTITLE_RETRY_STANDARD, &answer, 1), ENTITLE_OK);
        assert_int_equal(
            entitle_metering_clock_offset_ms(fixture.metering), cases[i].want_ms);
        metering_tear_down(state);
    }
    metering_set_up(state);
}

typedef struct skew_case {
    const char *code;
    int64_t offset_s;
    const char *age;
    entitle_status want;
    size_t want_requests;
    const char *want_words;
} skew_case;

static void
wrong_clock_is_named_when_it_stays(void **state)
{
    static const skew_case cases[] = {
        { "InvalidSignatureException",
          1200,
          NULL,
          ENTITLE_CLOCK_SKEW,
          2,
          "1200 s behind" },
        { "RequestExpired", -900, NULL, ENTITLE_CLOCK_SKEW, 2, "900 s ahead of" },
        { "InvalidSignatureException",
          240,
          NULL,
          ENTITLE_CLOCK_SKEW,
          2,
          "240 s behind" },
        { "InvalidSignatureException", 239, NULL, ENTITLE_INVALID_CREDENTIALS, 1, "" },
        { "InvalidSignatureException",
          1200,
          "Age: 5",
          ENTITLE_INVALID_CREDENTIALS,
          1,
          "" },
        { "RequestExpired", 100, NULL, ENTITLE_CLOCK_SKEW, 1, "100 s behind" },
        { "AccessDeniedException", 1200, NULL, ENTITLE_ACCESS_DENIED, 1, "" },
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char body[128];
        scripted_answer answer = { .http_status = 400,
                                   .body = body,
                                   .headers = { cases[i].age },
                                   .has_date = true,
                                   .date_offset_s = cases[i].offset_s };

        print_message("  case %zu\n", i);
        (void)snprintf(body, sizeof(body), "{\"__type\":\"%s\"}", cases[i].code);
        metering_set_up(state);
        assert_int_equal(
            metering_ask(ENTITLE_RETRY_UNTIL_DEADLINE, &answer, 1), cases[i].want);
        assert_int_equal(fixture.script.request_count, cases[i].want_requests);
        assert_non_null(strstr(fixture.error.message, cases[i].want_words));
        assert_string_equal(fixture.error.service_code, cases[i].code);
        metering_tear_down(state);
    }
    metering_set_up(state);
}

/* A provider whose credentials change, or do not, when they are refreshed. */
typedef struct changing_provider {
    bool changes;
    bool fails;
    int asked;
    int refreshed;
} changing_provider;

static entitle_status
provide_changing(
    void *context,
    bool refresh,
    int64_t timeout_ms,
    entitle_credentials *out,
    entitle_error *cause)
{
    changing_provider *self = context;

    assert_true(timeout_ms > 0 && timeout_ms <= 60000);
    self->asked += !refresh;
    self->refreshed += refresh;
    if (refresh && self->fails) {
        return ENTITLE_UNREACHABLE;
    }
    return entitle_credentials_set(
        out,
        ENTITLE_CREDENTIALS_ECS_TASK_ROLE,
        refresh && self->changes ? "ASIANEW" : "ASIAOLD",
        METERING_SECRET,
        METERING_TOKEN,
        0,
        cause);
}

typedef struct refresh_case {
    const char *code;
    bool changes;
    bool fails;
    bool second_succeeds;
    entitle_status want;
    size_t want_requests;
    int want_refreshed;
} refresh_case;

static void
refused_credentials_are_refreshed_once(void **state)
{
    static const refresh_case cases[] = {
        { "ExpiredTokenException", true, false, true, ENTITLE_OK, 2, 1 },
        { "UnrecognizedClientException", true, false, true, ENTITLE_OK, 2, 1 },
        { "InvalidClientTokenId", true, false, true, ENTITLE_OK, 2, 1 },
        { "ExpiredTokenException",
          false,
          false,
          true,
          ENTITLE_EXPIRED_CREDENTIALS,
          1,
          1 },
        { "ExpiredTokenException",
          true,
          true,
          true,
          ENTITLE_EXPIRED_CREDENTIALS,
          1,
          1 },
        { "ExpiredTokenException",
          true,
          false,
          false,
          ENTITLE_EXPIRED_CREDENTIALS,
          2,
          1 },
        { "AccessDeniedException", true, false, true, ENTITLE_ACCESS_DENIED, 1, 0 },
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const refresh_case *each = &cases[i];
        changing_provider changing = { each->changes, each->fails, 0, 0 };
        const entitle_credentials_provider provider = { sizeof(provider),
                                                        &changing,
                                                        provide_changing };
        char body[128];
        scripted_answer answers[] = { { .http_status = 400, .body = body },
                                      metering_good_answer };

        print_message("  case %zu\n", i);
        (void)snprintf(body, sizeof(body), "{\"__type\":\"%s\"}", each->code);
        metering_set_up(state);
        entitle_metering_options options =
            metering_options_of(ENTITLE_RETRY_UNTIL_DEADLINE);
        options.credentials = &provider;
        scripted_transport_init(
            &fixture.script, &fixture.fake, answers, each->second_succeeds ? 2 : 1);
        assert_int_equal(
            entitle_metering_new(&options, &fixture.metering, NULL), ENTITLE_OK);
        assert_int_equal(
            entitle_metering_register_usage(
                fixture.metering,
                METERING_PRODUCT,
                3,
                METERING_NONCE,
                &fixture.registration,
                &fixture.error),
            each->want);
        assert_int_equal(fixture.script.request_count, each->want_requests);
        assert_int_equal(changing.refreshed, each->want_refreshed);
        assert_int_equal(changing.asked, 1);
        if (each->want_requests == 2) {
            assert_non_null(strstr(
                scripted_transport_header(&fixture.script, 1, "authorization"),
                "ASIANEW"));
        }
        metering_tear_down(state);
    }
    metering_set_up(state);
}

/* Fails with the status in its context, and without a word. */
static entitle_status
fail_in_silence(
    void *context,
    const entitle_request *request,
    entitle_response *response,
    entitle_error *error)
{
    (void)request;
    (void)response;
    (void)error;
    return *(const entitle_status *)context;
}

static void
silent_transport_fails_the_call(void **state)
{
    static const entitle_status cases[][2] = {
        { ENTITLE_UNREACHABLE, ENTITLE_UNREACHABLE },
        { ENTITLE_INTERRUPTED, ENTITLE_INTERRUPTED },
        { ENTITLE_VERIFIED, ENTITLE_INTERNAL_ERROR },
        /* A success without an answer. */
        { ENTITLE_OK, ENTITLE_BAD_RESPONSE },
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        entitle_status status = cases[i][0];
        const entitle_transport silent = {
            .struct_size = sizeof(silent),
            .context = &status,
            .perform = fail_in_silence,
        };

        metering_set_up(state);
        entitle_metering_options options =
            metering_options_of(ENTITLE_RETRY_UNTIL_DEADLINE);
        options.transport = &silent;
        assert_int_equal(
            entitle_metering_new(&options, &fixture.metering, NULL), ENTITLE_OK);
        assert_int_equal(
            entitle_metering_register_usage(
                fixture.metering,
                METERING_PRODUCT,
                3,
                METERING_NONCE,
                &fixture.registration,
                &fixture.error),
            cases[i][1]);
        assert_int_equal(fixture.error.status, cases[i][1]);
        assert_true(fixture.error.message[0] != '\0');
        metering_tear_down(state);
    }
    metering_set_up(state);
}

static void
missing_credentials_send_nothing(void **state)
{
    static const fake_variable variables[] = { { "AWS_REGION", "us-east-1" },
                                               { "AWS_EC2_METADATA_DISABLED", "true" },
                                               { NULL, NULL } };

    (void)state;
    fixture.fake.variables = variables;
    assert_int_equal(
        metering_ask(ENTITLE_RETRY_UNTIL_DEADLINE, &metering_good_answer, 1),
        ENTITLE_NO_CREDENTIALS);
    assert_int_equal(fixture.script.request_count, 0);
    assert_int_equal(entitle_metering_attempts(fixture.metering), 0);
    assert_true(fixture.error.hint[0] != '\0');
}

/*
 * Whether usage was metered all the same decides whether it may be sent in other words.
 */
static void
an_error_says_whether_the_work_may_be_done(void **state)
{
    static const struct {
        const char *name;
        scripted_answer answers[2]; /* the second for all further attempts */
        bool is_undone;
    } cases[] = {
        { "refused", { METERING_ERROR("AccessDeniedException") }, true },
        { "throttled",
          { METERING_ERROR("ThrottlingException"),
            METERING_ERROR("ThrottlingException") },
          true },
        { "no connection",
          { { .failure = ENTITLE_UNREACHABLE, .is_unsent = true },
            { .failure = ENTITLE_UNREACHABLE, .is_unsent = true } },
          true },
        { "connection lost",
          { { .failure = ENTITLE_UNREACHABLE }, { .failure = ENTITLE_UNREACHABLE } },
          false },
        { "connection lost once, then none",
          { { .failure = ENTITLE_UNREACHABLE },
            { .failure = ENTITLE_UNREACHABLE, .is_unsent = true } },
          false },
        { "no answer, then refused",
          { { .failure = ENTITLE_TIMEOUT }, METERING_ERROR("AccessDeniedException") },
          false },
        { "the service failed",
          { { .http_status = 500 }, { .http_status = 500 } },
          false },
        { "the service failed, and calls it a refusal",
          { METERING_ERROR("InternalServiceErrorException"),
            METERING_ERROR("InternalServiceErrorException") },
          false },
        { "a page of somebody's",
          { { .http_status = 400, .body = "<html>" }, { .http_status = 400 } },
          false },
        { "an answer that is none",
          { { .http_status = 200, .body = "<html>" }, { .http_status = 200 } },
          false },
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        metering_set_up(state);
        assert_int_not_equal(
            metering_ask(ENTITLE_RETRY_STANDARD, cases[i].answers, 2), ENTITLE_OK);
        if (fixture.error.is_certainly_undone != cases[i].is_undone) {
            fail_msg("%s", cases[i].name);
        }
        metering_tear_down(state);
    }
    metering_set_up(state);
}

static void
what_was_never_sent_is_certainly_undone(void **state)
{
    static const fake_variable nothing[] = { { "AWS_REGION", "us-east-1" }, { 0 } };
    static const scripted_answer answer = METERING_ERROR("ThrottlingException");

    (void)state;
    fixture.fake.variables = nothing;
    assert_int_equal(
        metering_ask(ENTITLE_RETRY_STANDARD, &answer, 1), ENTITLE_NO_CREDENTIALS);
    assert_true(fixture.error.is_certainly_undone);
}

#define TEST(name)                                                                     \
    cmocka_unit_test_setup_teardown(name, metering_set_up, metering_tear_down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(an_error_says_whether_the_work_may_be_done),
        TEST(what_was_never_sent_is_certainly_undone),
        TEST(gate_retries_until_it_succeeds),
        TEST(gate_ends_at_its_deadline),
        TEST(cause_is_that_of_the_last_whole_attempt),
        TEST(gate_obeys_a_limit_of_attempts),
        TEST(service_decides_how_long_to_wait),
        TEST(interrupt_ends_the_waiting),
        TEST(wrong_clock_is_corrected_once),
        TEST(offset_is_forgotten_when_the_clock_is_set),
        TEST(date_that_belies_the_signature_is_not_believed),
        TEST(wrong_clock_is_named_when_it_stays),
        TEST(refused_credentials_are_refreshed_once),
        TEST(silent_transport_fails_the_call),
        TEST(missing_credentials_send_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
