/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The meter from end to end: uses go into a ledger, hours go to the sandbox over real
 * HTTP, and what the sandbox has on record is compared with what the ledger says.
 */
#include "support/cmocka.h"
#include "support/http_client.h"
#include "support/sandbox_process.h"

#include <entitle/meter.h>

#include <cjson/cJSON.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { NOON_S = 1794312000 /* 2026-11-10T12:00:00Z */, HOUR_S = 3600 };

static sandbox_process sandbox;
static entitle_metering *metering;
static entitle_meter *meter;
static entitle_error error;
static char directory[64];
static char ledger[96];
static int64_t now_s; /* of the meter's machine, and by set_clock() of the service */
static http_reply reply;

/* --- Surroundings ----------------------------------------------------------------- */

static const char *
environment(void *context, const char *name)
{
    static const char *const variables[][2] = {
        { "AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE" },
        { "AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY" },
        { "AWS_REGION", "us-east-1" },
    };
    (void)context;
    for (size_t i = 0; i < sizeof(variables) / sizeof(variables[0]); i++) {
        if (strcmp(variables[i][0], name) == 0) {
            return variables[i][1];
        }
    }
    return NULL;
}

static int64_t
wall_ms(void *context)
{
    (void)context;
    return now_s * 1000;
}

static const entitle_runtime meter_runtime = { .struct_size = sizeof(meter_runtime),
                                               .wall_ms = wall_ms };
static const entitle_runtime aws_runtime = { .struct_size = sizeof(aws_runtime),
                                             .environment = environment };

static void
control(const char *method, const char *name, const char *json)
{
    long status = sandbox_process_control(&sandbox, method, name, json, &reply);
    if (status != 200) {
        fail_msg("%s %s: %ld %s", method, name, status, reply.body);
    }
}

/* Moves both clocks. */
static void
set_clock(int64_t to_s)
{
    char json[64];
    int64_t by_s = to_s - now_s;
    if (now_s == 0) {
        (void)snprintf(json, sizeof(json), "{\"set\":\"2026-11-10T12:00:00Z\"}");
    } else {
        (void)snprintf(json, sizeof(json), "{\"advance_s\":%lld}", (long long)by_s);
    }
    control("POST", "clock", json);
    now_s = to_s;
}

static void
set_faults(const char *faults)
{
    char json[512];
    (void)snprintf(json, sizeof(json), "{\"faults\":[%s]}", faults);
    control("PUT", "faults", json);
}

static bool by_event;

static void
open_meter(const char *instance)
{
    const entitle_meter_options options = { .struct_size = sizeof(options),
                                            .runtime = &meter_runtime,
                                            .ledger = ledger,
                                            .product_code = sandbox.product_code,
                                            .instance = instance,
                                            .by_event = by_event };
    if (entitle_meter_new(&options, &meter, &error) != ENTITLE_OK) {
        fail_msg("%s", error.message);
    }
}

static int
start(void **state)
{
    (void)state;
    return sandbox_process_start(&sandbox, NULL) ? 0 : -1;
}

static int
stop(void **state)
{
    (void)state;
    return sandbox_process_stop(&sandbox, 15, NULL) == 0 ? 0 : -1;
}

static int
begin(void **state)
{
    const entitle_metering_options options = { .struct_size = sizeof(options),
                                               .runtime = &aws_runtime,
                                               .endpoint = sandbox.url,
                                               .deadline_ms = 20000 };
    (void)state;
    control("POST", "reset", NULL);
    now_s = 0;
    set_clock(NOON_S);
    (void)snprintf(directory, sizeof(directory), "/tmp/meter-test-XXXXXX");
    assert_non_null(mkdtemp(directory));
    (void)snprintf(ledger, sizeof(ledger), "%s/usage.db", directory);
    by_event = false;
    open_meter("task-1");
    return entitle_metering_new(&options, &metering, &error) == ENTITLE_OK ? 0 : -1;
}

static int
end(void **state)
{
    static const char *const endings[] = { "", "-wal", "-shm", ".sender" };
    (void)state;
    entitle_metering_free(metering);
    assert_int_equal(entitle_meter_free(meter), ENTITLE_OK);
    for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++) {
        char name[128];
        (void)snprintf(name, sizeof(name), "%s%s", ledger, endings[i]);
        (void)unlink(name);
    }
    return rmdir(directory);
}

/* --- What is compared ------------------------------------------------------------- */

static void
use_at(int64_t at_s, int64_t quantity)
{
    const entitle_use use = { .struct_size = sizeof(use),
                              .dimension = "requests",
                              .quantity = quantity,
                              .at_s = at_s };
    if (entitle_meter_add(meter, &use, NULL, &error) != ENTITLE_OK) {
        fail_msg("%s", error.message);
    }
}

static entitle_flush_report report;

static void
flush_with(const entitle_flush_options *options, entitle_status want)
{
    entitle_status status =
        entitle_meter_flush(meter, metering, options, &report, &error);
    if (status != want) {
        fail_msg("%s: %s", entitle_status_name(status), error.message);
    }
}

static bool
add_sums(void *context, const entitle_usage_sums *sums)
{
    entitle_usage_sums *total = context;
    int64_t all = 0;
    for (size_t i = 0; i < ENTITLE_USAGE_STATES; i++) {
        total->by_state[i] += sums->by_state[i];
        all += sums->by_state[i];
    }
    total->added += sums->added;
    assert_int_equal(all, sums->added);
    return true;
}

/* "open=5 accepted=7", and the units that the sandbox has: "… | 7". */
static void
assert_account(const char *want)
{
    entitle_usage_sums total = { 0 };
    char text[256] = "";
    size_t length = 0;
    double honoured = 0;
    assert_int_equal(entitle_meter_sums(meter, add_sums, &total, &error), ENTITLE_OK);
    for (int i = 0; i < ENTITLE_USAGE_STATES; i++) {
        if (total.by_state[i] != 0) {
            length += (size_t)snprintf(
                text + length,
                sizeof(text) - length,
                "%s=%lld ",
                entitle_usage_state_name((entitle_usage_state)i),
                (long long)total.by_state[i]);
        }
    }
    control("GET", "records", NULL);
    cJSON *answer = cJSON_Parse(reply.body);
    const cJSON *record = NULL;
    cJSON_ArrayForEach(record, cJSON_GetObjectItemCaseSensitive(answer, "records"))
    {
        honoured +=
            cJSON_GetNumberValue(cJSON_GetObjectItemCaseSensitive(record, "quantity"));
    }
    cJSON_Delete(answer);
    (void)snprintf(text + length, sizeof(text) - length, "| %.0f", honoured);
    assert_string_equal(text, want);
}

/* --- The story of an hour --------------------------------------------------------- */

static void
closed_hours_are_sent_and_the_running_one_is_not(void **state)
{
    (void)state;
    use_at(NOON_S - 2 * HOUR_S, 5);
    use_at(NOON_S - HOUR_S, 2);
    use_at(NOON_S - HOUR_S + 59, 1);
    use_at(NOON_S, 4);
    flush_with(NULL, ENTITLE_OK);
    assert_int_equal(report.accepted, 2);
    assert_int_equal(report.requests, 2);
    assert_account("open=4 accepted=8 | 8");

    set_clock(NOON_S + HOUR_S);
    flush_with(NULL, ENTITLE_OK);
    assert_account("accepted=12 | 12");
}

static void
final_sends_the_running_hour(void **state)
{
    const entitle_flush_options final = { .struct_size = sizeof(final), .final = true };
    (void)state;
    set_clock(NOON_S + 60);
    use_at(NOON_S, 4);
    flush_with(&final, ENTITLE_OK);
    assert_account("accepted=4 | 4");

    use_at(NOON_S + 30, 3);
    flush_with(&final, ENTITLE_OK);
    assert_account("open=3 accepted=4 | 4");
    set_clock(NOON_S + 2 * HOUR_S);
    flush_with(NULL, ENTITLE_OK);
    assert_account("accepted=7 | 7");
}

static void
a_lost_reply_is_settled_by_the_same_bytes(void **state)
{
    (void)state;
    use_at(NOON_S - HOUR_S, 5);
    set_faults("{\"operation\":\"MeterUsage\",\"drop_reply\":true}");
    flush_with(NULL, ENTITLE_UNREACHABLE);
    assert_int_equal(report.unsent, 1);
    assert_account("sending=5 | 5");

    use_at(NOON_S - HOUR_S, 2); /* must not change what was sent */
    set_faults("");
    flush_with(NULL, ENTITLE_OK);
    assert_account("open=2 accepted=5 | 5");
}

static void
what_never_left_may_still_grow(void **state)
{
    (void)state;
    use_at(NOON_S - HOUR_S, 5);
    set_faults("{\"operation\":\"MeterUsage\",\"error\":\"AccessDeniedException\"}");
    flush_with(NULL, ENTITLE_ACCESS_DENIED);
    assert_account("closed=5 | 0");
    use_at(NOON_S - HOUR_S, 2);
    set_faults("");
    flush_with(NULL, ENTITLE_OK);
    assert_int_equal(report.accepted, 1);
    assert_account("accepted=7 | 7");
}

/* An outage: 5 h 50 min are inside the window, 7 h are not. */
static void
an_outage_inside_the_window_loses_nothing(void **state)
{
    (void)state;
    use_at(NOON_S, 5);
    set_clock(NOON_S + HOUR_S + 5 * HOUR_S + 50 * 60);
    flush_with(NULL, ENTITLE_OK);
    assert_int_equal(report.carried, 0);
    assert_account("accepted=5 | 5");
}

static void
past_the_window_usage_is_carried_or_lost_as_chosen(void **state)
{
    const entitle_flush_options drop = { .struct_size = sizeof(drop),
                                         .past_window = ENTITLE_PAST_WINDOW_DROP };
    (void)state;
    use_at(NOON_S, 5);
    set_clock(NOON_S + HOUR_S + 7 * HOUR_S);
    flush_with(NULL, ENTITLE_OK);
    assert_int_equal(report.carried, 1);
    assert_account("open=5 | 0");
    set_clock(NOON_S + 9 * HOUR_S);
    flush_with(NULL, ENTITLE_OK);
    assert_account("accepted=5 | 5");

    use_at(NOON_S + 9 * HOUR_S, 3);
    set_clock(NOON_S + 17 * HOUR_S);
    flush_with(&drop, ENTITLE_OK);
    assert_int_equal(report.lost, 1);
    assert_account("accepted=5 lost=3 | 5");
}

static void
an_hour_that_somebody_else_metered_is_rejected(void **state)
{
    (void)state;
    use_at(NOON_S - HOUR_S, 5);
    flush_with(NULL, ENTITLE_OK);
    assert_int_equal(entitle_meter_free(meter), ENTITLE_OK);

    /* Another ledger of the same task: AWS holds 5 for this hour. */
    char first[96];
    memcpy(first, ledger, sizeof(first));
    (void)snprintf(ledger, sizeof(ledger), "%s/other.db", directory);
    open_meter("task-1");
    use_at(NOON_S - HOUR_S, 7);
    flush_with(NULL, ENTITLE_OK);
    assert_int_equal(report.rejected, 1);
    assert_account("rejected=7 | 5");

    assert_int_equal(entitle_meter_free(meter), ENTITLE_OK);
    static const char *const endings[] = { "", "-wal", "-shm", ".sender" };
    for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++) {
        char name[128];
        (void)snprintf(name, sizeof(name), "%s%s", ledger, endings[i]);
        (void)unlink(name);
    }
    memcpy(ledger, first, sizeof(ledger));
    open_meter("task-1");
}

static void
a_new_task_adopts_what_a_dead_one_left(void **state)
{
    (void)state;
    use_at(NOON_S - HOUR_S, 5);
    assert_int_equal(entitle_meter_free(meter), ENTITLE_OK);
    control("POST", "identity", "{\"kind\":\"ecs-task\"}");
    open_meter("task-2");
    flush_with(NULL, ENTITLE_OK);
    assert_account("closed=5 | 0"); /* task-1 may be alive */

    set_clock(NOON_S + 15 * 60);
    flush_with(NULL, ENTITLE_OK);
    assert_account("open=5 | 0");
    set_clock(NOON_S + HOUR_S);
    flush_with(NULL, ENTITLE_OK);
    assert_account("accepted=5 | 5");
}

/* --- What a record holds ---------------------------------------------------------- */

/* An http_reply is too small for them. */
static char long_body[512 * 1024];
static size_t long_length;

static size_t
keep_body(char *bytes, size_t size, size_t count, void *context)
{
    (void)context;
    if (size * count >= sizeof(long_body) - long_length) {
        return 0;
    }
    memcpy(long_body + long_length, bytes, size * count);
    long_length += size * count;
    return size * count;
}

static void
read_records(void)
{
    char url[256];
    CURL *handle = curl_easy_init();
    assert_non_null(handle);
    (void)snprintf(url, sizeof(url), "%s/_sandbox/records", sandbox.url);
    memset(long_body, 0, sizeof(long_body));
    long_length = 0;
    (void)curl_easy_setopt(handle, CURLOPT_URL, url);
    (void)curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, keep_body);
    assert_int_equal(curl_easy_perform(handle), CURLE_OK);
    curl_easy_cleanup(handle);
}

/* Of the only record: its allocations, and what they add up to. */
static void
assert_allocations(int want_count, double want_sum)
{
    double sum = 0;
    read_records();
    cJSON *answer = cJSON_Parse(long_body);
    const cJSON *records = cJSON_GetObjectItemCaseSensitive(answer, "records");
    const cJSON *list =
        cJSON_GetObjectItemCaseSensitive(cJSON_GetArrayItem(records, 0), "allocations");
    const cJSON *one = NULL;
    assert_int_equal(cJSON_GetArraySize(records), 1);
    assert_int_equal(cJSON_GetArraySize(list), want_count);
    cJSON_ArrayForEach(one, list)
    {
        sum += cJSON_GetNumberValue(
            cJSON_GetObjectItemCaseSensitive(one, "AllocatedUsageQuantity"));
    }
    assert_true(sum == want_sum);
    cJSON_Delete(answer);
}

static void
as_many_allocations_as_a_record_holds_arrive(void **state)
{
    enum { TAGGED = ENTITLE_USAGE_ALLOCATION_LIMIT - 1 };
    static char values[TAGGED][16];
    static entitle_tag tags[TAGGED];
    static entitle_use uses[TAGGED];
    static const entitle_use *list[TAGGED];
    size_t counted = 0;
    (void)state;
    for (size_t i = 0; i < TAGGED; i++) {
        (void)snprintf(values[i], sizeof(values[i]), "team-%zu", i);
        tags[i] = (entitle_tag){ .key = "team", .value = values[i] };
        uses[i] = (entitle_use){ .struct_size = sizeof(uses[i]),
                                 .dimension = "requests",
                                 .quantity = 2,
                                 .at_s = NOON_S - HOUR_S,
                                 .tags = &tags[i],
                                 .tag_count = 1 };
        list[i] = &uses[i];
    }
    assert_int_equal(
        entitle_meter_add_all(meter, list, TAGGED, &counted, NULL, &error), ENTITLE_OK);
    use_at(NOON_S - HOUR_S, 3); /* the one that has no tags */
    flush_with(NULL, ENTITLE_OK);
    assert_int_equal(report.accepted, 1);
    assert_allocations(TAGGED + 1, 2 * TAGGED + 3);
}

static void
more_units_than_a_record_holds_take_several_hours(void **state)
{
    (void)state;
    for (int i = 0; i < 3; i++) {
        use_at(NOON_S - 2 * HOUR_S, ENTITLE_USAGE_QUANTITY_LIMIT);
    }
    flush_with(NULL, ENTITLE_OK);
    assert_int_equal(report.accepted, 2);
    assert_account("open=2147483647 accepted=4294967294 | 4294967294");
    set_clock(NOON_S + HOUR_S);
    flush_with(NULL, ENTITLE_OK);
    assert_account("accepted=6442450941 | 6442450941");
}

static void
hours_without_usage_are_reported_when_asked_for(void **state)
{
    const entitle_flush_options heartbeat = { .struct_size = sizeof(heartbeat),
                                              .has_heartbeat = true };
    (void)state;
    use_at(NOON_S - 3 * HOUR_S, 5);
    flush_with(&heartbeat, ENTITLE_OK);
    assert_int_equal(report.accepted, 3);
    flush_with(&heartbeat, ENTITLE_OK);
    assert_int_equal(report.accepted, 0);
    assert_account("accepted=5 | 5");
}

/* On AgentCore equal uses of an hour are records of their own, each once. */
static void
events_of_agentcore_count_once_each(void **state)
{
    (void)state;
    control("POST", "identity", "{\"kind\":\"agentcore\"}");
    assert_int_equal(entitle_meter_free(meter), ENTITLE_OK);
    by_event = true;
    open_meter("agent-1");
    set_clock(NOON_S + 600);
    use_at(NOON_S + 60, 2);
    use_at(NOON_S + 60, 2);
    set_faults("{\"operation\":\"MeterUsage\",\"drop_reply\":true}");
    flush_with(NULL, ENTITLE_UNREACHABLE);
    assert_account("closed=2 sending=2 | 2");

    set_faults("");
    flush_with(NULL, ENTITLE_OK);
    assert_int_equal(report.accepted, 2);
    assert_account("accepted=4 | 4");
}

#define STORY(name) cmocka_unit_test_setup_teardown(name, begin, end)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        STORY(closed_hours_are_sent_and_the_running_one_is_not),
        STORY(final_sends_the_running_hour),
        STORY(a_lost_reply_is_settled_by_the_same_bytes),
        STORY(what_never_left_may_still_grow),
        STORY(an_outage_inside_the_window_loses_nothing),
        STORY(past_the_window_usage_is_carried_or_lost_as_chosen),
        STORY(an_hour_that_somebody_else_metered_is_rejected),
        STORY(a_new_task_adopts_what_a_dead_one_left),
        STORY(as_many_allocations_as_a_record_holds_arrive),
        STORY(more_units_than_a_record_holds_take_several_hours),
        STORY(hours_without_usage_are_reported_when_asked_for),
        STORY(events_of_agentcore_count_once_each),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
