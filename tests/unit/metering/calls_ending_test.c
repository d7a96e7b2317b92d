/* SPDX-License-Identifier: Apache-2.0 */
#include "calls_fixture.h"
#include "support/cmocka.h"

/* Calls that are interrupted, given up, or end for want of memory. */

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
        { "sent", CALLS_ANSWER(5000), 6, ENTITLE_INTERRUPTED, false, 3 },
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
        { "never sent", CALLS_ANSWER(5000), 0, ENTITLE_INTERRUPTED, true, 0 },
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
        calls_begin(ENTITLE_RETRY_STANDARD, true, &each->answer, 1, 3);
        for (size_t c = 0; c < 3; c++) {
            entitle_finished_call finished;

            assert_int_equal(calls_next_ended(&finished), c);
            assert_int_equal(finished.status, each->want);
            assert_int_equal(finished.error.is_certainly_undone, each->want_undone);
        }
        assert_in_range(fixture.fake.monotonic_ms, 1000, 1200);
        assert_int_equal(fixture.script.cancelled, each->want_cancelled);
        calls_end(state);
    }
    metering_set_up(state);
}

/* What had ended before is not taken back. */
static void
interruption_leaves_what_has_ended(void **state)
{
    static const scripted_answer answers[] = { CALLS_ANSWER(10),
                                               CALLS_ANSWER(10),
                                               CALLS_ANSWER(5000) };
    entitle_finished_call finished;

    (void)state;
    calls_begin(ENTITLE_RETRY_STANDARD, true, answers, 3, 3);
    assert_int_equal(calls_next_ended(&finished), 0);
    assert_int_equal(finished.status, ENTITLE_OK);
    fixture.fake.interrupt_after = 0;
    assert_int_equal(calls_next_ended(&finished), 1);
    assert_int_equal(finished.status, ENTITLE_OK);
    assert_int_equal(calls_next_ended(&finished), 2);
    assert_int_equal(finished.status, ENTITLE_INTERRUPTED);
    assert_false(finished.error.is_certainly_undone);
}

static void
free_gives_up_what_is_under_way(void **state)
{
    static const scripted_answer answers[] = {
        CALLS_ANSWER(5000),
        { .http_status = 503, .headers = { "x-amz-retry-after: 5000" } },
        CALLS_ANSWER(0),
        CALLS_ANSWER(0),
    };
    entitle_finished_call finished;

    (void)state;
    calls_begin(ENTITLE_RETRY_STANDARD, true, answers, 4, 4);
    assert_int_equal(calls_next_ended(&finished), 2);
    entitle_calls_free(calls);
    calls = NULL;
    assert_int_equal(fixture.script.cancelled, 2);
}

static void
calls_hold_when_memory_fails(void **state)
{
    static const scripted_answer answers[] = { { .http_status = 503 },
                                               CALLS_ANSWER(10) };
    bool has_failed = true;

    for (int64_t n = 0; has_failed; n++) {
        entitle_finished_call finished;

        metering_set_up(state);
        calls_begin(ENTITLE_RETRY_STANDARD, true, answers, 2, 0);
        fixture.fake.fail_allocation = fixture.fake.allocations + n;
        has_failed = false;
        for (size_t i = 0; i < 2; i++) {
            entitle_status status = entitle_calls_start(
                calls, "BatchMeterUsage", "{}", 2, &calls_contexts[i], NULL);
            assert_true(status == ENTITLE_OK || status == ENTITLE_OUT_OF_MEMORY);
            has_failed |= status != ENTITLE_OK;
        }
        while (entitle_calls_running(calls) > 0) {
            (void)calls_next_ended(&finished);
            assert_true(
                finished.status == ENTITLE_OK ||
                finished.status == ENTITLE_OUT_OF_MEMORY);
            has_failed |= finished.status != ENTITLE_OK;
        }
        assert_true(n < 200);
        calls_end(state);
    }
    metering_set_up(state);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        CALLS(interruption_ends_every_call),
        CALLS(interruption_leaves_what_has_ended),
        CALLS(free_gives_up_what_is_under_way),
        CALLS(calls_hold_when_memory_fails),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
