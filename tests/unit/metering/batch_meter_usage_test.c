/* SPDX-License-Identifier: Apache-2.0 */
#include "support/cmocka.h"
#include "support/metering_fixture.h"

#include <entitle/usage.h>

#include <stdio.h>
#include <string.h>

#define ACCOUNT "123456789012"
#define ARN     "arn:aws:license-manager::294406891311:license:l-0123456789abcdef"

enum { LIMIT = ENTITLE_USAGE_BATCH_LIMIT };

static const scripted_answer nothing_said = {
    .http_status = 200,
    .body = "{\"Results\":[],\"UnprocessedRecords\":[]}",
    .headers = { "x-amzn-RequestId: req-1" },
};

/* A batch that is in order: three customers named by identifier. */
static entitle_customer_usage records[LIMIT + 1];
static const entitle_customer_usage *pointers[LIMIT + 1];
static entitle_usage_batch batch;
static entitle_usage_batch_result *result;

static void
reset_batch(void)
{
    static const char *const names[] = { "cust-0", "cust-1", "cust-2" };

    for (size_t i = 0; i <= LIMIT; i++) {
        records[i] = (entitle_customer_usage){
            .struct_size = sizeof(records[i]),
            .customer_identifier = names[i % 3],
            .dimension = "requests",
            .at_s = FAKE_NOW_S,
            .quantity = (uint32_t)i,
        };
        pointers[i] = &records[i];
    }
    batch = (entitle_usage_batch){
        .struct_size = sizeof(batch),
        .product_code = METERING_PRODUCT,
        .records = pointers,
        .record_count = 3,
    };
}

static void
name_by_account(size_t index, const char *account, const char *license_arn)
{
    records[index].customer_identifier = NULL;
    records[index].customer_account = account;
    records[index].license_arn = license_arn;
}

static entitle_status
meter(const scripted_answer *answer)
{
    metering_start(answer, 1);
    return entitle_metering_batch_meter_usage(
        fixture.metering, &batch, &result, &fixture.error);
}

/* --- What is sent ----------------------------------------------------------------- */

static void
batch_sends_its_records_in_order(void **state)
{
    static const entitle_tag tag = { "team", "a" };
    static const entitle_allocation allocations[] = { { 1, &tag, 1 }, { 1, NULL, 0 } };

    (void)state;
    reset_batch();
    records[2].allocations = allocations;
    records[2].allocation_count = 2;
    assert_int_equal(meter(&nothing_said), ENTITLE_OK);
    assert_string_equal(
        fixture.script.requests[0].body,
        "{\"ProductCode\":\"" METERING_PRODUCT "\",\"UsageRecords\":["
        "{\"CustomerIdentifier\":\"cust-0\",\"Timestamp\":1795291200,\"Dimension\":"
        "\"requests\",\"Quantity\":0},"
        "{\"CustomerIdentifier\":\"cust-1\",\"Timestamp\":1795291200,\"Dimension\":"
        "\"requests\",\"Quantity\":1},"
        "{\"CustomerIdentifier\":\"cust-2\",\"Timestamp\":1795291200,\"Dimension\":"
        "\"requests\",\"Quantity\":2,\"UsageAllocations\":[{\"AllocatedUsageQuantity\":"
        "1,\"Tags\":[{\"Key\":\"team\",\"Value\":\"a\"}]},{\"AllocatedUsageQuantity\":"
        "1}]}]}");
    assert_string_equal(
        scripted_transport_header(&fixture.script, 0, "x-amz-target"),
        "AWSMPMeteringService.BatchMeterUsage");
    assert_int_equal(entitle_usage_batch_result_count(result), 3);
    assert_string_equal(entitle_usage_batch_result_request_id(result), "req-1");
    entitle_usage_batch_result_free(result);
}

static void
batch_names_customers_by_licence(void **state)
{
    (void)state;
    reset_batch();
    batch.product_code = NULL;
    batch.record_count = 1;
    name_by_account(0, ACCOUNT, ARN);
    assert_int_equal(meter(&nothing_said), ENTITLE_OK);
    assert_string_equal(
        fixture.script.requests[0].body,
        "{\"UsageRecords\":[{\"CustomerAWSAccountId\":\"" ACCOUNT
        "\",\"LicenseArn\":\"" ARN "\",\"Timestamp\":1795291200,\"Dimension\":"
        "\"requests\",\"Quantity\":0}]}");
    entitle_usage_batch_result_free(result);
}

/* --- What is refused before it is sent -------------------------------------------- */

static char letters[300];

static const char *
letters_of(char letter, size_t count)
{
    memset(letters, letter, sizeof(letters) - 1);
    return letters + sizeof(letters) - 1 - count;
}

/* clang-format off: a row is a rule and the neighbour that keeps it */
#define RULE(name_, change_)                                                           \
    static void name_(void)                                                            \
    {                                                                                  \
        change_;                                                                       \
    }
RULE(as_it_is, (void)0)
RULE(no_records, batch.record_count = 0)
RULE(records_25, batch.record_count = 25)
RULE(records_26, batch.record_count = 26)
RULE(no_list, batch.records = NULL)
RULE(no_record, pointers[1] = NULL)
RULE(record_of_no_size, records[1].struct_size = 0)
RULE(batch_of_no_size, batch.struct_size = 0)
RULE(no_product, batch.product_code = NULL)
RULE(bad_product, batch.product_code = "a b")
RULE(no_customer, records[1].customer_identifier = NULL)
RULE(empty_customer, records[1].customer_identifier = "")
RULE(identifier_255, records[1].customer_identifier = letters_of('i', 255))
RULE(identifier_256, records[1].customer_identifier = letters_of('i', 256))
RULE(both_names, records[1].customer_account = ACCOUNT)
RULE(licence_of_identifier, records[1].license_arn = ARN)
RULE(mixed_names, name_by_account(1, ACCOUNT, NULL))
RULE(bad_dimension, records[1].dimension = "")
RULE(bad_time, records[1].at_s = -1)
RULE(bad_quantity, records[1].quantity = 2147483648)
RULE(bad_count, records[1].allocation_count = 1)

static void
name_all(const char *account, const char *arn)
{
    for (size_t i = 0; i < 3; i++) {
        name_by_account(i, "1", NULL);
    }
    name_by_account(1, account, arn);
}
RULE(accounts, name_all("2", NULL))
RULE(account_letters, name_all("12a", NULL))
RULE(account_empty, name_all("", NULL))
RULE(account_255, name_all(letters_of('1', 255), NULL))
RULE(account_256, name_all(letters_of('1', 256), NULL))
RULE(licence_and_product, name_all("2", ARN))
RULE(licence_no_product, (name_all("2", ARN), batch.product_code = NULL))
RULE(
    licences_no_product,
    (name_all("1", ARN),
     name_by_account(0, "1", ARN),
     name_by_account(2, "1", ARN),
     batch.product_code = NULL))
RULE(twice, name_all("1", ARN))
RULE(twice_other_hour, (name_all("1", ARN), records[1].at_s += 3600))
RULE(twice_same_hour, (name_all("1", ARN), records[1].at_s += 3599))
RULE(twice_other_dimension, (name_all("1", ARN), records[1].dimension = "gigabytes"))
RULE(arn_without_scheme, name_all("2", &ARN[4]))
RULE(arn_of_china, name_all("2", "arn:aws-cn:license-manager::1:license:l-1"))
RULE(arn_of_nobody, name_all("2", "arn:gcp:license-manager::1:license:l-1"))
RULE(arn_short, name_all("2", "arn:aws:license-manager:::"))
RULE(arn_no_resource, name_all("2", "arn:aws:license-manager::1"))
RULE(arn_no_service, name_all("2", "arn:aws:::1:l-1"))
RULE(arn_space, name_all("2", "arn:aws:license-manager::1:license:l 1"))
RULE(arn_empty, name_all("2", ""))
#undef RULE

#define BAD ENTITLE_INVALID_INPUT
static const struct {
    void (*change)(void);
    entitle_status want;
    const char *want_words;
} rules[] = {
    { as_it_is, ENTITLE_OK, "" },
    { no_records, BAD, "this one has 0" },
    { records_25, ENTITLE_OK, "" },
    { records_26, BAD, "this one has 26" },
    { no_list, ENTITLE_INVALID_ARGUMENT, "records[0] is NULL" },
    { no_record, ENTITLE_INVALID_ARGUMENT, "records[1] is NULL" },
    { record_of_no_size, ENTITLE_INVALID_ARGUMENT, "records[1]" },
    { batch_of_no_size, ENTITLE_INVALID_ARGUMENT, "the batch" },
    { no_product, BAD, "records[0]: neither a licence nor a product code" },
    { bad_product, ENTITLE_INVALID_PRODUCT_CODE, "'a b'" },
    { no_customer, BAD, "records[1]: no customer is named" },
    { empty_customer, BAD, "records[1]: the customer's identifier is missing" },
    { identifier_255, ENTITLE_OK, "" },
    { identifier_256, BAD, "identifier has 256" },
    { both_names, BAD, "records[1]: the customer is named by account and by id" },
    { licence_of_identifier, BAD, "records[1]: a licence needs the account" },
    { mixed_names, BAD, "records[0] and records[1] name their customers differently" },
    { bad_dimension, BAD, "records[1]: the dimension is missing" },
    { bad_time, BAD, "records[1]: -1 is not a time" },
    { bad_quantity, BAD, "records[1]: the quantity 2147483648" },
    { bad_count, ENTITLE_INVALID_ARGUMENT, "records[1]: there are no allocations" },
    { accounts, ENTITLE_OK, "" },
    { account_letters, BAD, "account has a character" },
    { account_empty, BAD, "records[1]: the customer's account is missing" },
    { account_255, ENTITLE_OK, "" },
    { account_256, BAD, "account has 256" },
    { licence_and_product, ENTITLE_OK, "" },
    { licence_no_product, BAD, "records[0]: neither" },
    { licences_no_product, ENTITLE_OK, "" },
    { twice, BAD, "records[0] and records[1] bill one hour of a customer twice" },
    { twice_other_hour, ENTITLE_OK, "" },
    { twice_same_hour, BAD, "twice" },
    { twice_other_dimension, ENTITLE_OK, "" },
    { arn_without_scheme, BAD, "records[1]: 'aws:license-manager" },
    { arn_of_china, ENTITLE_OK, "" },
    { arn_of_nobody, BAD, "is not the ARN of a licence" },
    { arn_short, BAD, "is not the ARN" },
    { arn_no_resource, BAD, "is not the ARN" },
    { arn_no_service, BAD, "is not the ARN" },
    { arn_space, BAD, "is not the ARN" },
    { arn_empty, BAD, "'' is not the ARN" },
};
/* clang-format on */

static void
batch_is_checked_before_it_is_sent(void **state)
{
    for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
        entitle_status status;

        metering_set_up(state);
        reset_batch();
        rules[i].change();
        status = meter(&nothing_said);
        if (status != rules[i].want ||
            strstr(fixture.error.message, rules[i].want_words) == NULL) {
            fail_msg("rule %zu: %d, '%s'", i, (int)status, fixture.error.message);
        }
        assert_int_equal(fixture.script.request_count, status == ENTITLE_OK);
        assert_int_equal(result != NULL, status == ENTITLE_OK);
        assert_int_equal(fixture.error.is_certainly_undone, status != ENTITLE_OK);
        assert_true(status != BAD || fixture.error.hint[0] != '\0');
        entitle_usage_batch_result_free(result);
        metering_tear_down(state);
    }
    metering_set_up(state);
}

static void
licence_without_scheme_is_explained(void **state)
{
    (void)state;
    reset_batch();
    arn_without_scheme();
    assert_int_equal(meter(&nothing_said), ENTITLE_INVALID_INPUT);
    assert_non_null(strstr(fixture.error.hint, "put 'arn:' before it"));
}

static void
batch_has_1_mib_at_most(void **state)
{
    enum { COUNT = 2500 };
    static char values[COUNT][257];
    static entitle_tag labels[COUNT];
    static entitle_allocation many[COUNT];

    (void)state;
    reset_batch();
    for (size_t i = 0; i < COUNT; i++) {
        memset(values[i], 'v', 256);
        (void)snprintf(values[i], 8, "%07zu", i);
        values[i][7] = '-';
        labels[i] = (entitle_tag){ "key", values[i] };
        many[i] = (entitle_allocation){ 1, &labels[i], 1 };
    }
    for (size_t i = 0; i < 2; i++) {
        records[i].quantity = COUNT;
        records[i].allocations = many;
        records[i].allocation_count = COUNT;
    }
    batch.record_count = 1;
    assert_int_equal(meter(&nothing_said), ENTITLE_OK);
    entitle_usage_batch_result_free(result);
    metering_tear_down(state);

    metering_set_up(state);
    batch.record_count = 2;
    assert_int_equal(meter(&nothing_said), ENTITLE_INVALID_INPUT);
    assert_non_null(strstr(fixture.error.message, "longer than 1048576 bytes"));
    assert_int_equal(fixture.script.request_count, 0);
}

static void
batch_survives_failing_memory(void **state)
{
    entitle_status status = ENTITLE_OUT_OF_MEMORY;
    int64_t failures = 0;

    for (; status != ENTITLE_OK; failures++) {
        static const entitle_allocation whole = { 1, NULL, 0 };

        metering_set_up(state);
        reset_batch();
        records[1].allocations = &whole;
        records[1].allocation_count = 1;
        metering_start(&nothing_said, 1);
        fixture.fake.fail_allocation = fixture.fake.allocations + failures;
        status = entitle_metering_batch_meter_usage(
            fixture.metering, &batch, &result, &fixture.error);
        assert_true(status == ENTITLE_OK || status == ENTITLE_OUT_OF_MEMORY);
        assert_int_equal(result != NULL, status == ENTITLE_OK);
        entitle_usage_batch_result_free(result);
        metering_tear_down(state);
    }
    metering_set_up(state);
    assert_true(failures > 8);
}

static void
batch_needs_a_client(void **state)
{
    (void)state;
    reset_batch();
    assert_int_equal(
        entitle_metering_batch_meter_usage(NULL, &batch, &result, NULL),
        ENTITLE_INVALID_ARGUMENT);
    assert_null(result);
    metering_start(&nothing_said, 1);
    assert_int_equal(
        entitle_metering_batch_meter_usage(fixture.metering, NULL, &result, NULL),
        ENTITLE_INVALID_ARGUMENT);
    assert_null(result);
}

#define TEST(name)                                                                     \
    cmocka_unit_test_setup_teardown(name, metering_set_up, metering_tear_down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(batch_sends_its_records_in_order),
        TEST(batch_names_customers_by_licence),
        TEST(batch_is_checked_before_it_is_sent),
        TEST(licence_without_scheme_is_explained),
        TEST(batch_has_1_mib_at_most),
        TEST(batch_survives_failing_memory),
        TEST(batch_needs_a_client),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
