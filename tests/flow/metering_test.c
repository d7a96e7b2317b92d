/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The typed functions over real HTTP: what is metered, what AWS says of it, and what
 * the sandbox then has on record.
 */
#include "service_client.h"
#include "support/cmocka.h"

#include <entitle.h>

#include <cjson/cJSON.h>

#include <stdio.h>
#include <string.h>

#define CUSTOMER "cust-0001"
#define ACCOUNT  "123456789012"
#define ARN                                                                            \
    "arn:aws:license-manager::294406891311:license:l-0123456789abcdef0123456789abcdef"

enum {
    NOON_S = 1794312000, /* 2026-11-10T12:00:00Z, when each test begins */
    HOUR_S = 3600,
    MINUTE_S = 60
};

static entitle_metering *metering;
static entitle_error error;

/* --- Surroundings ----------------------------------------------------------------- */

static void
set_clock(const char *at)
{
    char json[64];

    (void)snprintf(json, sizeof(json), "{\"set\":\"%s\"}", at);
    service_control("POST", "clock", json);
}

static void
set_fault(const char *members)
{
    char json[128];

    (void)snprintf(
        json, sizeof(json), "{\"faults\":[{\"operation\":\"*\",%s}]}", members);
    service_control("PUT", "faults", json);
}

/* How many records are honoured, and how many units they have together. */
static void
assert_records(int want_count, int64_t want_units)
{
    cJSON *answer;
    const cJSON *record;
    int count = 0;
    int64_t units = 0;

    service_control("GET", "records", NULL);
    answer = cJSON_Parse(service_reply.body);
    assert_non_null(answer);
    cJSON_ArrayForEach(record, cJSON_GetObjectItemCaseSensitive(answer, "records"))
    {
        const cJSON *quantity = cJSON_GetObjectItemCaseSensitive(record, "quantity");
        count++;
        units += (int64_t)cJSON_GetNumberValue(quantity);
    }
    cJSON_Delete(answer);
    assert_int_equal(count, want_count);
    assert_int_equal(units, want_units);
}

static int
begin(void **state)
{
    static const entitle_runtime runtime = { .struct_size = sizeof(runtime),
                                             .environment = aws_environment };
    const entitle_metering_options options = { .struct_size = sizeof(options),
                                               .runtime = &runtime,
                                               .endpoint = service_sandbox.url,
                                               .deadline_ms = 20000 };

    (void)state;
    service_control("POST", "reset", NULL);
    set_clock("2026-11-10T12:00:00Z");
    return entitle_metering_new(&options, &metering, &error) == ENTITLE_OK ? 0 : -1;
}

static int
end(void **state)
{
    (void)state;
    entitle_metering_free(metering);
    metering = NULL;
    return 0;
}

/* --- MeterUsage ------------------------------------------------------------------- */

static entitle_usage
usage_at(int64_t at_s, uint32_t quantity)
{
    return (entitle_usage){
        .struct_size = sizeof(entitle_usage),
        .product_code = service_sandbox.product_code,
        .dimension = "requests",
        .at_s = at_s,
        .quantity = quantity,
    };
}

/*
 * Meters, wants that status, and gives the record id to `id` (128 bytes; may be NULL).
 */
static void
meter(const entitle_usage *usage, entitle_status want, char *id)
{
    entitle_usage_receipt *receipt = NULL;
    entitle_status status =
        entitle_metering_meter_usage(metering, usage, &receipt, &error);

    if (status != want) {
        fail_msg("%s: %s", entitle_status_name(status), error.message);
    }
    if (id != NULL) {
        (void)snprintf(id, 128, "%s", entitle_usage_receipt_record_id(receipt));
    }
    entitle_usage_receipt_free(receipt);
}

static void
hour_is_metered_once(void **state)
{
    entitle_usage usage = usage_at(NOON_S - HOUR_S, 7);
    char first[128];
    char again[128];

    (void)state;
    meter(&usage, ENTITLE_OK, first);
    meter(&usage, ENTITLE_OK, again);
    assert_string_not_equal(first, "");
    assert_string_equal(first, again);

    usage.at_s += HOUR_S - 1;
    meter(&usage, ENTITLE_OK, again);
    assert_string_equal(first, again);
    assert_records(1, 7);

    usage.quantity = 8;
    meter(&usage, ENTITLE_INVALID_INPUT, NULL);
    assert_string_equal(error.service_code, "DuplicateRequestException");
    assert_records(1, 7);

    usage.dimension = "gigabytes";
    meter(&usage, ENTITLE_OK, again);
    assert_string_not_equal(first, again);
    assert_records(2, 15);
}

static void
lost_answer_is_no_second_record(void **state)
{
    const entitle_usage usage = usage_at(NOON_S - HOUR_S, 7);
    char first[128];
    char again[128];

    (void)state;
    set_fault("\"times\":1,\"drop_reply\":true");
    meter(&usage, ENTITLE_OK, first);
    assert_int_equal(entitle_metering_attempts(metering), 2);
    meter(&usage, ENTITLE_OK, again);
    assert_string_equal(first, again);
    assert_records(1, 7);
}

static void
allocations_arrive(void **state)
{
    static const entitle_tag tags[] = { { "team", "a" }, { "cost:center", "x=1" } };
    entitle_allocation allocations[] = { { 4, tags, 2 },
                                         { 2, &tags[1], 1 },
                                         { 0, NULL, 0 } };
    entitle_usage usage = usage_at(NOON_S - HOUR_S, 10);

    (void)state;
    usage.allocations = allocations;
    usage.allocation_count = 3;
    meter(&usage, ENTITLE_INVALID_INPUT, NULL);
    assert_string_equal(error.service_code, "");
    assert_true(entitle_allocations_fill(allocations, 3, usage.quantity));
    meter(&usage, ENTITLE_OK, NULL);
    assert_records(1, 10);
    assert_non_null(strstr(service_reply.body, "\"cost:center\""));
    assert_non_null(strstr(service_reply.body, "\"AllocatedUsageQuantity\":4"));
}

static void
dry_run_meters_nothing(void **state)
{
    entitle_usage usage = usage_at(NOON_S - HOUR_S, 7);
    char id[128];

    (void)state;
    usage.dry_run = true;
    meter(&usage, ENTITLE_DRY_RUN_ACCEPTED, id);
    assert_string_equal(id, "");
    assert_records(0, 0);

    service_control("POST", "identity", "{\"kind\":\"laptop\"}");
    meter(&usage, ENTITLE_ACCESS_DENIED, NULL);
    assert_string_equal(error.service_code, "UnauthorizedException");
    assert_non_null(strstr(error.hint, "aws-marketplace:MeterUsage"));
    service_control("POST", "identity", "{\"kind\":\"eks-pod\"}");
    meter(&usage, ENTITLE_DRY_RUN_ACCEPTED, NULL);

    service_control("PUT", "subscription", "{\"subscribed\":false}");
    meter(&usage, ENTITLE_NOT_ENTITLED, NULL);
    assert_records(0, 0);
}

/* The window is AWS's to judge; the function that predicts it has to agree. */
static void
window_closes_when_it_was_said_to(void **state)
{
    entitle_usage usage = usage_at(NOON_S - 6 * HOUR_S + MINUTE_S, 1);

    (void)state;
    assert_true(entitle_meter_usage_closes_at(usage.at_s) > NOON_S);
    meter(&usage, ENTITLE_OK, NULL);

    usage.at_s = NOON_S - 6 * HOUR_S - 1;
    assert_true(entitle_meter_usage_closes_at(usage.at_s) <= NOON_S);
    meter(&usage, ENTITLE_INVALID_INPUT, NULL);
    assert_string_equal(error.service_code, "TimestampOutOfBoundsException");

    usage.at_s = NOON_S + HOUR_S;
    meter(&usage, ENTITLE_INVALID_INPUT, NULL);
    assert_string_equal(error.service_code, "TimestampOutOfBoundsException");
    assert_records(1, 1);
}

static void
agent_meters_events_by_their_tokens(void **state)
{
    entitle_usage usage = usage_at(NOON_S - MINUTE_S, 7);
    char first[128];
    char again[128];

    (void)state;
    service_control("POST", "identity", "{\"kind\":\"agentcore\"}");
    meter(&usage, ENTITLE_INVALID_INPUT, NULL);
    assert_string_equal(error.service_code, "ValidationException");

    usage.client_token = "event-1";
    meter(&usage, ENTITLE_OK, first);
    meter(&usage, ENTITLE_OK, again);
    assert_string_equal(first, again);
    assert_records(1, 7);

    usage.quantity = 8;
    meter(&usage, ENTITLE_INVALID_INPUT, NULL);
    assert_string_equal(error.service_code, "IdempotencyConflictException");

    usage.client_token = "event-2";
    meter(&usage, ENTITLE_OK, again);
    assert_string_not_equal(first, again);
    assert_records(2, 15);
}

/* --- BatchMeterUsage -------------------------------------------------------------- */

enum { BATCH_LIMIT = ENTITLE_USAGE_BATCH_LIMIT };

static entitle_customer_usage records[BATCH_LIMIT];
static entitle_usage_batch_result *result;

/* `count` records of the customer, an hour apart, the first of the last full hour. */
static void
make_records(size_t count)
{
    for (size_t i = 0; i < count; i++) {
        records[i] = (entitle_customer_usage){
            .struct_size = sizeof(records[i]),
            .customer_identifier = CUSTOMER,
            .dimension = i % 2 == 0 ? "requests" : "gigabytes",
            .at_s = NOON_S - HOUR_S - (int64_t)(i / 2) * HOUR_S,
            .quantity = (uint32_t)i + 1,
        };
    }
}

static entitle_status
meter_batch(size_t count, const char *product_code)
{
    const entitle_customer_usage *pointers[BATCH_LIMIT];
    const entitle_usage_batch batch = { .struct_size = sizeof(batch),
                                        .product_code = product_code,
                                        .records = pointers,
                                        .record_count = count };

    for (size_t i = 0; i < count; i++) {
        pointers[i] = &records[i];
    }
    entitle_usage_batch_result_free(result);
    return entitle_metering_batch_meter_usage(metering, &batch, &result, &error);
}

static void
assert_outcome(size_t index, entitle_usage_outcome want)
{
    assert_string_equal(
        entitle_usage_outcome_name(entitle_usage_batch_result_outcome(result, index)),
        entitle_usage_outcome_name(want));
}

static int
end_batch(void **state)
{
    entitle_usage_batch_result_free(result);
    result = NULL;
    return end(state);
}

static void
batch_tells_what_became_of_each_record(void **state)
{
    (void)state;
    make_records(1);
    records[0].quantity = 99;
    assert_int_equal(meter_batch(1, service_sandbox.product_code), ENTITLE_OK);
    assert_outcome(0, ENTITLE_USAGE_SUCCESS);

    /* The last one comes back unprocessed; the one before is equal to the third. */
    make_records(5);
    records[3] = records[2];
    set_fault("\"times\":1,\"unprocessed\":1");
    assert_int_equal(meter_batch(5, service_sandbox.product_code), ENTITLE_OK);
    assert_int_equal(entitle_usage_batch_result_count(result), 5);
    assert_outcome(0, ENTITLE_USAGE_DUPLICATE_RECORD);
    assert_outcome(1, ENTITLE_USAGE_SUCCESS);
    assert_outcome(2, ENTITLE_USAGE_SUCCESS);
    assert_outcome(3, ENTITLE_USAGE_SUCCESS);
    assert_outcome(4, ENTITLE_USAGE_UNPROCESSED);
    assert_int_equal(entitle_usage_batch_result_stray_count(result), 0);
    assert_string_equal(
        entitle_usage_batch_result_record_id(result, 2),
        entitle_usage_batch_result_record_id(result, 3));
    assert_records(3, 99 + 2 + 3);

    /* The same once more: what was unprocessed is metered, the rest stays as it is. */
    assert_int_equal(meter_batch(5, service_sandbox.product_code), ENTITLE_OK);
    assert_outcome(0, ENTITLE_USAGE_DUPLICATE_RECORD);
    assert_outcome(4, ENTITLE_USAGE_SUCCESS);
    assert_records(4, 99 + 2 + 3 + 5);
}

static void
batch_of_25_is_metered(void **state)
{
    (void)state;
    make_records(BATCH_LIMIT);
    assert_int_equal(
        meter_batch(BATCH_LIMIT, service_sandbox.product_code), ENTITLE_OK);
    for (size_t i = 0; i < BATCH_LIMIT; i++) {
        assert_outcome(i, ENTITLE_USAGE_SUCCESS);
        assert_string_not_equal(entitle_usage_batch_result_record_id(result, i), "");
    }
    assert_records(BATCH_LIMIT, 25 * 26 / 2);
}

static void
customer_who_left_is_named(void **state)
{
    (void)state;
    service_control("PUT", "subscription", "{\"subscribed\":false}");
    make_records(2);
    assert_int_equal(meter_batch(2, service_sandbox.product_code), ENTITLE_OK);
    assert_outcome(0, ENTITLE_USAGE_CUSTOMER_NOT_SUBSCRIBED);
    assert_outcome(1, ENTITLE_USAGE_CUSTOMER_NOT_SUBSCRIBED);
    assert_string_equal(entitle_usage_batch_result_record_id(result, 0), "");
    assert_records(0, 0);
}

static void
one_old_record_refuses_all(void **state)
{
    (void)state;
    make_records(3);
    records[1].at_s = NOON_S - 24 * HOUR_S - 1;
    assert_true(entitle_batch_meter_usage_closes_at(records[1].at_s) <= NOON_S);
    assert_int_equal(
        meter_batch(3, service_sandbox.product_code), ENTITLE_INVALID_INPUT);
    assert_string_equal(error.service_code, "TimestampOutOfBoundsException");
    assert_null(result);
    assert_records(0, 0);

    records[1].at_s = NOON_S - 24 * HOUR_S + MINUTE_S;
    assert_true(entitle_batch_meter_usage_closes_at(records[1].at_s) > NOON_S);
    assert_int_equal(meter_batch(3, service_sandbox.product_code), ENTITLE_OK);
    assert_records(3, 6);
}

static void
month_ends_at_six_on_the_first(void **state)
{
    const int64_t first_s = 1796083200; /* 2026-12-01T00:00:00Z */

    (void)state;
    make_records(2);
    records[0].at_s = first_s - HOUR_S;
    records[1].at_s = first_s - 2 * HOUR_S;
    assert_int_equal(
        entitle_batch_meter_usage_closes_at(records[0].at_s), first_s + 6 * HOUR_S);

    set_clock("2026-12-01T05:59:00Z");
    assert_int_equal(meter_batch(1, service_sandbox.product_code), ENTITLE_OK);
    assert_outcome(0, ENTITLE_USAGE_SUCCESS);
    set_clock("2026-12-01T06:01:00Z");
    assert_int_equal(
        meter_batch(2, service_sandbox.product_code), ENTITLE_INVALID_INPUT);
    assert_string_equal(error.service_code, "TimestampOutOfBoundsException");
    assert_records(1, 1);
}

static void
licence_names_customer_and_product(void **state)
{
    (void)state;
    make_records(1);
    records[0].customer_identifier = NULL;
    records[0].customer_account = ACCOUNT;
    records[0].license_arn = ARN;
    assert_int_equal(meter_batch(1, NULL), ENTITLE_OK);
    assert_outcome(0, ENTITLE_USAGE_SUCCESS);
    assert_records(1, 1);

    records[0].license_arn =
        "arn:aws:license-manager::294406891311:license:l-ffffffffffffffffffffffff";
    assert_int_equal(meter_batch(1, NULL), ENTITLE_INVALID_INPUT);
    assert_string_equal(error.service_code, "InvalidLicenseException");

    records[0].license_arn = NULL;
    records[0].at_s -= HOUR_S;
    assert_int_equal(meter_batch(1, service_sandbox.product_code), ENTITLE_OK);
    assert_outcome(0, ENTITLE_USAGE_SUCCESS);
    assert_records(2, 2);
}

static void
lost_answer_is_no_second_batch(void **state)
{
    (void)state;
    make_records(3);
    set_fault("\"times\":1,\"drop_reply\":true");
    assert_int_equal(meter_batch(3, service_sandbox.product_code), ENTITLE_OK);
    assert_int_equal(entitle_metering_attempts(metering), 2);
    for (size_t i = 0; i < 3; i++) {
        assert_outcome(i, ENTITLE_USAGE_SUCCESS);
    }
    assert_records(3, 6);
}

/* --- ResolveCustomer -------------------------------------------------------------- */

static void
token_becomes_a_customer_who_can_be_metered(void **state)
{
    entitle_customer *customer = NULL;

    (void)state;
    assert_int_equal(
        entitle_metering_resolve_customer(
            metering, "sandbox-registration-token", &customer, &error),
        ENTITLE_OK);
    assert_string_equal(entitle_customer_account(customer), ACCOUNT);
    assert_string_equal(entitle_customer_identifier(customer), CUSTOMER);
    assert_string_equal(
        entitle_customer_product_code(customer), service_sandbox.product_code);
    assert_string_equal(entitle_customer_license_arn(customer), ARN);

    make_records(1);
    records[0].customer_identifier = NULL;
    records[0].customer_account = entitle_customer_account(customer);
    records[0].license_arn = entitle_customer_license_arn(customer);
    assert_int_equal(meter_batch(1, NULL), ENTITLE_OK);
    assert_outcome(0, ENTITLE_USAGE_SUCCESS);
    entitle_customer_free(customer);
}

static void
unknown_token_is_nobody(void **state)
{
    entitle_customer *customer = NULL;

    (void)state;
    assert_int_equal(
        entitle_metering_resolve_customer(
            metering, "sandbox-registration-tokens", &customer, &error),
        ENTITLE_INVALID_INPUT);
    assert_null(customer);
    assert_string_equal(error.service_code, "InvalidTokenException");
    assert_null(strstr(error.message, "sandbox-registration-tokens"));
}

#define TEST(name)       cmocka_unit_test_setup_teardown(name, begin, end)
#define BATCH_TEST(name) cmocka_unit_test_setup_teardown(name, begin, end_batch)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(hour_is_metered_once),
        TEST(lost_answer_is_no_second_record),
        TEST(allocations_arrive),
        TEST(dry_run_meters_nothing),
        TEST(window_closes_when_it_was_said_to),
        TEST(agent_meters_events_by_their_tokens),
        BATCH_TEST(batch_tells_what_became_of_each_record),
        BATCH_TEST(batch_of_25_is_metered),
        BATCH_TEST(customer_who_left_is_named),
        BATCH_TEST(one_old_record_refuses_all),
        BATCH_TEST(month_ends_at_six_on_the_first),
        BATCH_TEST(licence_names_customer_and_product),
        BATCH_TEST(lost_answer_is_no_second_batch),
        BATCH_TEST(token_becomes_a_customer_who_can_be_metered),
        TEST(unknown_token_is_nobody),
    };

    return cmocka_run_group_tests(tests, service_start, service_stop);
}
