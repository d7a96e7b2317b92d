/* SPDX-License-Identifier: Apache-2.0 */
#include "support/cmocka.h"
#include "support/metering_fixture.h"

#include <entitle/usage.h>

#include <string.h>

/* Batches that were sent as JSON: what their answers say of each record. */

#define RESULTS                                                                        \
    "{\"Results\":[{\"Status\":\"Success\",\"MeteringRecordId\":\"b\","                \
    "\"UsageRecord\":"                                                                 \
    "{\"CustomerIdentifier\":\"cust-1\",\"Timestamp\":1795291200,\"Dimension\":"       \
    "\"requests\",\"Quantity\":2}}],\"UnprocessedRecords\":[{\"CustomerIdentifier\":"  \
    "\"cust-0\",\"Timestamp\":1795291200,\"Dimension\":\"requests\",\"Quantity\":1}]}"

enum { COUNT = 2, TOO_MANY = ENTITLE_USAGE_BATCH_LIMIT + 1 };

typedef struct asked {
    entitle_customer_usage records[COUNT];
    const entitle_customer_usage *pointers[TOO_MANY];
    entitle_usage_batch batch;
} asked;

static void
ask(asked *out)
{
    static const char *const customers[COUNT] = { "cust-0", "cust-1" };

    *out = (asked){ .batch = { .struct_size = sizeof(out->batch),
                               .records = out->pointers,
                               .record_count = COUNT } };
    for (size_t i = 0; i < COUNT; i++) {
        out->records[i] = (entitle_customer_usage){
            .struct_size = sizeof(out->records[i]),
            .customer_identifier = customers[i],
            .dimension = "requests",
            .at_s = FAKE_NOW_S,
            .quantity = (uint32_t)i + 1,
        };
    }
    for (size_t i = 0; i < TOO_MANY; i++) {
        out->pointers[i] = &out->records[i % COUNT];
    }
}

static entitle_answer *
call(const char *body)
{
    const scripted_answer with = { .http_status = 200, .body = body };
    entitle_answer *answer = NULL;

    metering_start(&with, 1);
    assert_int_equal(
        entitle_metering_call(
            fixture.metering, "BatchMeterUsage", "{}", 2, &answer, &fixture.error),
        ENTITLE_OK);
    return answer;
}

static entitle_status
read_answer(const char *body, const entitle_usage_batch *batch)
{
    entitle_usage_batch_result *result = NULL;
    entitle_answer *answer = call(body);
    entitle_status status =
        entitle_usage_batch_result_read(batch, answer, &result, &fixture.error);

    assert_int_equal(result != NULL, status == ENTITLE_OK);
    entitle_answer_free(answer);
    entitle_usage_batch_result_free(result);
    (void)metering_tear_down(NULL);
    (void)metering_set_up(NULL);
    return status;
}

/* The answer goes first: the result has all that it needs. */
static void
answer_tells_of_each_record(void **state)
{
    asked with;
    entitle_usage_batch_result *result = NULL;
    entitle_answer *answer = call(RESULTS);

    (void)state;
    ask(&with);
    assert_int_equal(
        entitle_usage_batch_result_read(&with.batch, answer, &result, NULL),
        ENTITLE_OK);
    entitle_answer_free(answer);
    assert_int_equal(entitle_usage_batch_result_count(result), COUNT);
    assert_int_equal(
        entitle_usage_batch_result_outcome(result, 0), ENTITLE_USAGE_UNPROCESSED);
    assert_int_equal(
        entitle_usage_batch_result_outcome(result, 1), ENTITLE_USAGE_SUCCESS);
    assert_string_equal(entitle_usage_batch_result_record_id(result, 1), "b");
    assert_int_equal(entitle_usage_batch_result_stray_count(result), 0);
    entitle_usage_batch_result_free(result);
}

static void
answer_of_another_operation_is_refused(void **state)
{
    asked with;

    (void)state;
    ask(&with);
    assert_int_equal(read_answer(RESULTS, &with.batch), ENTITLE_OK);
    assert_int_equal(
        read_answer("{\"CustomerIdentifier\":\"c\"}", &with.batch),
        ENTITLE_BAD_RESPONSE);
}

static void
batch_that_cannot_have_been_sent_is_refused(void **state)
{
    asked with;
    entitle_usage_batch_result *result = NULL;

    (void)state;
    ask(&with);
    assert_int_equal(read_answer(RESULTS, NULL), ENTITLE_INVALID_ARGUMENT);
    with.batch.record_count = ENTITLE_USAGE_BATCH_LIMIT;
    assert_int_equal(read_answer(RESULTS, &with.batch), ENTITLE_OK);
    with.batch.record_count = TOO_MANY;
    assert_int_equal(read_answer(RESULTS, &with.batch), ENTITLE_INVALID_INPUT);
    with.batch.record_count = 0;
    assert_int_equal(read_answer(RESULTS, &with.batch), ENTITLE_INVALID_INPUT);
    with.batch.record_count = COUNT;
    with.records[1].dimension = NULL;
    assert_int_equal(read_answer(RESULTS, &with.batch), ENTITLE_INVALID_INPUT);
    assert_int_equal(
        entitle_usage_batch_result_read(&with.batch, NULL, &result, NULL),
        ENTITLE_INVALID_ARGUMENT);
}

#define TEST(name)                                                                     \
    cmocka_unit_test_setup_teardown(name, metering_set_up, metering_tear_down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(answer_tells_of_each_record),
        TEST(answer_of_another_operation_is_refused),
        TEST(batch_that_cannot_have_been_sent_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
