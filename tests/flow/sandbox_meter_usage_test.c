/* SPDX-License-Identifier: Apache-2.0 */
#include "meter_client.h"
#include "platform_client.h"
#include "support/cmocka.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char body[1024];

typedef struct window_case {
    const char *time;
    const char *want_error;
    const char *want_rule;
} window_case;

/* It is 10:30:00, to the second. */
static const window_case window_cases[] = {
    { "1773549000", NULL, "honoured" }, /* 04:30:00 */
    { "1773548999", "TimestampOutOfBoundsException", "six hours" },
    { "1773548999.999", "TimestampOutOfBoundsException", "six hours" },
    { "1773549000.001", NULL, "honoured" },
    { "1773570600", NULL, "honoured" },
    { "1773570900", NULL, "honoured" }, /* 10:35:00 */
    { "1773570900.001", "TimestampOutOfBoundsException", "five minutes" },
    { "1773570901", "TimestampOutOfBoundsException", "five minutes" },
};

static void
window_ends_at_the_second(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(window_cases) / sizeof(window_cases[0]); i++) {
        const window_case *one = &window_cases[i];
        (void)snprintf(
            body, sizeof(body), "{" CODE ",\"Timestamp\":%s" QUANTITY "}", one->time);
        print_message("%s\n", one->time);
        meter_become("ecs-task");

        usage_call_at(
            &service_sandbox,
            &service_default_signer,
            "MeterUsage",
            body,
            METER_NOW,
            &meter_outcome);

        meter_assert(one->want_error);
        if (one->want_error != NULL) {
            meter_assert_rule(one->want_rule);
        }
    }
}

/* Of BatchMeterUsage alone last month's usage is refused from 06:00 on the first. */
static void
month_end_is_no_end(void **state)
{
    (void)state;
    enum { FIRST_OF_APRIL = 1775001600 };
    usage_set_clock(&service_sandbox, FIRST_OF_APRIL + 5 * METER_HOUR + 900);
    meter(FIRST_OF_APRIL - 60, QUANTITY);
    meter_assert(NULL);
    usage_set_clock(&service_sandbox, FIRST_OF_APRIL + 6 * METER_HOUR + 900);
    meter(FIRST_OF_APRIL + 20 * 60, QUANTITY);
    meter_assert(NULL);
    meter(FIRST_OF_APRIL - 60, QUANTITY);
    meter_assert("TimestampOutOfBoundsException");
}

/* The sandbox runs in Berlin, where 02:00 to 03:00 is missing that night. */
static void
hours_are_those_of_utc(void **state)
{
    (void)state;
    enum { ONE_UTC = 1774746000 }; /* 2026-03-29T01:00:00Z */
    usage_set_clock(&service_sandbox, ONE_UTC + 2 * METER_HOUR + 1800);
    for (int hour = -1; hour <= 2; hour++) {
        int64_t from = ONE_UTC + hour * METER_HOUR;
        char id[64];
        meter(from, QUANTITY);
        meter_assert(NULL);
        (void)snprintf(id, sizeof(id), "%s", meter_outcome.id);
        meter(from + METER_HOUR / 2 - 1, QUANTITY);
        meter_assert(NULL);
        assert_string_equal(meter_outcome.id, id);
    }
    assert_int_equal(meter_count_records(), 4);
}

static void
hour_has_one_quantity(void **state)
{
    (void)state;
    char first[64];
    char next[64];
    meter(METER_TEN - METER_HOUR, QUANTITY);
    meter_assert(NULL);
    meter_assert_rule("honoured");
    (void)snprintf(first, sizeof(first), "%s", meter_outcome.id);

    meter(METER_TEN - METER_HOUR, QUANTITY);
    meter_assert(NULL);
    meter_assert_rule("same id");
    assert_string_equal(meter_outcome.id, first);
    meter_text("1773568799.999", QUANTITY); /* 09:59:59.999 */
    meter_assert(NULL);
    assert_string_equal(meter_outcome.id, first);
    meter(METER_TEN - 1, DIMENSION ",\"UsageQuantity\":6");
    meter_assert("DuplicateRequestException");
    meter_assert_rule("one quantity");
    meter(METER_TEN - 1, DIMENSION);
    meter_assert("DuplicateRequestException");

    meter(METER_TEN, DIMENSION ",\"UsageQuantity\":6");
    meter_assert(NULL);
    (void)snprintf(next, sizeof(next), "%s", meter_outcome.id);
    assert_string_not_equal(next, first);
    meter(
        METER_TEN - METER_HOUR,
        ",\"UsageDimension\":\"gigabytes\",\"UsageQuantity\":6");
    meter_assert(NULL);
    assert_string_not_equal(meter_outcome.id, first);
    assert_int_equal(meter_count_records(), 3);
}

static void
zero_is_a_quantity(void **state)
{
    (void)state;
    char id[64];
    meter(METER_TEN, DIMENSION);
    meter_assert(NULL);
    (void)snprintf(id, sizeof(id), "%s", meter_outcome.id);

    meter(METER_TEN, DIMENSION ",\"UsageQuantity\":0");
    meter_assert(NULL);
    assert_string_equal(meter_outcome.id, id);
    meter(METER_TEN, DIMENSION ",\"UsageQuantity\":1");
    meter_assert("DuplicateRequestException");
}

static void
new_task_has_an_hour_of_its_own(void **state)
{
    (void)state;
    char id[64];
    meter(METER_TEN, QUANTITY);
    meter_assert(NULL);
    (void)snprintf(id, sizeof(id), "%s", meter_outcome.id);
    meter_become("ecs-task");

    meter(METER_TEN, DIMENSION ",\"UsageQuantity\":6");

    meter_assert(NULL);
    assert_string_not_equal(meter_outcome.id, id);
    assert_int_equal(meter_count_records(), 2);
}

/* As SDKs do: a fresh one with each call. */
static void
client_token_is_ignored_outside_agentcore(void **state)
{
    (void)state;
    char id[64];
    meter(METER_TEN, QUANTITY ",\"ClientToken\":\"one\"");
    meter_assert(NULL);
    (void)snprintf(id, sizeof(id), "%s", meter_outcome.id);

    meter(METER_TEN, QUANTITY ",\"ClientToken\":\"two\"");
    meter_assert(NULL);
    assert_string_equal(meter_outcome.id, id);
    meter(METER_TEN, DIMENSION ",\"UsageQuantity\":6,\"ClientToken\":\"one\"");
    meter_assert("DuplicateRequestException");
}

typedef struct allocation_case {
    const char *name;
    const char *members;
    const char *want_error;
} allocation_case;

static const allocation_case allocation_cases[] = {
    { "one without tags", ALLOCATIONS(UNTAGGED("5")), NULL },
    { "too little", ALLOCATIONS(UNTAGGED("4")), "InvalidUsageAllocationsException" },
    { "too much", ALLOCATIONS(UNTAGGED("6")), "InvalidUsageAllocationsException" },
    { "two that add up",
      ALLOCATIONS(UNTAGGED("2") "," ALLOCATED("3", TAG("a", "1"))),
      NULL },
    { "two that do not",
      ALLOCATIONS(UNTAGGED("2") "," ALLOCATED("2", TAG("a", "1"))),
      "InvalidUsageAllocationsException" },
    { "a sum past 32 bits",
      ALLOCATIONS(ALLOCATED("2147483647", TAG("a", "1")) "," ALLOCATED(
          "2147483647", TAG("a", "2")) "," ALLOCATED("7", TAG("a", "3"))),
      "InvalidUsageAllocationsException" },
    { "an allocation of nothing",
      ALLOCATIONS(ALLOCATED("5", TAG("a", "1")) "," UNTAGGED("0")),
      NULL },
    { "two without tags",
      ALLOCATIONS(UNTAGGED("2") "," UNTAGGED("3")),
      "InvalidUsageAllocationsException" },
    { "the same tags",
      ALLOCATIONS(ALLOCATED("2", TAG("a", "1")) "," ALLOCATED("3", TAG("a", "1"))),
      "InvalidUsageAllocationsException" },
    { "another value",
      ALLOCATIONS(ALLOCATED("2", TAG("a", "1")) "," ALLOCATED("3", TAG("a", "2"))),
      NULL },
    { "another key",
      ALLOCATIONS(ALLOCATED("2", TAG("a", "1")) "," ALLOCATED("3", TAG("b", "1"))),
      NULL },
    { "one tag more",
      ALLOCATIONS(ALLOCATED("2", TAG("a", "1")) "," ALLOCATED(
          "3", TAG("a", "1") "," TAG("b", "1"))),
      NULL },
    { "the same set in another order",
      ALLOCATIONS(ALLOCATED("2", TAG("a", "1") "," TAG("b", "2")) "," ALLOCATED(
          "3", TAG("b", "2") "," TAG("a", "1"))),
      "InvalidUsageAllocationsException" },
    { "the same set, not next to each other",
      ALLOCATIONS(ALLOCATED("1", TAG("a", "1")) "," ALLOCATED(
          "1", TAG("b", "1")) "," ALLOCATED("3", TAG("a", "1"))),
      "InvalidUsageAllocationsException" },
    { "keys that differ in case",
      ALLOCATIONS(ALLOCATED("5", TAG("a", "1") "," TAG("A", "1"))),
      NULL },
    { "a key twice",
      ALLOCATIONS(ALLOCATED("5", TAG("a", "1") "," TAG("b", "1") "," TAG("a", "2"))),
      "InvalidTagException" },
    { "five tags",
      ALLOCATIONS(ALLOCATED(
          "5",
          TAG("e", "1") "," TAG("d", "1") "," TAG("c", "1") "," TAG("b", "1") "," TAG(
              "a", "1"))),
      NULL },
    { "six tags",
      ALLOCATIONS(ALLOCATED(
          "5",
          TAG("f", "1") "," TAG("e", "1") "," TAG("d", "1") "," TAG("c", "1") "," TAG(
              "b", "1") "," TAG("a", "1"))),
      "InvalidTagException" },
    { "six tags, and the last breaks a constraint",
      ALLOCATIONS(ALLOCATED(
          "5",
          TAG("f", "1") "," TAG("e", "1") "," TAG("d", "1") "," TAG("c", "1") "," TAG(
              "b", "1") "," TAG("~", "1"))),
      "ValidationException" },
    { "tags are judged before sums",
      ALLOCATIONS(UNTAGGED("1") "," ALLOCATED("1", TAG("a", "1") "," TAG("a", "2"))),
      "InvalidTagException" },
};

static void
allocations_split_the_quantity_by_tags(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(allocation_cases) / sizeof(allocation_cases[0]);
         i++) {
        print_message("%s\n", allocation_cases[i].name);
        meter_become("ecs-task");

        meter(METER_TEN, allocation_cases[i].members);

        meter_assert(allocation_cases[i].want_error);
    }
}

#define ONE_ORDER                                                                      \
    ALLOCATIONS(UNTAGGED("1") "," ALLOCATED(                                           \
        "1", TAG("a", "1") "," TAG("b", "2")) "," ALLOCATED("3", TAG("a", "1")))
#define OTHER_ORDER                                                                    \
    ALLOCATIONS(ALLOCATED("3", TAG("a", "1")) "," ALLOCATED(                           \
        "1", TAG("b", "2") "," TAG("a", "1")) "," UNTAGGED("1"))

static void
order_of_allocations_and_tags_does_not_matter(void **state)
{
    (void)state;
    char id[64];
    meter(METER_TEN, ONE_ORDER);
    meter_assert(NULL);
    (void)snprintf(id, sizeof(id), "%s", meter_outcome.id);

    meter(METER_TEN, OTHER_ORDER);
    meter_assert(NULL);
    assert_string_equal(meter_outcome.id, id);

    /* The quantity is the same, but it is split otherwise; or not at all. */
    meter(
        METER_TEN,
        ALLOCATIONS(UNTAGGED("1") "," ALLOCATED(
            "3", TAG("a", "1") "," TAG("b", "2")) "," ALLOCATED("1", TAG("a", "1"))));
    meter_assert("DuplicateRequestException");
    meter(METER_TEN, QUANTITY);
    meter_assert("DuplicateRequestException");
    assert_int_equal(meter_count_records(), 1);
}

typedef struct kind_case {
    const char *kind;
    const char *want_error;
    const char *want_dry_run;
} kind_case;

static const kind_case kind_cases[] = {
    { "ecs-task", NULL, "DryRunOperation" },
    { "eks-pod", NULL, "DryRunOperation" },
    { "ec2", NULL, "DryRunOperation" },
    { "laptop", "CustomerNotEntitledException", "UnauthorizedException" },
    { "seller", "CustomerNotEntitledException", "UnauthorizedException" },
};

static void
some_identities_meter(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(kind_cases) / sizeof(kind_cases[0]); i++) {
        const kind_case *one = &kind_cases[i];
        print_message("%s\n", one->kind);
        meter_become(one->kind);

        meter(METER_TEN, QUANTITY);
        meter_assert(one->want_error);
        if (one->want_error != NULL) {
            meter_assert_rule("a pod with a role for its service account");
        }
        meter(METER_TEN, QUANTITY ",\"DryRun\":true");
        meter_assert(one->want_dry_run);
    }
}

static void
pod_identity_does_not_meter(void **state)
{
    (void)state;
    static char line[2100];
    static char claims[1024];
    static http_reply reply;
    const char *const headers[] = { line, NULL };
    platform_credentials credentials;
    platform_write_claims(
        "pods.eks.amazonaws.com", "uid-1", 60, claims, sizeof(claims));
    (void)snprintf(line, sizeof(line), "Authorization: ");
    platform_forge_token(claims, line + strlen(line), sizeof(line) - strlen(line));
    platform_get("/v1/credentials", headers, &reply);
    platform_read_json(&reply, &credentials);
    (void)snprintf(
        body, sizeof(body), "{" CODE ",\"Timestamp\":%d" QUANTITY "}", METER_TEN);

    platform_call(&credentials, "MeterUsage", body, &reply);

    service_assert_error(&reply, "CustomerNotEntitledException");
}

static void
agentcore_meters_by_client_token(void **state)
{
    (void)state;
    char id[64];
    meter_become("agentcore");
    meter(METER_TEN, QUANTITY);
    meter_assert("ValidationException");
    meter_assert_rule("AgentCore");
    assert_non_null(strstr(meter_outcome.message, "Value null at 'clientToken'"));
    meter(METER_TEN, QUANTITY ",\"DryRun\":true");
    meter_assert("ValidationException");

    meter(METER_TEN, QUANTITY ",\"ClientToken\":\"one\"");
    meter_assert(NULL);
    (void)snprintf(id, sizeof(id), "%s", meter_outcome.id);
    meter(METER_TEN, QUANTITY ",\"ClientToken\":\"one\"");
    meter_assert(NULL);
    assert_string_equal(meter_outcome.id, id);

    /* No hours: the same hour has as many records as there are tokens. */
    meter(METER_TEN, DIMENSION ",\"UsageQuantity\":7,\"ClientToken\":\"two\"");
    meter_assert(NULL);
    assert_string_not_equal(meter_outcome.id, id);
    meter(METER_TEN, QUANTITY ",\"ClientToken\":\"ONE\"");
    meter_assert(NULL);
    assert_string_not_equal(meter_outcome.id, id);
    assert_int_equal(meter_count_records(), 3);
}

static const char *const other_parameters[] = {
    DIMENSION ",\"UsageQuantity\":6",
    ",\"UsageDimension\":\"gigabytes\",\"UsageQuantity\":5",
    ALLOCATIONS(UNTAGGED("5")),
};

static void
client_token_stands_for_one_request(void **state)
{
    (void)state;
    char members[512];
    meter_become("agentcore");
    meter(METER_TEN, QUANTITY ",\"ClientToken\":\"one\"");
    meter_assert(NULL);

    for (size_t i = 0; i < sizeof(other_parameters) / sizeof(other_parameters[0]);
         i++) {
        (void)snprintf(
            members,
            sizeof(members),
            "%s,\"ClientToken\":\"one\"",
            other_parameters[i]);
        meter(METER_TEN, members);
        meter_assert("IdempotencyConflictException");
    }
    /* The time is not cut to the hour: it is a parameter like any other. */
    meter(METER_TEN + 1, QUANTITY ",\"ClientToken\":\"one\"");
    meter_assert("IdempotencyConflictException");
    meter_assert_rule("one request only");
    assert_int_equal(meter_count_records(), 1);

    meter_become("agentcore");
    meter(METER_TEN + 1, QUANTITY ",\"ClientToken\":\"one\"");
    meter_assert(NULL);
}

/* The hour of 1969 that the clock can still reach is not that of the first minute. */
static void
hours_before_1970_are_hours(void **state)
{
    (void)state;
    usage_set_clock(&service_sandbox, 30);
    meter(-1, QUANTITY);
    meter_assert(NULL);
    meter(10, DIMENSION ",\"UsageQuantity\":77");
    meter_assert(NULL);
    meter(-3600, DIMENSION ",\"UsageQuantity\":77");
    meter_assert("DuplicateRequestException");
    assert_int_equal(meter_count_records(), 2);
}

static void
subscription_counts_at_the_moment_of_the_call(void **state)
{
    (void)state;
    meter(METER_TEN, QUANTITY);
    meter_assert(NULL);
    usage_control(&service_sandbox, "PUT", "subscription", "{\"subscribed\":false}");

    meter(METER_TEN, QUANTITY);
    meter_assert("CustomerNotEntitledException");
    meter_assert_rule("active subscription");
    meter(METER_TEN - METER_HOUR, QUANTITY);
    meter_assert("CustomerNotEntitledException");
    meter(METER_TEN, QUANTITY ",\"DryRun\":true");
    meter_assert("CustomerNotEntitledException");

    usage_control(&service_sandbox, "PUT", "subscription", "{\"subscribed\":true}");
    meter(METER_TEN, QUANTITY);
    meter_assert(NULL);
    assert_int_equal(meter_count_records(), 1);
}

/* Registered pods go on after they unsubscribe; metering does not. */
static void
registration_does_not_help(void **state)
{
    (void)state;
    static http_reply reply;
    service_register(&service_sandbox, SERVICE_GOOD_BODY, &reply);
    service_assert_error(&reply, NULL);
    usage_control(&service_sandbox, "PUT", "subscription", "{\"subscribed\":false}");
    service_register(&service_sandbox, SERVICE_GOOD_BODY, &reply);
    service_assert_error(&reply, NULL);

    meter(METER_TEN, QUANTITY);

    meter_assert("CustomerNotEntitledException");
}

typedef struct dry_case {
    const char *name;
    const char *time;
    const char *members;
    const char *want_error;
} dry_case;

static const dry_case dry_cases[] = {
    { "fine", "1773568800", QUANTITY, "DryRunOperation" },
    { "a time long past", "0", QUANTITY, "DryRunOperation" },
    { "another quantity than before",
      "1773568800",
      DIMENSION ",\"UsageQuantity\":6",
      "DryRunOperation" },
    { "a type", "\"x\"", QUANTITY, "SerializationException" },
    { "a constraint", "1773568800", ",\"UsageDimension\":\"\"", "ValidationException" },
    { "a dimension",
      "1773568800",
      ",\"UsageDimension\":\"x\"",
      "InvalidUsageDimensionException" },
    { "a tag",
      "1773568800",
      ALLOCATIONS(ALLOCATED("5", TAG("a", "1") "," TAG("a", "2"))),
      "InvalidTagException" },
    { "an allocation",
      "1773568800",
      ALLOCATIONS(UNTAGGED("4")),
      "InvalidUsageAllocationsException" },
};

static void
dry_run_judges_all_but_time_and_duplicates(void **state)
{
    (void)state;
    meter(METER_TEN, QUANTITY);
    meter_assert(NULL);
    for (size_t i = 0; i < sizeof(dry_cases) / sizeof(dry_cases[0]); i++) {
        char members[512];
        (void)snprintf(
            members, sizeof(members), "%s,\"DryRun\":true", dry_cases[i].members);
        print_message("%s\n", dry_cases[i].name);

        meter_text(dry_cases[i].time, members);

        meter_assert(dry_cases[i].want_error);
    }
    assert_int_equal(meter_count_records(), 1);
    meter(METER_TEN, QUANTITY ",\"DryRun\":false");
    meter_assert(NULL);
}

static void
region_is_the_callers(void **state)
{
    (void)state;
    static const service_signer elsewhere = {
        .access_key = SERVICE_ACCESS_KEY,
        .secret_key = SERVICE_SECRET_KEY,
        .region = "eu-central-1",
    };
    (void)snprintf(
        body, sizeof(body), "{" CODE ",\"Timestamp\":%d" QUANTITY "}", METER_TEN);

    usage_call(&service_sandbox, &elsewhere, "MeterUsage", body, &meter_outcome);
    meter_assert("InvalidEndpointRegionException");
    meter_assert_rule("the Region where");

    /* The Region comes before the platform, and after the constraints. */
    meter_become("laptop");
    usage_call(&service_sandbox, &elsewhere, "MeterUsage", body, &meter_outcome);
    meter_assert("InvalidEndpointRegionException");
    usage_call(&service_sandbox, &elsewhere, "MeterUsage", "{}", &meter_outcome);
    meter_assert("ValidationException");
    assert_int_equal(meter_count_records(), 0);
}

static void
lost_reply_is_made_good_by_the_same_request(void **state)
{
    (void)state;
    static http_reply reply;
    (void)snprintf(
        body, sizeof(body), "{" CODE ",\"Timestamp\":%d" QUANTITY "}", METER_TEN);
    usage_control(
        &service_sandbox,
        "PUT",
        "faults",
        "{\"faults\":[{\"operation\":\"MeterUsage\",\"times\":1,\"drop_reply\":true}]"
        "}");
    service_try_call(&service_sandbox, "MeterUsage", body, &reply);
    assert_int_not_equal(reply.code, CURLE_OK);
    cJSON *records = usage_records(&service_sandbox);
    const cJSON *list = cJSON_GetObjectItemCaseSensitive(records, "records");
    assert_int_equal(cJSON_GetArraySize(list), 1);

    meter(METER_TEN, QUANTITY);

    meter_assert(NULL);
    assert_string_equal(
        meter_outcome.id,
        usage_text(cJSON_GetArrayItem(list, 0), "metering_record_id"));
    cJSON *after = usage_records(&service_sandbox);
    assert_true(cJSON_Compare(records, after, true));
    cJSON_Delete(records);
    cJSON_Delete(after);
}

static void
record_tells_what_was_honoured(void **state)
{
    (void)state;
    meter_text("1773568923.5", OTHER_ORDER);
    meter_assert(NULL);

    cJSON *records = usage_records(&service_sandbox);
    const cJSON *record =
        cJSON_GetArrayItem(cJSON_GetObjectItemCaseSensitive(records, "records"), 0);
    assert_string_equal(usage_text(record, "metering_record_id"), meter_outcome.id);
    assert_string_equal(usage_text(record, "operation"), "MeterUsage");
    assert_string_equal(usage_text(record, "product_code"), SERVICE_PRODUCT);
    assert_string_equal(usage_text(record, "customer"), "123456789012");
    assert_string_equal(usage_text(record, "dimension"), "requests");
    assert_int_equal(usage_number(record, "quantity"), 5);
    assert_int_equal(strncmp(usage_text(record, "identity"), "ecs-task/", 9), 0);
    cJSON *want = cJSON_Parse("[" UNTAGGED("1") "," ALLOCATED(
        "3", TAG("a", "1")) "," ALLOCATED("1", TAG("a", "1") "," TAG("b", "2")) "]");
    assert_true(cJSON_Compare(
        cJSON_GetObjectItemCaseSensitive(record, "allocations"), want, true));
    cJSON_Delete(want);
    const cJSON *totals = cJSON_GetObjectItemCaseSensitive(records, "totals");
    assert_int_equal(cJSON_GetArraySize(totals), 1);
    assert_int_equal(usage_number(cJSON_GetArrayItem(totals, 0), "quantity"), 5);
    cJSON_Delete(records);
}

enum { SIDE_COUNT = 4, SIDE_CALLS = 20 };

typedef struct side {
    char body[256];
    http_reply reply;
    int honoured;
    int refused; /* as duplicates */
} side;

static void *
meter_repeatedly(void *context)
{
    side *own = context;
    for (int i = 0; i < SIDE_CALLS; i++) {
        service_try_call(&service_sandbox, "MeterUsage", own->body, &own->reply);
        own->honoured += own->reply.status == 200 ? 1 : 0;
        own->refused +=
            strstr(own->reply.body, "DuplicateRequestException") != NULL ? 1 : 0;
    }
    return NULL;
}

/* Each thread has a quantity of its own: whose call comes first, has the hour. */
static void
one_of_many_at_once_has_the_hour(void **state)
{
    (void)state;
    static side sides[SIDE_COUNT];
    pthread_t threads[SIDE_COUNT];
    int winners = 0;
    for (int i = 0; i < SIDE_COUNT; i++) {
        sides[i] = (side){ 0 };
        (void)snprintf(
            sides[i].body,
            sizeof(sides[i].body),
            "{" CODE ",\"Timestamp\":%d" DIMENSION ",\"UsageQuantity\":%d}",
            METER_TEN,
            i);
        assert_int_equal(
            pthread_create(&threads[i], NULL, meter_repeatedly, &sides[i]), 0);
    }
    for (int i = 0; i < SIDE_COUNT; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    }
    for (int i = 0; i < SIDE_COUNT; i++) {
        assert_int_equal(sides[i].honoured + sides[i].refused, SIDE_CALLS);
        assert_true(sides[i].honoured == 0 || sides[i].refused == 0);
        winners += sides[i].honoured > 0 ? 1 : 0;
    }
    assert_int_equal(winners, 1);
    assert_int_equal(meter_count_records(), 1);
}

/* Berlin, so that a sandbox that goes by local time is found out. */
static int
start_in_berlin(void **state)
{
    return setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3", 1) == 0 ? service_start(state)
                                                              : -1;
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(window_ends_at_the_second, meter_begin),
        cmocka_unit_test_setup(month_end_is_no_end, meter_begin),
        cmocka_unit_test_setup(hours_are_those_of_utc, meter_begin),
        cmocka_unit_test_setup(hours_before_1970_are_hours, meter_begin),
        cmocka_unit_test_setup(hour_has_one_quantity, meter_begin),
        cmocka_unit_test_setup(zero_is_a_quantity, meter_begin),
        cmocka_unit_test_setup(new_task_has_an_hour_of_its_own, meter_begin),
        cmocka_unit_test_setup(client_token_is_ignored_outside_agentcore, meter_begin),
        cmocka_unit_test_setup(allocations_split_the_quantity_by_tags, meter_begin),
        cmocka_unit_test_setup(
            order_of_allocations_and_tags_does_not_matter, meter_begin),
        cmocka_unit_test_setup(some_identities_meter, meter_begin),
        cmocka_unit_test_setup(pod_identity_does_not_meter, meter_begin),
        cmocka_unit_test_setup(agentcore_meters_by_client_token, meter_begin),
        cmocka_unit_test_setup(client_token_stands_for_one_request, meter_begin),
        cmocka_unit_test_setup(
            subscription_counts_at_the_moment_of_the_call, meter_begin),
        cmocka_unit_test_setup(registration_does_not_help, meter_begin),
        cmocka_unit_test_setup(dry_run_judges_all_but_time_and_duplicates, meter_begin),
        cmocka_unit_test_setup(region_is_the_callers, meter_begin),
        cmocka_unit_test_setup(
            lost_reply_is_made_good_by_the_same_request, meter_begin),
        cmocka_unit_test_setup(one_of_many_at_once_has_the_hour, meter_begin),
        cmocka_unit_test_setup(record_tells_what_was_honoured, meter_begin),
    };
    return cmocka_run_group_tests_name(
        "sandbox_meter_usage", tests, start_in_berlin, service_stop);
}
