/* SPDX-License-Identifier: Apache-2.0 */
#include "support/cmocka.h"
#include "support/metering_fixture.h"

#include <entitle/metering.h>

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#define ANSWER(takes_ms_)                                                              \
    {                                                                                  \
        .http_status = 200, .body = "{\"Results\":[]}", .takes_ms = takes_ms_          \
    }
#define REFUSAL(code_, takes_ms_)                                                      \
    {                                                                                  \
        .http_status = 400, .body = "{\"__type\":\"" code_ "\"}",                      \
        .takes_ms = takes_ms_                                                          \
    }

enum { MOST_CALLS = 8 };

static entitle_calls *calls;
static int contexts[MOST_CALLS];

/* A new client of such a transport, and `count` calls under way. */
static void
begin(
    entitle_retry retry,
    bool does_several,
    const scripted_answer *answers,
    size_t answer_count,
    size_t count)
{
    entitle_metering_options options = metering_options_of(retry);

    scripted_transport_init(&fixture.script, &fixture.fake, answers, answer_count);
    if (does_several) {
        scripted_transport_do_several(&fixture.script);
    }
    assert_int_equal(
        entitle_metering_new(&options, &fixture.metering, NULL), ENTITLE_OK);
    assert_int_equal(
        entitle_calls_new(fixture.metering, MOST_CALLS, &calls, NULL), ENTITLE_OK);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(
            entitle_calls_start(calls, "BatchMeterUsage", "{}", 2, &contexts[i], NULL),
            ENTITLE_OK);
    }
    assert_int_equal(entitle_calls_running(calls), count);
}

/* The next call that ends: its number, from 0. Its answer is looked at and gone. */
static size_t
next(entitle_finished_call *out)
{
    size_t running = entitle_calls_running(calls);
    bool is_done;

    assert_int_equal(entitle_calls_next(calls, out, NULL), ENTITLE_OK);
    assert_int_equal(entitle_calls_running(calls), running - 1);
    is_done = entitle_status_category(out->status) == ENTITLE_CATEGORY_DONE;
    assert_int_equal(out->answer != NULL, is_done);
    assert_int_equal(out->error.message[0] == '\0', is_done);
    assert_int_equal(out->error.status, is_done ? ENTITLE_OK : out->status);
    entitle_answer_free(out->answer);
    return (size_t)((int *)out->context - contexts);
}

/* Ends what `begin` began, with the checks of the fixture. */
static void
end(void **state)
{
    entitle_calls_free(calls);
    calls = NULL;
    metering_tear_down(state);
}

static int
tear_down(void **state)
{
    entitle_calls_free(calls);
    calls = NULL;
    return metering_tear_down(state);
}

/* --- What comes out, and when ----------------------------------------------------- */

static void
calls_end_in_the_order_of_their_answers(void **state)
{
    static const struct {
        const char *name;
        bool does_several;
        size_t want[3];
        int64_t want_first_ms; /* for the first answer to be handed out */
        int64_t want_ms;       /* for all */
        size_t want_flights;
    } cases[] = {
        { "several at once", true, { 1, 2, 0 }, 100, 300, 3 },
        { "one after the other", false, { 0, 1, 2 }, 300, 600, 0 },
    };
    static const scripted_answer answers[] = { ANSWER(300), ANSWER(100), ANSWER(200) };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        entitle_finished_call finished;

        print_message("  %s\n", cases[i].name);
        metering_set_up(state);
        int64_t begun_ms = fixture.fake.monotonic_ms;
        int64_t first_ms = 0;
        begin(ENTITLE_RETRY_STANDARD, cases[i].does_several, answers, 3, 3);
        for (size_t c = 0; c < 3; c++) {
            assert_int_equal(next(&finished), cases[i].want[c]);
            assert_int_equal(finished.status, ENTITLE_OK);
            assert_int_equal(finished.attempts, 1);
            first_ms = c == 0 ? fixture.fake.monotonic_ms - begun_ms : first_ms;
        }
        assert_int_equal(first_ms, cases[i].want_first_ms);
        assert_int_equal(fixture.fake.monotonic_ms - begun_ms, cases[i].want_ms);
        assert_int_equal(fixture.script.most_flights, cases[i].want_flights);
        end(state);
    }
    metering_set_up(state);
}

/* In both ways: the second call is answered while the first waits for its turn. */
static void
throttling_of_one_does_not_hold_up_the_others(void **state)
{
    static const scripted_answer answers[] = {
        { .http_status = 400,
          .body = "{\"__type\":\"ThrottlingException\"}",
          .headers = { "x-amz-retry-after: 3000" },
          .takes_ms = 10 },
        ANSWER(200),
        ANSWER(30),
        ANSWER(40),
    };

    for (int does_several = 0; does_several <= 1; does_several++) {
        entitle_finished_call finished;

        metering_set_up(state);
        begin(ENTITLE_RETRY_STANDARD, does_several, answers, 4, 3);
        int64_t begun_ms = fixture.fake.monotonic_ms;
        assert_int_equal(next(&finished), does_several ? 2 : 1);
        assert_int_equal(finished.attempts, 1);
        assert_int_equal(next(&finished), does_several ? 1 : 2);
        assert_int_equal(finished.attempts, 1);
        assert_in_range(fixture.fake.monotonic_ms - begun_ms, 200, 240);
        assert_int_equal(next(&finished), 0);
        assert_int_equal(finished.status, ENTITLE_OK);
        assert_int_equal(finished.attempts, 2);
        assert_in_range(fixture.fake.monotonic_ms - begun_ms, 3000, 8100);
        end(state);
    }
    metering_set_up(state);
}

static void
each_call_has_an_error_of_its_own(void **state)
{
    static const scripted_answer answers[] = {
        { .http_status = 400,
          .body = "{\"__type\":\"TimestampOutOfBoundsException\"}",
          .headers = { "x-amzn-requestid: req-a" },
          .takes_ms = 10 },
        ANSWER(20),
        { .http_status = 400,
          .body = "{\"__type\":\"AccessDeniedException\"}",
          .headers = { "x-amzn-requestid: req-c" },
          .takes_ms = 30 },
        { .failure = ENTITLE_TLS_ERROR, .is_unsent = true, .takes_ms = 40 },
        { .failure = ENTITLE_TLS_ERROR, .is_unsent = true },
    };
    static const struct {
        entitle_status status;
        uint32_t attempts;
        int32_t http_status;
        const char *request_id;
        const char *service_code;
        const char *hint; /* a part of it */
        bool is_certainly_undone;
    } want[] = {
        { ENTITLE_INVALID_INPUT,
          1,
          400,
          "req-a",
          "TimestampOutOfBoundsException",
          "",
          true },
        { ENTITLE_OK, 1, 0, "", "", "", false },
        { ENTITLE_ACCESS_DENIED,
          1,
          400,
          "req-c",
          "AccessDeniedException",
          "aws-marketplace:BatchMeterUsage",
          true },
        { ENTITLE_TLS_ERROR, 3, 0, "", "", "", true },
    };

    (void)state;
    begin(ENTITLE_RETRY_STANDARD, true, answers, 5, 4);
    for (size_t i = 0; i < 4; i++) {
        entitle_finished_call finished;

        assert_int_equal(next(&finished), i);
        assert_int_equal(finished.status, want[i].status);
        assert_int_equal(finished.attempts, want[i].attempts);
        assert_int_equal(finished.error.http_status, want[i].http_status);
        assert_string_equal(finished.error.request_id, want[i].request_id);
        assert_string_equal(finished.error.service_code, want[i].service_code);
        assert_non_null(strstr(finished.error.hint, want[i].hint));
        assert_int_equal(
            finished.error.is_certainly_undone, want[i].is_certainly_undone);
    }
}

static void
answer_is_what_the_service_said(void **state)
{
    static const scripted_answer answer = {
        .http_status = 200,
        .body = "{\"Results\":[1]}",
        .headers = { "x-amzn-requestid: req-1" },
    };
    entitle_finished_call finished;

    (void)state;
    begin(ENTITLE_RETRY_STANDARD, true, &answer, 1, 1);
    assert_int_equal(entitle_calls_next(calls, &finished, NULL), ENTITLE_OK);
    assert_string_equal(entitle_answer_json(finished.answer), "{\"Results\":[1]}");
    assert_string_equal(entitle_answer_request_id(finished.answer), "req-1");
    assert_string_equal(
        scripted_transport_header(&fixture.script, 0, "x-amz-target"),
        "AWSMPMeteringService.BatchMeterUsage");
    entitle_answer_free(finished.answer);
}

static void
an_interim_answer_is_none(void **state)
{
    static const scripted_answer answer = { .http_status = 103 };
    entitle_finished_call finished;

    (void)state;
    begin(ENTITLE_RETRY_STANDARD, true, &answer, 1, 1);
    assert_int_equal(next(&finished), 0);
    assert_int_equal(finished.status, ENTITLE_BAD_RESPONSE);
    assert_false(finished.error.is_certainly_undone);
}

/* As many as there are times to be repeated: all of them get through in the end. */
static void
retries_are_interleaved(void **state)
{
    enum { COUNT = 8 };
    static const scripted_answer answers[] = {
        { .http_status = 503, .takes_ms = 20 }, ANSWER(20),
        { .http_status = 503, .takes_ms = 20 }, ANSWER(20),
        { .http_status = 503, .takes_ms = 20 }, ANSWER(20),
        { .http_status = 503, .takes_ms = 20 }, ANSWER(20),
    };
    uint32_t attempts = 0;

    (void)state;
    begin(ENTITLE_RETRY_STANDARD, true, answers, COUNT, COUNT);
    for (size_t i = 0; i < COUNT; i++) {
        entitle_finished_call finished;

        (void)next(&finished);
        assert_int_equal(finished.status, ENTITLE_OK);
        attempts += finished.attempts;
    }
    assert_int_equal(attempts, COUNT + COUNT / 2);
    assert_int_equal(fixture.script.request_count, COUNT + COUNT / 2);
    /* Two rounds of 20 ms and one delay of 50 ms at most, not eight of each. */
    assert_in_range(fixture.fake.monotonic_ms, 1040, 1090);
}

static void
a_call_has_its_own_deadline(void **state)
{
    static const scripted_answer answers[] = {
        { .http_status = 503, .takes_ms = 100 },
        ANSWER(100000),
        ANSWER(100),
        { .http_status = 503, .takes_ms = 100 },
    };
    entitle_finished_call finished;
    int64_t begun_ms = fixture.fake.monotonic_ms;

    (void)state;
    begin(ENTITLE_RETRY_UNTIL_DEADLINE, true, answers, 4, 3);
    assert_int_equal(next(&finished), 2);
    assert_int_equal(finished.status, ENTITLE_OK);
    for (size_t i = 0; i < 2; i++) {
        (void)next(&finished);
        assert_int_equal(finished.status, ENTITLE_SERVICE_ERROR);
        assert_false(finished.error.is_certainly_undone);
        assert_in_range(fixture.fake.monotonic_ms - begun_ms, 59000, 60000);
    }
}

static void
a_request_has_its_own_time_limit(void **state)
{
    static const scripted_answer answers[] = { ANSWER(100000), ANSWER(50), ANSWER(10) };
    entitle_finished_call finished;

    (void)state;
    begin(ENTITLE_RETRY_STANDARD, true, answers, 3, 2);
    assert_int_equal(next(&finished), 1);
    assert_int_equal(next(&finished), 0);
    assert_int_equal(finished.status, ENTITLE_OK);
    assert_int_equal(finished.attempts, 2);
    assert_in_range(fixture.fake.monotonic_ms, 11000, 11100);
}

/* --- What the calls share --------------------------------------------------------- */

typedef struct renewing_provider {
    int renewals;
    int questions;
} renewing_provider;

static entitle_status
provide(
    void *context,
    bool refresh,
    int64_t timeout_ms,
    entitle_credentials *out,
    entitle_error *error)
{
    renewing_provider *self = context;
    char key_id[32];

    (void)timeout_ms;
    self->renewals += refresh;
    self->questions++;
    (void)snprintf(key_id, sizeof(key_id), "AKIA%d", self->renewals);
    return entitle_credentials_set(
        out,
        ENTITLE_CREDENTIALS_ECS_TASK_ROLE,
        key_id,
        METERING_SECRET,
        METERING_TOKEN,
        0,
        error);
}

static void
credentials_refused_to_all_are_renewed_once(void **state)
{
    static const scripted_answer answers[] = {
        REFUSAL("ExpiredTokenException", 10),
        REFUSAL("ExpiredTokenException", 20),
        REFUSAL("ExpiredTokenException", 30),
        ANSWER(100),
    };
    renewing_provider renewing = { .renewals = 0 };
    const entitle_credentials_provider provider = {
        .struct_size = sizeof(provider),
        .context = &renewing,
        .provide = provide,
    };
    entitle_metering_options options = metering_options_of(ENTITLE_RETRY_STANDARD);
    entitle_finished_call finished;

    (void)state;
    options.credentials = &provider;
    scripted_transport_init(&fixture.script, &fixture.fake, answers, 4);
    scripted_transport_do_several(&fixture.script);
    assert_int_equal(
        entitle_metering_new(&options, &fixture.metering, NULL), ENTITLE_OK);
    assert_int_equal(entitle_calls_new(fixture.metering, 3, &calls, NULL), ENTITLE_OK);
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(
            entitle_calls_start(calls, "BatchMeterUsage", "{}", 2, &contexts[i], NULL),
            ENTITLE_OK);
    }
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(next(&finished), i);
        assert_int_equal(finished.status, ENTITLE_OK);
        assert_int_equal(finished.attempts, 2);
    }
    assert_int_equal(renewing.renewals, 1);
}

static void
a_date_refused_to_all_is_mended_for_all(void **state)
{
    enum { OFF_S = 3600 };
#define REFUSED_DATE(takes_ms_)                                                        \
    {                                                                                  \
        .http_status = 400, .has_date = true, .date_offset_s = OFF_S,                  \
        .takes_ms = takes_ms_,                                                         \
        .body = "{\"__type\":\"InvalidSignatureException\","                           \
                "\"message\":\"Signature expired: is now earlier than\"}"              \
    }
    static const scripted_answer answers[] = {
        REFUSED_DATE(10),
        REFUSED_DATE(20),
        REFUSED_DATE(30),
        ANSWER(100),
    };
    entitle_finished_call finished;

    (void)state;
    begin(ENTITLE_RETRY_STANDARD, true, answers, 4, 3);
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(next(&finished), i);
        assert_int_equal(finished.status, ENTITLE_OK);
        assert_int_equal(finished.attempts, 2);
    }
    const char *told = strstr(fixture.fake.log, "clock is 3600 s off");
    assert_non_null(told);
    assert_null(strstr(told + 1, "clock is 3600 s off"));
}

/* 500 tokens, of which a repetition takes 14: the calls of a client share them. */
static void
retry_quota_is_shared(void **state)
{
    static const scripted_answer answer = { .http_status = 503, .takes_ms = 1 };
    uint32_t attempts = 0;
    size_t count = 0;

    (void)state;
    begin(ENTITLE_RETRY_STANDARD, true, &answer, 1, MOST_CALLS);
    while (entitle_calls_running(calls) > 0) {
        entitle_finished_call finished;

        (void)next(&finished);
        attempts += finished.attempts;
        if (++count <= 24) {
            assert_int_equal(
                entitle_calls_start(
                    calls, "BatchMeterUsage", "{}", 2, &contexts[0], NULL),
                ENTITLE_OK);
        }
    }
    assert_int_equal(count, MOST_CALLS + 24);
    assert_int_equal(attempts, count + 500 / 14);
}

static void
the_client_may_make_a_call_meanwhile(void **state)
{
    static const scripted_answer answers[] = {
        ANSWER(500),
        { .http_status = 200, .body = METERING_ANSWER, .takes_ms = 20 },
    };
    entitle_finished_call finished;

    (void)state;
    begin(ENTITLE_RETRY_STANDARD, true, answers, 2, 1);
    assert_int_equal(
        entitle_metering_register_usage(
            fixture.metering,
            METERING_PRODUCT,
            3,
            METERING_NONCE,
            &fixture.registration,
            &fixture.error),
        ENTITLE_OK);
    assert_int_equal(next(&finished), 0);
    assert_int_equal(finished.status, ENTITLE_OK);
    assert_int_equal(entitle_metering_attempts(fixture.metering), 1);
}

/* Whoever waits is handed what ended for itself, and the other's is not lost. */
static void
two_sets_share_a_client(void **state)
{
    static const scripted_answer answers[] = { ANSWER(10), ANSWER(50), ANSWER(5) };
    entitle_calls *others = NULL;
    entitle_finished_call finished;

    (void)state;
    begin(ENTITLE_RETRY_STANDARD, true, answers, 3, 1);
    assert_int_equal(entitle_calls_new(fixture.metering, 1, &others, NULL), ENTITLE_OK);
    assert_int_equal(
        entitle_calls_start(others, "BatchMeterUsage", "{}", 2, &contexts[1], NULL),
        ENTITLE_OK);
    assert_int_equal(entitle_calls_next(others, &finished, NULL), ENTITLE_OK);
    assert_ptr_equal(finished.context, &contexts[1]);
    entitle_answer_free(finished.answer);
    assert_int_equal(next(&finished), 0);
    assert_int_equal(finished.status, ENTITLE_OK);
    assert_int_equal(fixture.fake.monotonic_ms, 1050);
    entitle_calls_free(others);
}

/* --- Interruption ----------------------------------------------------------------- */

typedef struct interruption_case {
    const char *name;
    scripted_answer answer;
    int64_t after; /* so many questions */
    entitle_status want;
    bool want_undone;
    size_t want_cancelled;
} interruption_case;

static void
interruption_ends_every_call(void **state)
{
    static const interruption_case cases[] = {
        { "sent", ANSWER(5000), 6, ENTITLE_INTERRUPTED, false, 3 },
        { "not sent yet",
          { .http_status = 200, .is_unsent = true, .takes_ms = 5000 },
          6,
          ENTITLE_INTERRUPTED,
          true,
          3 },
        { "throttled, and waiting",
          { .http_status = 400,
            .body = "{\"__type\":\"ThrottlingException\"}",
            .headers = { "x-amz-retry-after: 5000" } },
          6,
          ENTITLE_INTERRUPTED,
          true,
          0 },
        { "throttled, and waiting on", /* nobody waits long without asking */
          { .http_status = 400,
            .body = "{\"__type\":\"ThrottlingException\"}",
            .headers = { "x-amz-retry-after: 5000" } },
          9,
          ENTITLE_INTERRUPTED,
          true,
          0 },
        { "failed, and waiting",
          { .http_status = 503, .headers = { "x-amz-retry-after: 5000" } },
          6,
          ENTITLE_INTERRUPTED,
          false,
          0 },
        { "never sent", ANSWER(5000), 0, ENTITLE_INTERRUPTED, true, 0 },
        { "answered just then",
          { .http_status = 200, .body = "{}" },
          3,
          ENTITLE_OK,
          false,
          0 },
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const interruption_case *each = &cases[i];

        print_message("  %s\n", each->name);
        metering_set_up(state);
        fixture.fake.interrupt_after = each->after;
        begin(ENTITLE_RETRY_STANDARD, true, &each->answer, 1, 3);
        for (size_t c = 0; c < 3; c++) {
            entitle_finished_call finished;

            assert_int_equal(next(&finished), c);
            assert_int_equal(finished.status, each->want);
            assert_int_equal(finished.error.is_certainly_undone, each->want_undone);
        }
        assert_in_range(fixture.fake.monotonic_ms, 1000, 1200);
        assert_int_equal(fixture.script.cancelled, each->want_cancelled);
        end(state);
    }
    metering_set_up(state);
}

/* What had ended before is not taken back. */
static void
interruption_leaves_what_has_ended(void **state)
{
    static const scripted_answer answers[] = { ANSWER(10), ANSWER(10), ANSWER(5000) };
    entitle_finished_call finished;

    (void)state;
    begin(ENTITLE_RETRY_STANDARD, true, answers, 3, 3);
    assert_int_equal(next(&finished), 0);
    assert_int_equal(finished.status, ENTITLE_OK);
    fixture.fake.interrupt_after = 0;
    assert_int_equal(next(&finished), 1);
    assert_int_equal(finished.status, ENTITLE_OK);
    assert_int_equal(next(&finished), 2);
    assert_int_equal(finished.status, ENTITLE_INTERRUPTED);
    assert_false(finished.error.is_certainly_undone);
}

static void
free_gives_up_what_is_under_way(void **state)
{
    static const scripted_answer answers[] = {
        ANSWER(5000),
        { .http_status = 503, .headers = { "x-amz-retry-after: 5000" } },
        ANSWER(0),
        ANSWER(0),
    };
    entitle_finished_call finished;

    (void)state;
    begin(ENTITLE_RETRY_STANDARD, true, answers, 4, 4);
    assert_int_equal(next(&finished), 2);
    entitle_calls_free(calls);
    calls = NULL;
    assert_int_equal(fixture.script.cancelled, 2);
}

/* --- What does not begin ---------------------------------------------------------- */

static void
a_request_that_cannot_be_started_is_repeated(void **state)
{
    static const scripted_answer answers[] = {
        { .failure = ENTITLE_UNREACHABLE, .is_unsent = true, .is_at_once = true },
        ANSWER(10),
        { .failure = ENTITLE_UNREACHABLE, .is_unsent = true, .is_at_once = true },
    };
    entitle_finished_call finished;

    (void)state;
    begin(ENTITLE_RETRY_STANDARD, true, answers, 3, 2);
    assert_int_equal(next(&finished), 1);
    assert_int_equal(finished.status, ENTITLE_OK);
    assert_int_equal(next(&finished), 0);
    assert_int_equal(finished.status, ENTITLE_UNREACHABLE);
    assert_int_equal(finished.attempts, 3);
    assert_true(finished.error.is_certainly_undone);
}

static void
calls_without_credentials_end_one_by_one(void **state)
{
    static const fake_variable no_credentials[] = {
        { "AWS_REGION", "us-east-1" },
        { "AWS_EC2_METADATA_DISABLED", "true" },
        { NULL, NULL },
    };
    entitle_finished_call finished;

    (void)state;
    fixture.fake.variables = no_credentials;
    begin(ENTITLE_RETRY_STANDARD, true, &metering_good_answer, 1, 2);
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(next(&finished), i);
        assert_int_equal(finished.status, ENTITLE_NO_CREDENTIALS);
        assert_int_equal(finished.attempts, 0);
        assert_true(finished.error.is_certainly_undone);
    }
    assert_int_equal(fixture.script.request_count, 0);
}

static void
start_takes_what_a_call_takes(void **state)
{
    static const struct {
        const char *operation;
        const char *json;
        entitle_status want;
    } cases[] = {
        { "BatchMeterUsage", "{}", ENTITLE_OK },
        { "DeleteEverything", "{}", ENTITLE_INVALID_INPUT },
        { NULL, "{}", ENTITLE_INVALID_ARGUMENT },
        { "BatchMeterUsage", "[]", ENTITLE_INVALID_INPUT },
        { "BatchMeterUsage", NULL, ENTITLE_INVALID_ARGUMENT },
    };

    (void)state;
    begin(ENTITLE_RETRY_STANDARD, true, &metering_good_answer, 1, 0);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const char *json = cases[i].json;
        size_t length = json != NULL ? strlen(json) : 0;
        entitle_error error = { .is_certainly_undone = false };

        assert_int_equal(
            entitle_calls_start(calls, cases[i].operation, json, length, NULL, &error),
            cases[i].want);
        assert_int_equal(error.is_certainly_undone, cases[i].want != ENTITLE_OK);
        assert_int_equal(entitle_calls_running(calls), 1);
    }
}

static void
a_limit_is_a_limit(void **state)
{
    static const struct {
        size_t limit;
        entitle_status want;
    } cases[] = {
        { 0, ENTITLE_INVALID_ARGUMENT },
        { 1, ENTITLE_OK },
        { ENTITLE_CALLS_LIMIT, ENTITLE_OK },
        { ENTITLE_CALLS_LIMIT + 1, ENTITLE_INVALID_ARGUMENT },
    };
    entitle_finished_call finished;

    (void)state;
    begin(ENTITLE_RETRY_STANDARD, true, &metering_good_answer, 1, MOST_CALLS);
    assert_int_equal(
        entitle_calls_start(calls, "BatchMeterUsage", "{}", 2, NULL, NULL),
        ENTITLE_INVALID_ARGUMENT);
    assert_int_equal(next(&finished), 0);
    assert_int_equal(
        entitle_calls_start(calls, "BatchMeterUsage", "{}", 2, &contexts[0], NULL),
        ENTITLE_OK);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        entitle_calls *made = NULL;

        assert_int_equal(
            entitle_calls_new(fixture.metering, cases[i].limit, &made, NULL),
            cases[i].want);
        assert_int_equal(made != NULL, cases[i].want == ENTITLE_OK);
        entitle_calls_free(made);
    }
    assert_int_equal(
        entitle_calls_new(NULL, 1, &(entitle_calls *){ NULL }, NULL),
        ENTITLE_INVALID_ARGUMENT);
}

static void
nothing_under_way_is_not_waited_for(void **state)
{
    entitle_finished_call finished;

    (void)state;
    begin(ENTITLE_RETRY_STANDARD, true, &metering_good_answer, 1, 0);
    assert_int_equal(
        entitle_calls_next(calls, &finished, NULL), ENTITLE_INVALID_ARGUMENT);
    assert_null(finished.answer);
    assert_int_equal(
        entitle_calls_next(NULL, &finished, NULL), ENTITLE_INVALID_ARGUMENT);
    assert_int_equal(entitle_calls_running(NULL), 0);
    entitle_calls_free(NULL);
    assert_int_equal(fixture.fake.slept_ms, 0);
}

/* --- Transports of other kinds ---------------------------------------------------- */

static void
a_transport_has_all_of_the_three_or_none(void **state)
{
    static const struct {
        bool has_start;
        bool has_wait;
        bool has_cancel;
        size_t struct_size;
        entitle_status want;
        bool want_several;
    } cases[] = {
        { true, true, true, sizeof(entitle_transport), ENTITLE_OK, true },
        { false, false, false, sizeof(entitle_transport), ENTITLE_OK, false },
        { false,
          true,
          true,
          sizeof(entitle_transport),
          ENTITLE_INVALID_ARGUMENT,
          false },
        { true,
          false,
          true,
          sizeof(entitle_transport),
          ENTITLE_INVALID_ARGUMENT,
          false },
        { true,
          true,
          false,
          sizeof(entitle_transport),
          ENTITLE_INVALID_ARGUMENT,
          false },
        /* What an older program's struct is followed by is not looked at. */
        { true, false, true, offsetof(entitle_transport, start), ENTITLE_OK, false },
        { true, true, true, offsetof(entitle_transport, start), ENTITLE_OK, false },
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        entitle_metering_options options = metering_options_of(ENTITLE_RETRY_STANDARD);

        print_message("  %zu\n", i);
        metering_set_up(state);
        scripted_transport_init(
            &fixture.script, &fixture.fake, &metering_good_answer, 1);
        scripted_transport_do_several(&fixture.script);
        entitle_transport *transport = &fixture.script.transport;
        transport->struct_size = cases[i].struct_size;
        transport->start = cases[i].has_start ? transport->start : NULL;
        transport->wait = cases[i].has_wait ? transport->wait : NULL;
        transport->cancel = cases[i].has_cancel ? transport->cancel : NULL;
        assert_int_equal(
            entitle_metering_new(&options, &fixture.metering, NULL), cases[i].want);
        if (cases[i].want == ENTITLE_OK) {
            entitle_finished_call finished;
            assert_int_equal(
                entitle_calls_new(fixture.metering, 1, &calls, NULL), ENTITLE_OK);
            assert_int_equal(
                entitle_calls_start(
                    calls, "BatchMeterUsage", "{}", 2, &contexts[0], NULL),
                ENTITLE_OK);
            assert_int_equal(next(&finished), 0);
            assert_int_equal(fixture.script.most_flights > 0, cases[i].want_several);
        }
        end(state);
    }
    metering_set_up(state);
}

static void
calls_hold_when_memory_fails(void **state)
{
    static const scripted_answer answers[] = { { .http_status = 503 }, ANSWER(10) };
    bool has_failed = true;

    for (int64_t n = 0; has_failed; n++) {
        entitle_finished_call finished;

        metering_set_up(state);
        begin(ENTITLE_RETRY_STANDARD, true, answers, 2, 0);
        fixture.fake.fail_allocation = fixture.fake.allocations + n;
        has_failed = false;
        for (size_t i = 0; i < 2; i++) {
            entitle_status status = entitle_calls_start(
                calls, "BatchMeterUsage", "{}", 2, &contexts[i], NULL);
            assert_true(status == ENTITLE_OK || status == ENTITLE_OUT_OF_MEMORY);
            has_failed |= status != ENTITLE_OK;
        }
        while (entitle_calls_running(calls) > 0) {
            (void)next(&finished);
            assert_true(
                finished.status == ENTITLE_OK ||
                finished.status == ENTITLE_OUT_OF_MEMORY);
            has_failed |= finished.status != ENTITLE_OK;
        }
        assert_true(n < 200);
        end(state);
    }
    metering_set_up(state);
}

int
main(void)
{
#define CALLS(name_) cmocka_unit_test_setup_teardown(name_, metering_set_up, tear_down)
    const struct CMUnitTest tests[] = {
        CALLS(calls_end_in_the_order_of_their_answers),
        CALLS(throttling_of_one_does_not_hold_up_the_others),
        CALLS(each_call_has_an_error_of_its_own),
        CALLS(answer_is_what_the_service_said),
        CALLS(an_interim_answer_is_none),
        CALLS(retries_are_interleaved),
        CALLS(a_call_has_its_own_deadline),
        CALLS(a_request_has_its_own_time_limit),
        CALLS(credentials_refused_to_all_are_renewed_once),
        CALLS(a_date_refused_to_all_is_mended_for_all),
        CALLS(retry_quota_is_shared),
        CALLS(the_client_may_make_a_call_meanwhile),
        CALLS(two_sets_share_a_client),
        CALLS(interruption_ends_every_call),
        CALLS(interruption_leaves_what_has_ended),
        CALLS(free_gives_up_what_is_under_way),
        CALLS(a_request_that_cannot_be_started_is_repeated),
        CALLS(calls_without_credentials_end_one_by_one),
        CALLS(start_takes_what_a_call_takes),
        CALLS(a_limit_is_a_limit),
        CALLS(nothing_under_way_is_not_waited_for),
        CALLS(a_transport_has_all_of_the_three_or_none),
        CALLS(calls_hold_when_memory_fails),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
