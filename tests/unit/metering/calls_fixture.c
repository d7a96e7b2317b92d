/* SPDX-License-Identifier: Apache-2.0 */
#include "calls_fixture.h"

#include "support/cmocka.h"

entitle_calls *calls;
int calls_contexts[CALLS_MOST];

void
calls_begin(
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
        entitle_calls_new(fixture.metering, CALLS_MOST, &calls, NULL), ENTITLE_OK);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(
            entitle_calls_start(
                calls, "BatchMeterUsage", "{}", 2, &calls_contexts[i], NULL),
            ENTITLE_OK);
    }
    assert_int_equal(entitle_calls_running(calls), count);
}

size_t
calls_next_ended(entitle_finished_call *out)
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
    return (size_t)((int *)out->context - calls_contexts);
}

int
calls_tear_down(void **state)
{
    entitle_calls_free(calls);
    calls = NULL;
    return metering_tear_down(state);
}

void
calls_end(void **state)
{
    (void)calls_tear_down(state);
}
