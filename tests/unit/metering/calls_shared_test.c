/* SPDX-License-Identifier: Apache-2.0 */
#include "calls_fixture.h"
#include "support/cmocka.h"

#include <stdio.h>
#include <string.h>

/* What calls that are under way together share. */

#define REFUSAL(code_, takes_ms_)                                                      \
    {                                                                                  \
        .http_status = 400, .body = "{\"__type\":\"" code_ "\"}",                      \
        .takes_ms = takes_ms_                                                          \
    }

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
        CALLS_ANSWER(100),
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
            entitle_calls_start(
                calls, "BatchMeterUsage", "{}", 2, &calls_contexts[i], NULL),
            ENTITLE_OK);
    }
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(calls_next_ended(&finished), i);
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
        CALLS_ANSWER(100),
    };
    entitle_finished_call finished;

    (void)state;
    calls_begin(ENTITLE_RETRY_STANDARD, true, answers, 4, 3);
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(calls_next_ended(&finished), i);
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
    calls_begin(ENTITLE_RETRY_STANDARD, true, &answer, 1, CALLS_MOST);
    while (entitle_calls_running(calls) > 0) {
        entitle_finished_call finished;

        (void)calls_next_ended(&finished);
        attempts += finished.attempts;
        if (++count <= 24) {
            assert_int_equal(
                entitle_calls_start(
                    calls, "BatchMeterUsage", "{}", 2, &calls_contexts[0], NULL),
                ENTITLE_OK);
        }
    }
    assert_int_equal(count, CALLS_MOST + 24);
    assert_int_equal(attempts, count + 500 / 14);
}

static void
the_client_may_make_a_call_meanwhile(void **state)
{
    static const scripted_answer answers[] = {
        CALLS_ANSWER(500),
        { .http_status = 200, .body = METERING_ANSWER, .takes_ms = 20 },
    };
    entitle_finished_call finished;

    (void)state;
    calls_begin(ENTITLE_RETRY_STANDARD, true, answers, 2, 1);
    assert_int_equal(
        entitle_metering_register_usage(
            fixture.metering,
            METERING_PRODUCT,
            3,
            METERING_NONCE,
            &fixture.registration,
            &fixture.error),
        ENTITLE_OK);
    assert_int_equal(calls_next_ended(&finished), 0);
    assert_int_equal(finished.status, ENTITLE_OK);
    assert_int_equal(entitle_metering_attempts(fixture.metering), 1);
}

/* Whoever waits is handed what ended for itself, and the other's is not lost. */
static void
two_sets_share_a_client(void **state)
{
    static const scripted_answer answers[] = { CALLS_ANSWER(10),
                                               CALLS_ANSWER(50),
                                               CALLS_ANSWER(5) };
    entitle_calls *others = NULL;
    entitle_finished_call finished;

    (void)state;
    calls_begin(ENTITLE_RETRY_STANDARD, true, answers, 3, 1);
    assert_int_equal(entitle_calls_new(fixture.metering, 1, &others, NULL), ENTITLE_OK);
    assert_int_equal(
        entitle_calls_start(
            others, "BatchMeterUsage", "{}", 2, &calls_contexts[1], NULL),
        ENTITLE_OK);
    assert_int_equal(entitle_calls_next(others, &finished, NULL), ENTITLE_OK);
    assert_ptr_equal(finished.context, &calls_contexts[1]);
    entitle_answer_free(finished.answer);
    assert_int_equal(calls_next_ended(&finished), 0);
    assert_int_equal(finished.status, ENTITLE_OK);
    assert_int_equal(fixture.fake.monotonic_ms, 1050);
    entitle_calls_free(others);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        CALLS(credentials_refused_to_all_are_renewed_once),
        CALLS(a_date_refused_to_all_is_mended_for_all),
        CALLS(retry_quota_is_shared),
        CALLS(the_client_may_make_a_call_meanwhile),
        CALLS(two_sets_share_a_client),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
