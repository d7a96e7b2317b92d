/* SPDX-License-Identifier: Apache-2.0 */
#include "batch_client.h"
#include "support/cmocka.h"

#include <cjson/cJSON.h>

#include <signal.h>
#include <stdio.h>
#include <string.h>

enum { BODY_SIZE = 64 * 1024 };

static void
licence_counts_by_whole_hours(void **state)
{
    (void)state;
    seller_set_clock("2026-11-10T12:31:00Z");
    /* It began at half past twelve: usage of that hour is its own, of eleven is not. */
    batch_send(
        NULL,
        "{" ACCOUNT_E "," LICENSED("e") ",\"Dimension\":\"requests\","
                                        "\"Timestamp\":1794312000}");
    batch_assert_statuses("Success");
    batch_send(
        NULL,
        "{" ACCOUNT_E "," LICENSED("e") ",\"Dimension\":\"requests\","
                                        "\"Timestamp\":1794311999}");
    service_assert_error(&batch_reply, LICENSE_ERROR);
    seller_assert_rule("active", "BatchMeterUsage");
}

#define USAGE_AT(customer, license, time)                                              \
    "{" customer "," LICENSED(license) ",\"Dimension\":\"requests\","                  \
                                       "\"Timestamp\":" time "}"

/* A licence that changes with the hour has no part of the hour beyond. */
static void
licence_begins_and_ends_with_an_hour(void **state)
{
    (void)state;
    static const struct {
        const char *record;
        const char *want_error;
    } cases[] = {
        { USAGE_AT(ACCOUNT_E, "g", "1794312000"), NULL },
        { USAGE_AT(ACCOUNT_E, "g", "1794311999"), LICENSE_ERROR },
        { USAGE_AT(ACCOUNT_D, "f", "1794315599"), NULL },
        { USAGE_AT(ACCOUNT_D, "f", "1794315600"), LICENSE_ERROR },
    };
    seller_set_clock("2026-11-10T12:58:00Z");
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        batch_send(NULL, cases[i].record);
        service_assert_error(&batch_reply, cases[i].want_error);
    }
}

/* Without a licence this is no fault of the batch. */
static void
customer_without_subscription_is_told_apart(void **state)
{
    (void)state;
    batch_send("saas-one", ONE(OF_A) "," ONE(OF_C) "," ONE(OF_B));
    batch_assert_statuses("Success CustomerNotSubscribed Success");
    seller_assert_rule("active subscription", "UsageRecordResult");
    assert_int_equal(batch_count_records(), 2);

    /* Over, and not begun. */
    batch_send("saas-one", ONE(ACCOUNT_D) "," ONE(ACCOUNT_E));
    batch_assert_statuses("CustomerNotSubscribed CustomerNotSubscribed");
    seller_set_clock("2026-11-10T12:30:00Z");
    batch_send("saas-one", ONE(ACCOUNT_D) "," ONE(ACCOUNT_E));
    batch_assert_statuses("CustomerNotSubscribed Success");
}

static void
same_usage_again_gets_the_same_id(void **state)
{
    (void)state;
    char first[64];
    char second[64];
    batch_send("saas-one", ONE(OF_A));
    batch_copy_id(0, first, sizeof(first));

    /* Another way to name the customer, another minute of the hour. */
    batch_send(
        "saas-one",
        "{" ACCOUNT_A ",\"Dimension\":\"requests\",\"Quantity\":7,"
        "\"Timestamp\":1794311999.999}");

    batch_assert_statuses("Success");
    batch_copy_id(0, second, sizeof(second));
    assert_string_equal(second, first);
    assert_int_equal(batch_count_records(), 1);
    seller_assert_rule("same id", "UsageRecord");
}

static void
other_quantity_is_a_duplicate(void **state)
{
    (void)state;
    char first[64];
    char second[64];
    batch_send("saas-one", ONE(OF_A));
    batch_copy_id(0, first, sizeof(first));

    batch_send(
        "saas-one",
        "{" OF_A "," ELEVEN ",\"Dimension\":\"requests\",\"Quantity\":8}," ONE(OF_B));
    batch_assert_statuses("DuplicateRecord Success");
    seller_assert_rule("one quantity", "UsageRecordResult");

    /* What was honoured stays, and the neighbours are free. */
    batch_send(
        "saas-one",
        ONE(OF_A) ",{" OF_A "," ELEVEN ",\"Dimension\":\"gigabytes\",\"Quantity\":8},"
                  "{" OF_A ",\"Timestamp\":1794312000,\"Dimension\":\"requests\"},"
                  "{" OF_A ",\"Timestamp\":1794308399,\"Dimension\":\"requests\"}");
    batch_assert_statuses("Success Success Success Success");
    batch_copy_id(0, second, sizeof(second));
    assert_string_equal(second, first);
    assert_int_equal(batch_count_records(), 5);
}

static void
allocations_are_part_of_the_usage(void **state)
{
    (void)state;
#define SPLIT(one, other)                                                              \
    "{" OF_A "," USAGE ",\"UsageAllocations\":[{\"AllocatedUsageQuantity\":" one       \
    ",\"Tags\":[{\"Key\":\"k\",\"Value\":\"v\"}]},{\"AllocatedUsageQuantity\":" other  \
    "}]}"
    batch_send("saas-one", SPLIT("3", "4"));
    batch_assert_statuses("Success");
    batch_send("saas-one", SPLIT("3", "4"));
    batch_assert_statuses("Success");
    batch_send("saas-one", SPLIT("4", "3"));
    batch_assert_statuses("DuplicateRecord");
    batch_send("saas-one", ONE(OF_A));
    batch_assert_statuses("DuplicateRecord");
    batch_send("saas-one", SPLIT("4", "4"));
    service_assert_error(&batch_reply, "InvalidUsageAllocationsException");
    assert_int_equal(batch_count_records(), 1);
}

/* Two equal records in one batch are one; of two different ones the first counts. */
static void
records_of_one_batch_meet(void **state)
{
    (void)state;
    char first[64];
    char second[64];
    batch_send(
        "saas-one",
        ONE(OF_A) "," ONE(ACCOUNT_A) ",{" OF_A "," ELEVEN
                                     ",\"Dimension\":\"requests\",\"Quantity\":9}");
    batch_assert_statuses("Success Success DuplicateRecord");
    batch_copy_id(0, first, sizeof(first));
    batch_copy_id(1, second, sizeof(second));
    assert_string_equal(second, first);
    assert_int_equal(batch_count_records(), 1);
}

/* All ways to write a licence are one. */
static void
licence_is_the_same_without_arn(void **state)
{
    (void)state;
    char first[64];
    char second[64];
    batch_send(NULL, ONE(ACCOUNT_A "," LICENSED("a1")));
    batch_copy_id(0, first, sizeof(first));
    batch_send(NULL, ONE(ACCOUNT_A ",\"LicenseArn\":\"" LICENSE_BARE("a1") "\""));
    batch_assert_statuses("Success");
    batch_copy_id(0, second, sizeof(second));
    assert_string_equal(second, first);

    /* Another agreement of the same customer is another key. */
    batch_send(NULL, ONE(ACCOUNT_A "," LICENSED("a2")));
    batch_assert_statuses("Success");
    batch_copy_id(0, second, sizeof(second));
    assert_string_not_equal(second, first);
    seller_assert_rule("same id", "UsageRecord");
}

typedef struct double_case {
    const char *name;
    const char *product;
    const char *first; /* NULL: nothing before */
    const char *second;
    const char *want_rule;
} double_case;

#define STYLE_OLD ONE(OF_A)
#define STYLE_NEW ONE(ACCOUNT_A "," LICENSED("a1"))

static const double_case double_cases[] = {
    { "old, then new", "saas-one", STYLE_OLD, STYLE_NEW, "billed twice" },
    { "new, then old", "saas-one", STYLE_NEW, STYLE_OLD, "billed twice" },
    { "both at once", "saas-one", NULL, STYLE_OLD "," STYLE_NEW, "billed twice" },
    { "once more", "saas-one", STYLE_OLD "," STYLE_NEW, STYLE_OLD, "billed twice" },
    { "old of one, new of the other customer",
      "saas-one",
      ONE(OF_B),
      STYLE_NEW,
      "honoured, and" },
    { "another hour",
      "saas-one",
      "{" OF_A ",\"Timestamp\":1794308399,\"Dimension\":\"requests\"}",
      STYLE_NEW,
      "honoured, and" },
    { "another dimension",
      "saas-one",
      "{" OF_A "," ELEVEN ",\"Dimension\":\"gigabytes\"}",
      STYLE_NEW,
      "honoured, and" },
};

static void
both_styles_of_one_hour_are_honoured_and_reported(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(double_cases) / sizeof(double_cases[0]); i++) {
        const double_case *one = &double_cases[i];
        print_message("%s\n", one->name);
        (void)seller_reset(NULL);
        if (one->first != NULL) {
            batch_send(one->product, one->first);
            service_assert_error(&batch_reply, NULL);
        }

        batch_send(one->product, one->second);

        service_assert_error(&batch_reply, NULL);
        assert_null(strstr(batch_reply.body, "DuplicateRecord"));
        seller_assert_rule(one->want_rule, "");
        assert_int_equal(batch_count_records(), 2);
    }
}

static void
write_usage_at(int64_t timestamp_s)
{
    char record[256];
    (void)snprintf(
        record,
        sizeof(record),
        "{" OF_A ",\"Dimension\":\"requests\",\"Timestamp\":%lld}",
        (long long)timestamp_s);
    batch_send("saas-one", record);
}

typedef struct time_case {
    const char *name;
    const char *clock;
    int64_t timestamp_s;
    const char *want_rule; /* NULL: accepted */
} time_case;

/*
 * The clock runs on while the test does, so that an accepted edge leaves it a minute.
 */
static const time_case time_cases[] = {
    { "a day ago but a minute", "2026-11-10T12:00:00Z", NOON_S - 86400 + 60, NULL },
    { "a day ago", "2026-11-10T12:00:00Z", NOON_S - 86400, "24 hours" },
    { "older", "2026-11-10T12:00:00Z", NOON_S - 90000, "24 hours" },
    { "in 1970", "2026-11-10T12:00:00Z", 0, "24 hours" },
    { "now", "2026-11-10T12:00:00Z", NOON_S, NULL },
    { "in five minutes", "2026-11-10T12:00:00Z", NOON_S + 300, NULL },
    { "in seven", "2026-11-10T12:00:00Z", NOON_S + 420, "future" },
    { "yesterday evening, in time", "2026-12-01T05:59:00Z", 1796068800, NULL },
    { "yesterday evening, too late",
      "2026-12-01T06:00:00Z",
      1796068800,
      "06:00 UTC on the first" },
    { "the last second of the month",
      "2026-12-01T06:00:00Z",
      1796083199,
      "06:00 UTC on the first" },
    { "the first of the new one", "2026-12-01T06:00:00Z", 1796083200, NULL },
    { "on any other day", "2026-12-02T06:00:00Z", 1796169599, NULL },
};

static void
usage_is_reported_in_its_window(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(time_cases) / sizeof(time_cases[0]); i++) {
        const time_case *one = &time_cases[i];
        print_message("%s\n", one->name);
        (void)seller_reset(NULL);
        seller_set_clock(one->clock);

        write_usage_at(one->timestamp_s);

        if (one->want_rule == NULL) {
            batch_assert_statuses("Success");
            continue;
        }
        service_assert_error(&batch_reply, "TimestampOutOfBoundsException");
        seller_assert_rule(
            one->want_rule,
            NULL == strstr(one->want_rule, "future") ? "BatchMeterUsage" : NULL);
    }
}

static void
one_bad_time_refuses_the_batch(void **state)
{
    (void)state;
    batch_send(
        "saas-one",
        ONE(OF_A) "," ONE(
            OF_B) ",{" OF_A ",\"Dimension\":\"gigabytes\",\"Timestamp\":1794000000}");
    service_assert_error(&batch_reply, "TimestampOutOfBoundsException");
    assert_int_equal(batch_count_records(), 0);

    batch_send("saas-one", ONE(OF_A) "," ONE(OF_B));
    batch_assert_statuses("Success Success");
    assert_int_equal(batch_count_records(), 2);
}

static void
window_of_six_hours_is_a_setting(void **state)
{
    (void)state;
    sandbox_process strict;
    static const char *const clock = "{\"set\":\"2026-11-10T12:00:00Z\"}";
    assert_int_equal(seller_start_with(&strict, "\"batch_window_hours\":6"), 0);
    sandbox_process_demand(&strict, "POST", "clock", clock, NULL);

    service_call(
        &strict,
        "BatchMeterUsage",
        "{\"ProductCode\":\"saas-one\",\"UsageRecords\":[{" OF_A
        ",\"Dimension\":\"requests\",\"Timestamp\":1794290460}]}",
        &batch_reply);
    batch_assert_statuses("Success");
    service_call(
        &strict,
        "BatchMeterUsage",
        "{\"ProductCode\":\"saas-one\",\"UsageRecords\":[{" OF_A
        ",\"Dimension\":\"requests\",\"Timestamp\":1794290400}]}",
        &batch_reply);
    service_assert_error(&batch_reply, "TimestampOutOfBoundsException");
    assert_int_equal(sandbox_process_stop(&strict, SIGTERM, NULL), 0);
}

/* `count` records, each of an hour of its own. */
static void
batch_of(size_t count)
{
    char records[BODY_SIZE / 2] = "";
    size_t used = 0;
    for (size_t i = 0; i < count; i++) {
        used += (size_t)snprintf(
            records + used,
            sizeof(records) - used,
            "%s{" OF_A ",\"Dimension\":\"%s\",\"Quantity\":%zu,\"Timestamp\":%lld}",
            i > 0 ? "," : "",
            i % 2 == 0 ? "requests" : "gigabytes",
            i,
            (long long)(NOON_S - (int64_t)(i / 2) * 3600));
    }
    batch_send("saas-one", records);
}

static void
batch_holds_25_records(void **state)
{
    (void)state;
    batch_of(26);
    service_assert_error(&batch_reply, VALIDATION);
    assert_int_equal(batch_count_records(), 0);

    batch_of(25);
    service_assert_error(&batch_reply, NULL);
    assert_int_equal(batch_count_records(), 25);
}

/* Results stand in the order of the request, and tell what they are about. */
static void
results_echo_their_records(void **state)
{
    (void)state;
    batch_of(25);
    cJSON *answer = cJSON_Parse(batch_reply.body);
    const cJSON *results = cJSON_GetObjectItemCaseSensitive(answer, "Results");
    assert_int_equal(cJSON_GetArraySize(results), 25);
    for (int i = 0; i < 25; i++) {
        const cJSON *usage = cJSON_GetObjectItemCaseSensitive(
            cJSON_GetArrayItem(results, i), "UsageRecord");
        const cJSON *quantity = cJSON_GetObjectItemCaseSensitive(usage, "Quantity");
        assert_true(cJSON_IsNumber(quantity));
        assert_int_equal(quantity->valueint, i);
    }
    cJSON_Delete(answer);

    batch_send(
        NULL,
        "{\"Timestamp\":1794308400.25,\"Dimension\":\"requests\",\"Quantity\":7,"
        "\"UsageAllocations\":[{\"AllocatedUsageQuantity\":7,\"Tags\":[{\"Key\":\"z\","
        "\"Value\":\"\\u002f\"},{\"Key\":\"a\",\"Value\":\"1\"}]}]," ACCOUNT_A
        "," LICENSED("a2") "}");
    service_assert_error(&batch_reply, NULL);
    assert_non_null(strstr(
        batch_reply.body,
        "{\"Timestamp\":1794308400.250,\"Dimension\":\"requests\",\"Quantity\":7,"
        "\"UsageAllocations\":[{\"AllocatedUsageQuantity\":7,\"Tags\":[{\"Key\":\"z\","
        "\"Value\":\"/\"},{\"Key\":\"a\",\"Value\":\"1\"}]}]," ACCOUNT_A
        "," LICENSED("a2") "}"));
}

static void
unprocessed_records_come_back_untouched(void **state)
{
    (void)state;
    sandbox_process_demand(
        &service_sandbox,
        "PUT",
        "faults",
        "{\"faults\":[{\"operation\":\"BatchMeterUsage\",\"times\":2,"
        "\"unprocessed\":2}]}",
        NULL);

    batch_send("saas-one", ONE(OF_A) "," ONE(OF_C) "," ONE(OF_B));
    batch_assert_statuses("Success+2");
    seller_assert_rule("fault", NULL);
    assert_int_equal(batch_count_records(), 1);

    /* More than there are. */
    batch_send("saas-one", ONE(OF_B));
    batch_assert_statuses("+1");
    assert_non_null(strstr(
        batch_reply.body,
        "\"UnprocessedRecords\":[{\"Timestamp\":1794308400,\"CustomerIdentifier\":"
        "\"cust-b\",\"Dimension\":\"requests\",\"Quantity\":7}]"));
    assert_int_equal(batch_count_records(), 1);

    batch_send("saas-one", ONE(OF_C) "," ONE(OF_B));
    batch_assert_statuses("CustomerNotSubscribed Success");
    assert_int_equal(batch_count_records(), 2);
}

static void
documented_regions_are_a_setting(void **state)
{
    (void)state;
    static const struct {
        const char *region;
        const char *want_error;
    } cases[] = {
        { "us-east-1", NULL },
        { "me-central-1", NULL },
        { "ap-southeast-3", NULL },
        { "ap-southeast-5", "DisabledApiException" },
        { "ca-west-1", "DisabledApiException" },
    };
    sandbox_process strict;
    assert_int_equal(seller_start_with(&strict, "\"documented_regions_only\":true"), 0);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        static const char empty[] = "{\"UsageRecords\":[]}";
        service_signer signer = seller_itself;
        signer.region = cases[i].region;

        service_call_as(&strict, &signer, "BatchMeterUsage", empty, &batch_reply);
        service_assert_error(&batch_reply, cases[i].want_error);

        service_call_as(
            &service_sandbox, &signer, "BatchMeterUsage", empty, &batch_reply);
        service_assert_error(&batch_reply, NULL);
    }
    assert_int_equal(sandbox_process_stop(&strict, SIGTERM, NULL), 0);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup(name, seller_reset)
    const struct CMUnitTest tests[] = {
        TEST(licence_counts_by_whole_hours),
        TEST(licence_begins_and_ends_with_an_hour),
        TEST(customer_without_subscription_is_told_apart),
        TEST(same_usage_again_gets_the_same_id),
        TEST(other_quantity_is_a_duplicate),
        TEST(allocations_are_part_of_the_usage),
        TEST(records_of_one_batch_meet),
        TEST(licence_is_the_same_without_arn),
        TEST(both_styles_of_one_hour_are_honoured_and_reported),
        TEST(usage_is_reported_in_its_window),
        TEST(one_bad_time_refuses_the_batch),
        TEST(window_of_six_hours_is_a_setting),
        TEST(batch_holds_25_records),
        TEST(results_echo_their_records),
        TEST(unprocessed_records_come_back_untouched),
        TEST(documented_regions_are_a_setting),
    };
    return cmocka_run_group_tests(tests, seller_start, seller_stop);
}
