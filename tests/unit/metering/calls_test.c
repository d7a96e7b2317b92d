/* SPDX-License-Identifier: Apache-2.0 */
#include "calls_fixture.h"
#include "support/cmocka.h"

#include <string.h>

/* What comes out of calls that are under way together, and when. */

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
    static const scripted_answer answers[] = { CALLS_ANSWER(300),
                                               CALLS_ANSWER(100),
                                               CALLS_ANSWER(200) };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        entitle_finished_call finished;

        print_message("  %s\n", cases[i].name);
        metering_set_up(state);
        int64_t begun_ms = fixture.fake.monotonic_ms;
        int64_t first_ms = 0;
        calls_begin(ENTITLE_RETRY_STANDARD, cases[i].does_several, answers, 3, 3);
        for (size_t c = 0; c < 3; c++) {
            assert_int_equal(calls_next_ended(&finished), cases[i].want[c]);
            assert_int_equal(finished.status, ENTITLE_OK);
            assert_int_equal(finished.attempts, 1);
            first_ms = c == 0 ? fixture.fake.monotonic_ms - begun_ms : first_ms;
        }
        assert_int_equal(first_ms, cases[i].want_first_ms);
        assert_int_equal(fixture.fake.monotonic_ms - begun_ms, cases[i].want_ms);
        assert_int_equal(fixture.script.most_flights, cases[i].want_flights);
        calls_end(state);
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
        CALLS_ANSWER(200),
        CALLS_ANSWER(30),
        CALLS_ANSWER(40),
    };

    for (int does_several = 0; does_several <= 1; does_several++) {
        entitle_finished_call finished;

        metering_set_up(state);
        calls_begin(ENTITLE_RETRY_STANDARD, does_several, answers, 4, 3);
        int64_t begun_ms = fixture.fake.monotonic_ms;
        assert_int_equal(calls_next_ended(&finished), does_several ? 2 : 1);
        assert_int_equal(finished.attempts, 1);
        assert_int_equal(calls_next_ended(&finished), does_several ? 1 : 2);
        assert_int_equal(finished.attempts, 1);
        assert_in_range(fixture.fake.monotonic_ms - begun_ms, 200, 240);
        assert_int_equal(calls_next_ended(&finished), 0);
        assert_int_equal(finished.status, ENTITLE_OK);
        assert_int_equal(finished.attempts, 2);
        assert_in_range(fixture.fake.monotonic_ms - begun_ms, 3000, 8100);
        calls_end(state);
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
        CALLS_ANSWER(20),
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
    calls_begin(ENTITLE_RETRY_STANDARD, true, answers, 5, 4);
    for (size_t i = 0; i < 4; i++) {
        entitle_finished_call finished;

        assert_int_equal(calls_next_ended(&finished), i);
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
    calls_begin(ENTITLE_RETRY_STANDARD, true, &answer, 1, 1);
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
    calls_begin(ENTITLE_RETRY_STANDARD, true, &answer, 1, 1);
    assert_int_equal(calls_next_ended(&finished), 0);
    assert_int_equal(finished.status, ENTITLE_BAD_RESPONSE);
    assert_false(finished.error.is_certainly_undone);
}

/* As many as there are times to be repeated: all of them get through in the end. */
static void
retries_are_interleaved(void **state)
{
    enum { COUNT = 8 };
    static const scripted_answer answers[] = {
        { .http_status = 503, .takes_ms = 20 }, CALLS_ANSWER(20),
        { .http_status = 503, .takes_ms = 20 }, CALLS_ANSWER(20),
        { .http_status = 503, .takes_ms = 20 }, CALLS_ANSWER(20),
        { .http_status = 503, .takes_ms = 20 }, CALLS_ANSWER(20),
    };
    uint32_t attempts = 0;

    (void)state;
    calls_begin(ENTITLE_RETRY_STANDARD, true, answers, COUNT, COUNT);
    for (size_t i = 0; i < COUNT; i++) {
        entitle_finished_call finished;

        (void)calls_next_ended(&finished);
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
        CALLS_ANSWER(100000),
        CALLS_ANSWER(100),
        { .http_status = 503, .takes_ms = 100 },
    };
    entitle_finished_call finished;
    int64_t begun_ms = fixture.fake.monotonic_ms;

    (void)state;
    calls_begin(ENTITLE_RETRY_UNTIL_DEADLINE, true, answers, 4, 3);
    assert_int_equal(calls_next_ended(&finished), 2);
    assert_int_equal(finished.status, ENTITLE_OK);
    for (size_t i = 0; i < 2; i++) {
        (void)calls_next_ended(&finished);
        assert_int_equal(finished.status, ENTITLE_SERVICE_ERROR);
        assert_false(finished.error.is_certainly_undone);
        assert_in_range(fixture.fake.monotonic_ms - begun_ms, 59000, 60000);
    }
}

static void
a_request_has_its_own_time_limit(void **state)
{
    static const scripted_answer answers[] = { CALLS_ANSWER(100000),
                                               CALLS_ANSWER(50),
                                               CALLS_ANSWER(10) };
    entitle_finished_call finished;

    (void)state;
    calls_begin(ENTITLE_RETRY_STANDARD, true, answers, 3, 2);
    assert_int_equal(calls_next_ended(&finished), 1);
    assert_int_equal(calls_next_ended(&finished), 0);
    assert_int_equal(finished.status, ENTITLE_OK);
    assert_int_equal(finished.attempts, 2);
    assert_in_range(fixture.fake.monotonic_ms, 11000, 11100);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        CALLS(calls_end_in_the_order_of_their_answers),
        CALLS(throttling_of_one_does_not_hold_up_the_others),
        CALLS(each_call_has_an_error_of_its_own),
        CALLS(answer_is_what_the_service_said),
        CALLS(an_interim_answer_is_none),
        CALLS(retries_are_interleaved),
        CALLS(a_call_has_its_own_deadline),
        CALLS(a_request_has_its_own_time_limit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
