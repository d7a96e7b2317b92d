/* SPDX-License-Identifier: Apache-2.0 */
#include "service_client.h"
#include "support/cmocka.h"

#include <cjson/cJSON.h>

#include <stdio.h>
#include <string.h>

static http_reply reply;

static void
register_some(int count)
{
    for (int i = 0; i < count; i++) {
        service_register(&service_sandbox, SERVICE_GOOD_BODY, &reply);
        service_assert_error(&reply, NULL);
    }
}

/* GET calls with that query: how many there are; `next` is what to ask for then. */
static int
count_calls(const char *query, double *next)
{
    char name[64];
    (void)snprintf(name, sizeof(name), "calls%s", query);
    assert_int_equal(
        sandbox_process_control(&service_sandbox, "GET", name, NULL, &reply), 200);
    cJSON *answer = cJSON_Parse(reply.body);
    assert_non_null(answer);
    *next = cJSON_GetNumberValue(cJSON_GetObjectItemCaseSensitive(answer, "next"));
    int count = cJSON_GetArraySize(cJSON_GetObjectItemCaseSensitive(answer, "calls"));
    cJSON_Delete(answer);
    return count;
}

static int
count_calls_after(double after, double *next)
{
    char query[32];
    (void)snprintf(query, sizeof(query), "?after=%.0f", after);
    return count_calls(query, next);
}

static void
calls_go_on_where_the_last_answer_ended(void **state)
{
    (void)state;
    double first = 0;
    double next = 0;
    assert_int_equal(count_calls("", &first), 0);
    register_some(2);

    assert_int_equal(count_calls_after(first, &next), 2);
    assert_true(next - first > 1.5 && next - first < 2.5);
    assert_int_equal(count_calls_after(first + 1, &next), 1);
    assert_int_equal(count_calls_after(next, &next), 0);
    register_some(1);
    assert_int_equal(count_calls_after(next, &next), 1);
}

static void
calls_after_a_number_of_another_journal_are_all(void **state)
{
    (void)state;
    double next = 0;
    register_some(2);
    (void)count_calls("", &next);

    assert_int_equal(count_calls_after(next, &next), 0);
    assert_int_equal(count_calls_after(next + 1, &next), 2);
}

static void
calls_of_before_a_reset_do_not_come_back(void **state)
{
    (void)state;
    double before = 0;
    double after = 0;
    register_some(2);
    (void)count_calls("", &before);
    assert_int_equal(service_reset(NULL), 0);
    register_some(1);

    assert_int_equal(count_calls_after(before - 2, &after), 1);
    assert_true(after > before);
}

typedef struct query_case {
    const char *query;
    long want_status;
    const char *want_text; /* in the body */
} query_case;

static const query_case query_cases[] = {
    { "calls", 200, "\"calls\"" },
    { "calls?", 200, "\"calls\"" },
    { "calls?after=0", 200, "\"calls\"" },
    { "calls?after=9007199254740991", 200, "\"calls\"" },
    { "calls?after=9007199254740993", 400, "\\\"after\\\" must be a whole number" },
    { "calls?after=-1", 400, "\\\"after\\\" must be a whole number" },
    { "calls?after=1e3", 400, "\\\"after\\\" must be a whole number" },
    { "calls?after=01", 400, "\\\"after\\\" must be a whole number" },
    { "calls?after=", 400, "NAME=VALUE" },
    { "calls?after", 400, "NAME=VALUE" },
    { "calls?=1", 400, "NAME=VALUE" },
    { "calls?after=1=2", 400, "NAME=VALUE" },
    { "calls?after=%31", 400, "NAME=VALUE" },
    { "calls?after=1&after=1", 400, "a member occurs twice" },
    { "calls?before=1", 400, "unknown member" },
    { "calls?\"=1", 400, "unknown member" },
};

static void
queries_are_read_strictly(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(query_cases) / sizeof(query_cases[0]); i++) {
        const query_case *one = &query_cases[i];
        print_message("%s\n", one->query);
        assert_int_equal(
            sandbox_process_control(&service_sandbox, "GET", one->query, NULL, &reply),
            one->want_status);
        assert_non_null(strstr(reply.body, one->want_text));
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(calls_go_on_where_the_last_answer_ended, service_reset),
        cmocka_unit_test_setup(
            calls_after_a_number_of_another_journal_are_all, service_reset),
        cmocka_unit_test_setup(calls_of_before_a_reset_do_not_come_back, service_reset),
        cmocka_unit_test_setup(queries_are_read_strictly, service_reset),
    };
    return cmocka_run_group_tests(tests, service_start, service_stop);
}
