/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The meter from end to end: uses go into a ledger, hours go to the sandbox over real
 * HTTP, and what the sandbox has on record is compared with what the ledger says.
 */
#include "meter_stage.h"
#include "support/cmocka.h"

#include <cjson/cJSON.h>
#include <curl/curl.h>

#include <stdio.h>
#include <string.h>

enum { NOON_S = STAGE_NOON_S, HOUR_S = STAGE_HOUR_S, RECORD_ID_SIZE = 128 };

/* --- The story of an hour --------------------------------------------------------- */

static void
closed_hours_are_sent_and_the_running_one_is_not(void **state)
{
    (void)state;
    stage_use_at(NOON_S - 2 * HOUR_S, 5);
    stage_use_at(NOON_S - HOUR_S, 2);
    stage_use_at(NOON_S - HOUR_S + 59, 1);
    stage_use_at(NOON_S, 4);
    stage_flush(NULL, ENTITLE_OK);
    assert_int_equal(stage.report.accepted, 2);
    assert_int_equal(stage.report.requests, 2);
    stage_assert_account("open=4 accepted=8 | 8");

    stage_set_clock(NOON_S + HOUR_S);
    stage_flush(NULL, ENTITLE_OK);
    stage_assert_account("accepted=12 | 12");
}

static void
final_sends_the_running_hour(void **state)
{
    const entitle_flush_options final = { .struct_size = sizeof(final), .final = true };
    (void)state;
    stage_set_clock(NOON_S + 60);
    stage_use_at(NOON_S, 4);
    stage_flush(&final, ENTITLE_OK);
    stage_assert_account("accepted=4 | 4");

    stage_use_at(NOON_S + 30, 3);
    stage_flush(&final, ENTITLE_OK);
    stage_assert_account("open=3 accepted=4 | 4");
    stage_set_clock(NOON_S + 2 * HOUR_S);
    stage_flush(NULL, ENTITLE_OK);
    stage_assert_account("accepted=7 | 7");
}

static bool
keep_record_id(void *context, const entitle_ledger_record *record)
{
    (void)snprintf(context, RECORD_ID_SIZE, "%s", record->metering_record_id);
    return true;
}

/* The sandbox, too, has one record of that id. */
static void
assert_same_record_id(void)
{
    char id[RECORD_ID_SIZE] = "";
    assert_int_equal(
        entitle_meter_list(
            stage.meter, ENTITLE_USAGE_ACCEPTED, keep_record_id, id, NULL),
        ENTITLE_OK);
    stage_control("GET", "records", NULL);
    cJSON *answer = cJSON_Parse(stage.reply.body);
    const cJSON *records = cJSON_GetObjectItemCaseSensitive(answer, "records");
    assert_int_equal(cJSON_GetArraySize(records), 1);
    assert_string_equal(
        cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(
            cJSON_GetArrayItem(records, 0), "metering_record_id")),
        id);
    cJSON_Delete(answer);
}

static void
a_lost_reply_is_settled_by_the_same_bytes(void **state)
{
    (void)state;
    stage_use_at(NOON_S - HOUR_S, 5);
    stage_set_faults("{\"operation\":\"MeterUsage\",\"drop_reply\":true}");
    stage_flush(NULL, ENTITLE_UNREACHABLE);
    assert_int_equal(stage.report.unsent, 1);
    stage_assert_account("sending=5 | 5");

    stage_use_at(NOON_S - HOUR_S, 2); /* must not change what was sent */
    stage_set_faults("");
    stage_flush(NULL, ENTITLE_OK);
    stage_assert_account("open=2 accepted=5 | 5");
    assert_same_record_id();
}

static void
what_never_left_may_still_grow(void **state)
{
    (void)state;
    stage_use_at(NOON_S - HOUR_S, 5);
    stage_set_faults(
        "{\"operation\":\"MeterUsage\",\"error\":\"AccessDeniedException\"}");
    stage_flush(NULL, ENTITLE_ACCESS_DENIED);
    stage_assert_account("closed=5 | 0");
    stage_use_at(NOON_S - HOUR_S, 2);
    stage_set_faults("");
    stage_flush(NULL, ENTITLE_OK);
    assert_int_equal(stage.report.accepted, 1);
    stage_assert_account("accepted=7 | 7");
}

/* An outage: 5 h 50 min are inside the window, 7 h are not. */
static void
an_outage_inside_the_window_loses_nothing(void **state)
{
    (void)state;
    stage_use_at(NOON_S, 5);
    stage_set_clock(NOON_S + HOUR_S + 5 * HOUR_S + 50 * 60);
    stage_flush(NULL, ENTITLE_OK);
    assert_int_equal(stage.report.carried, 0);
    stage_assert_account("accepted=5 | 5");
}

static void
past_the_window_usage_is_carried_or_lost_as_chosen(void **state)
{
    const entitle_flush_options drop = { .struct_size = sizeof(drop),
                                         .past_window = ENTITLE_PAST_WINDOW_DROP };
    (void)state;
    stage_use_at(NOON_S, 5);
    stage_set_clock(NOON_S + HOUR_S + 7 * HOUR_S);
    stage_flush(NULL, ENTITLE_OK);
    assert_int_equal(stage.report.carried, 1);
    stage_assert_account("open=5 | 0");
    stage_set_clock(NOON_S + 9 * HOUR_S);
    stage_flush(NULL, ENTITLE_OK);
    stage_assert_account("accepted=5 | 5");

    stage_use_at(NOON_S + 9 * HOUR_S, 3);
    stage_set_clock(NOON_S + 17 * HOUR_S);
    stage_flush(&drop, ENTITLE_OK);
    assert_int_equal(stage.report.lost, 1);
    stage_assert_account("accepted=5 lost=3 | 5");
}

static void
an_hour_that_somebody_else_metered_is_rejected(void **state)
{
    (void)state;
    stage_use_at(NOON_S - HOUR_S, 5);
    stage_flush(NULL, ENTITLE_OK);
    assert_int_equal(entitle_meter_free(stage.meter), ENTITLE_OK);

    /* Another ledger of the same task: AWS holds 5 for this hour. */
    char first[96];
    memcpy(first, stage.ledger, sizeof(first));
    (void)snprintf(stage.ledger, sizeof(stage.ledger), "%s/other.db", stage.directory);
    stage_open_meter("task-1");
    stage_use_at(NOON_S - HOUR_S, 7);
    stage_flush(NULL, ENTITLE_OK);
    assert_int_equal(stage.report.rejected, 1);
    stage_assert_account("rejected=7 | 5");

    assert_int_equal(entitle_meter_free(stage.meter), ENTITLE_OK);
    stage_remove_ledger();
    memcpy(stage.ledger, first, sizeof(stage.ledger));
    stage_open_meter("task-1");
}

static void
a_new_task_adopts_what_a_dead_one_left(void **state)
{
    (void)state;
    stage_use_at(NOON_S - HOUR_S, 5);
    assert_int_equal(entitle_meter_free(stage.meter), ENTITLE_OK);
    stage_control("POST", "identity", "{\"kind\":\"ecs-task\"}");
    stage_open_meter("task-2");
    stage_flush(NULL, ENTITLE_OK);
    stage_assert_account("closed=5 | 0"); /* task-1 may be alive */

    stage_set_clock(NOON_S + 15 * 60);
    stage_flush(NULL, ENTITLE_OK);
    stage_assert_account("open=5 | 0");
    stage_set_clock(NOON_S + HOUR_S);
    stage_flush(NULL, ENTITLE_OK);
    stage_assert_account("accepted=5 | 5");
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
    (void)snprintf(url, sizeof(url), "%s/_sandbox/records", stage.sandbox.url);
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
        entitle_meter_add_all(stage.meter, list, TAGGED, &counted, NULL, &stage.error),
        ENTITLE_OK);
    stage_use_at(NOON_S - HOUR_S, 3); /* the one that has no tags */
    stage_flush(NULL, ENTITLE_OK);
    assert_int_equal(stage.report.accepted, 1);
    assert_allocations(TAGGED + 1, 2 * TAGGED + 3);
}

static void
more_units_than_a_record_holds_take_several_hours(void **state)
{
    (void)state;
    for (int i = 0; i < 3; i++) {
        stage_use_at(NOON_S - 2 * HOUR_S, ENTITLE_USAGE_QUANTITY_LIMIT);
    }
    stage_flush(NULL, ENTITLE_OK);
    assert_int_equal(stage.report.accepted, 2);
    stage_assert_account("open=2147483647 accepted=4294967294 | 4294967294");
    stage_set_clock(NOON_S + HOUR_S);
    stage_flush(NULL, ENTITLE_OK);
    stage_assert_account("accepted=6442450941 | 6442450941");
}

static void
hours_without_usage_are_reported_when_asked_for(void **state)
{
    const entitle_flush_options heartbeat = { .struct_size = sizeof(heartbeat),
                                              .has_heartbeat = true };
    (void)state;
    stage_use_at(NOON_S - 3 * HOUR_S, 5);
    stage_flush(&heartbeat, ENTITLE_OK);
    assert_int_equal(stage.report.accepted, 3);
    stage_flush(&heartbeat, ENTITLE_OK);
    assert_int_equal(stage.report.accepted, 0);
    stage_assert_account("accepted=5 | 5");
}

/* On AgentCore equal uses of an hour are records of their own, each once. */
static void
events_of_agentcore_count_once_each(void **state)
{
    (void)state;
    stage_control("POST", "identity", "{\"kind\":\"agentcore\"}");
    assert_int_equal(entitle_meter_free(stage.meter), ENTITLE_OK);
    stage.by_event = true;
    stage_open_meter("agent-1");
    stage_set_clock(NOON_S + 600);
    stage_use_at(NOON_S + 60, 2);
    stage_use_at(NOON_S + 60, 2);
    stage_set_faults("{\"operation\":\"MeterUsage\",\"drop_reply\":true}");
    stage_flush(NULL, ENTITLE_UNREACHABLE);
    stage_assert_account("closed=2 sending=2 | 2");

    stage_set_faults("");
    stage_flush(NULL, ENTITLE_OK);
    assert_int_equal(stage.report.accepted, 2);
    stage_assert_account("accepted=4 | 4");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        STAGE_TEST(closed_hours_are_sent_and_the_running_one_is_not),
        STAGE_TEST(final_sends_the_running_hour),
        STAGE_TEST(a_lost_reply_is_settled_by_the_same_bytes),
        STAGE_TEST(what_never_left_may_still_grow),
        STAGE_TEST(an_outage_inside_the_window_loses_nothing),
        STAGE_TEST(past_the_window_usage_is_carried_or_lost_as_chosen),
        STAGE_TEST(an_hour_that_somebody_else_metered_is_rejected),
        STAGE_TEST(a_new_task_adopts_what_a_dead_one_left),
        STAGE_TEST(as_many_allocations_as_a_record_holds_arrive),
        STAGE_TEST(more_units_than_a_record_holds_take_several_hours),
        STAGE_TEST(hours_without_usage_are_reported_when_asked_for),
        STAGE_TEST(events_of_agentcore_count_once_each),
    };
    return cmocka_run_group_tests(tests, stage_start, stage_stop);
}
