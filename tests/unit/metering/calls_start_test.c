/* SPDX-License-Identifier: Apache-2.0 */
#include "calls_fixture.h"
#include "support/cmocka.h"

#include <stddef.h>
#include <string.h>

/* Calls that do not begin, and transports that do them. */

static void
a_request_that_cannot_be_started_is_repeated(void **state)
{
    static const scripted_answer answers[] = {
        { .failure = ENTITLE_UNREACHABLE, .is_unsent = true, .is_at_once = true },
        CALLS_ANSWER(10),
        { .failure = ENTITLE_UNREACHABLE, .is_unsent = true, .is_at_once = true },
    };
    entitle_finished_call finished;

    (void)state;
    calls_begin(ENTITLE_RETRY_STANDARD, true, answers, 3, 2);
    assert_int_equal(calls_next_ended(&finished), 1);
    assert_int_equal(finished.status, ENTITLE_OK);
    assert_int_equal(calls_next_ended(&finished), 0);
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
    calls_begin(ENTITLE_RETRY_STANDARD, true, &metering_good_answer, 1, 2);
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(calls_next_ended(&finished), i);
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
    calls_begin(ENTITLE_RETRY_STANDARD, true, &metering_good_answer, 1, 0);
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
    calls_begin(ENTITLE_RETRY_STANDARD, true, &metering_good_answer, 1, CALLS_MOST);
    assert_int_equal(
        entitle_calls_start(calls, "BatchMeterUsage", "{}", 2, NULL, NULL),
        ENTITLE_INVALID_ARGUMENT);
    assert_int_equal(calls_next_ended(&finished), 0);
    assert_int_equal(
        entitle_calls_start(
            calls, "BatchMeterUsage", "{}", 2, &calls_contexts[0], NULL),
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
    calls_begin(ENTITLE_RETRY_STANDARD, true, &metering_good_answer, 1, 0);
    assert_int_equal(
        entitle_calls_next(calls, &finished, NULL), ENTITLE_INVALID_ARGUMENT);
    assert_null(finished.answer);
    assert_int_equal(
        entitle_calls_next(NULL, &finished, NULL), ENTITLE_INVALID_ARGUMENT);
    assert_int_equal(entitle_calls_running(NULL), 0);
    entitle_calls_free(NULL);
    assert_int_equal(fixture.fake.slept_ms, 0);
}

/* --- Transports of other kinds -----------------------------------------------------
 */

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
                    calls, "BatchMeterUsage", "{}", 2, &calls_contexts[0], NULL),
                ENTITLE_OK);
            assert_int_equal(calls_next_ended(&finished), 0);
            assert_int_equal(fixture.script.most_flights > 0, cases[i].want_several);
        }
        calls_end(state);
    }
    metering_set_up(state);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        CALLS(a_request_that_cannot_be_started_is_repeated),
        CALLS(calls_without_credentials_end_one_by_one),
        CALLS(start_takes_what_a_call_takes),
        CALLS(a_limit_is_a_limit),
        CALLS(nothing_under_way_is_not_waited_for),
        CALLS(a_transport_has_all_of_the_three_or_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
