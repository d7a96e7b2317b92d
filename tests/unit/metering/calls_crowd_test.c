/* SPDX-License-Identifier: Apache-2.0 */

/* Calls at once over real connections, to a server that answers crowds only. */
#include "support/aws_environment.h"
#include "support/cmocka.h"
#include "support/crowd_server.h"

#include <entitle/metering.h>

#include <stdio.h>
#include <string.h>

enum { CALL_COUNT = 64 };

typedef struct numbered_call {
    char json[32];
    bool has_ended;
} numbered_call;

static numbered_call numbered[CALL_COUNT];

static entitle_metering *
new_client(uint16_t port)
{
    static const entitle_runtime runtime = { .struct_size = sizeof(runtime),
                                             .environment = aws_environment };
    char endpoint[64];
    const entitle_metering_options options = { .struct_size = sizeof(options),
                                               .runtime = &runtime,
                                               .endpoint = endpoint };
    entitle_metering *metering = NULL;

    (void)snprintf(endpoint, sizeof(endpoint), "http://127.0.0.1:%u", port);
    assert_int_equal(entitle_metering_new(&options, &metering, NULL), ENTITLE_OK);
    return metering;
}

static void
start(entitle_calls *calls, size_t number)
{
    numbered_call *call = &numbered[number];

    *call = (numbered_call){ .has_ended = false };
    (void)snprintf(call->json, sizeof(call->json), "{\"Number\":%zu}", number);
    assert_int_equal(
        entitle_calls_start(
            calls, "BatchMeterUsage", call->json, strlen(call->json), call, NULL),
        ENTITLE_OK);
}

/* Each answer belongs to the call that it was handed out for. */
static void
finish_one(entitle_calls *calls)
{
    entitle_finished_call finished;
    char want[64];

    assert_int_equal(entitle_calls_next(calls, &finished, NULL), ENTITLE_OK);
    numbered_call *call = finished.context;
    if (finished.status != ENTITLE_OK) {
        fail_msg("%s: %s", call->json, finished.error.message);
    }
    (void)snprintf(want, sizeof(want), "{\"Echo\":%s}", call->json);
    assert_string_equal(entitle_answer_json(finished.answer), want);
    assert_int_equal(finished.attempts, 1);
    assert_false(call->has_ended);
    call->has_ended = true;
    entitle_answer_free(finished.answer);
}

static void
calls_are_at_once_on_kept_connections(void **state)
{
    static const size_t limits[] = { 1, 2, 8, 64 };

    (void)state;
    for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++) {
        size_t limit = limits[i];
        crowd_server *server = crowd_server_start(limit);
        entitle_metering *metering = new_client(crowd_server_port(server));
        entitle_calls *calls = NULL;
        size_t started = 0;

        print_message("  %zu at once\n", limit);
        assert_int_equal(entitle_calls_new(metering, limit, &calls, NULL), ENTITLE_OK);
        while (started < CALL_COUNT || entitle_calls_running(calls) > 0) {
            while (started < CALL_COUNT && entitle_calls_running(calls) < limit) {
                start(calls, started++);
            }
            finish_one(calls);
        }
        assert_int_equal(crowd_server_requests(server), CALL_COUNT);
        assert_int_equal(crowd_server_connections(server), limit);
        entitle_calls_free(calls);
        entitle_metering_free(metering);
        crowd_server_stop(server);
    }
}

/* The connections outlive the calls, and serve single ones, too. */
static void
connections_are_the_clients(void **state)
{
    crowd_server *server = crowd_server_start(1);
    entitle_metering *metering = new_client(crowd_server_port(server));

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        entitle_calls *calls = NULL;
        entitle_answer *answer = NULL;

        assert_int_equal(entitle_calls_new(metering, 2, &calls, NULL), ENTITLE_OK);
        start(calls, 0);
        finish_one(calls);
        entitle_calls_free(calls);
        assert_int_equal(
            entitle_metering_call(
                metering, "BatchMeterUsage", "{\"a\":1}", 7, &answer, NULL),
            ENTITLE_OK);
        assert_string_equal(entitle_answer_json(answer), "{\"Echo\":{\"a\":1}}");
        entitle_answer_free(answer);
    }
    assert_int_equal(crowd_server_connections(server), 1);
    entitle_metering_free(metering);
    crowd_server_stop(server);
}

/* Two that wait for a third; it is the blocking one. */
static void
a_single_call_is_made_beside_others(void **state)
{
    crowd_server *server = crowd_server_start(3);
    entitle_metering *metering = new_client(crowd_server_port(server));
    entitle_calls *calls = NULL;
    entitle_answer *answer = NULL;

    (void)state;
    assert_int_equal(entitle_calls_new(metering, 2, &calls, NULL), ENTITLE_OK);
    start(calls, 0);
    start(calls, 1);
    assert_int_equal(
        entitle_metering_call(
            metering, "BatchMeterUsage", "{\"a\":1}", 7, &answer, NULL),
        ENTITLE_OK);
    entitle_answer_free(answer);
    finish_one(calls);
    finish_one(calls);
    entitle_calls_free(calls);
    assert_int_equal(crowd_server_connections(server), 3);
    entitle_metering_free(metering);
    crowd_server_stop(server);
}

static void
calls_under_way_can_be_given_up(void **state)
{
    crowd_server *server = crowd_server_start(3);
    entitle_metering *metering = new_client(crowd_server_port(server));
    entitle_calls *calls = NULL;

    (void)state;
    assert_int_equal(entitle_calls_new(metering, 8, &calls, NULL), ENTITLE_OK);
    start(calls, 0);
    start(calls, 1);
    entitle_calls_free(calls);
    entitle_metering_free(metering);
    crowd_server_stop(server);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(calls_are_at_once_on_kept_connections),
        cmocka_unit_test(connections_are_the_clients),
        cmocka_unit_test(a_single_call_is_made_beside_others),
        cmocka_unit_test(calls_under_way_can_be_given_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
