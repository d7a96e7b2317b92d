/* SPDX-License-Identifier: Apache-2.0 */
#include "answers.h"
#include "failing_calls.h"
#include "support/cmocka.h"
#include "surroundings.h"
#include "sweep.h"

#include <entitle/customer.h>
#include <entitle/metering.h>
#include <entitle/usage.h>

#include <string.h>

/*
 * Each operation with a transport and credentials that hold. After a failure the same
 * call succeeds, and the error says that nothing is done only where nothing was sent.
 */
#define PRODUCT "cqcvf9f0ugw8rkbgmf1c9dxyz"
#define ACCOUNT "123456789012"
#define ARN     "arn:aws:license-manager::294406891311:license:l-0123456789abcdef"
#define RECORD  "\"MeteringRecordId\":\"record-1\""
#define CUSTOMER                                                                       \
    "{\"CustomerIdentifier\":\"cust-1\",\"CustomerAWSAccountId\":\"" ACCOUNT           \
    "\",\"ProductCode\":\"" PRODUCT "\",\"LicenseArn\":\"" ARN "\"}"

static const fault_answer said[] = {
    ANSWER(
        ".RegisterUsage",
        200,
        "{\"Signature\":\"the.signed.token\",\"PublicKeyRotationTimestamp\":"
        "1500000000}"),
    ANSWER(".MeterUsage", 200, "{" RECORD "}"),
    ANSWER(
        ".BatchMeterUsage",
        200,
        "{\"Results\":[{" RECORD ",\"Status\":\"Success\",\"UsageRecord\":{"
        "\"CustomerIdentifier\":\"cust-1\",\"Dimension\":\"requests\",\"Quantity\":7,"
        "\"Timestamp\":1795291200}}],\"UnprocessedRecords\":[]}"),
    ANSWER(".ResolveCustomer", 200, CUSTOMER),
};

static const fault_answer dry[] = {
    ANSWER(
        ".MeterUsage",
        400,
        "{\"__type\":\"DryRunOperation\",\"message\":\"would have been metered\"}"),
};

static entitle_metering *client;
static entitle_registration *registration;
static entitle_usage_receipt *receipt;
static entitle_usage_batch_result *result;
static entitle_customer *customer;
static entitle_answer *answer;
static entitle_calls *calls;

static entitle_status
provide(
    void *context,
    bool refresh,
    int64_t timeout_ms,
    entitle_credentials *out,
    entitle_error *error)
{
    (void)context;
    (void)refresh;
    (void)timeout_ms;
    return entitle_credentials_set(
        out,
        ENTITLE_CREDENTIALS_ECS_TASK_ROLE,
        "ASIAEXAMPLE",
        "the-secret-access-key",
        "the-session-token",
        0,
        error);
}

static const entitle_credentials_provider provider = {
    .struct_size = sizeof(provider),
    .provide = provide,
};

static entitle_status
make_client(entitle_error *error)
{
    const entitle_metering_options options = {
        .struct_size = sizeof(options),
        .runtime = &surroundings.runtime,
        .transport = &answers_transport,
        .credentials = &provider,
        .region = "eu-west-1",
    };

    return entitle_metering_new(&options, &client, error);
}

static void
begin(void)
{
    surroundings_begin();
    ANSWERS_SET(said);
}

static void
prepare(void)
{
    begin();
    assert_int_equal(make_client(NULL), ENTITLE_OK);
}

static void
clear(void)
{
    entitle_registration_free(registration);
    entitle_usage_receipt_free(receipt);
    entitle_usage_batch_result_free(result);
    entitle_customer_free(customer);
    entitle_answer_free(answer);
    entitle_calls_free(calls);
    entitle_metering_free(client);
    registration = NULL;
    receipt = NULL;
    result = NULL;
    customer = NULL;
    answer = NULL;
    calls = NULL;
    client = NULL;
}

/* Certainly undone is what was never sent, and here nothing else. */
static void
expect_certainty(const entitle_error *error)
{
    assert_int_equal(error->is_certainly_undone, answers_given() == 0);
}

static entitle_status
judge(entitle_status status, bool is_there, entitle_error *error)
{
    assert_int_equal(is_there, status == ENTITLE_OK);
    assert_int_equal(entitle_metering_attempts(client), answers_given());
    if (status != ENTITLE_OK && error != NULL) {
        expect_certainty(error);
    }
    return status;
}

static void
expect_client(entitle_status status)
{
    assert_int_equal(client != NULL, status == ENTITLE_OK);
    if (status != ENTITLE_OK) {
        return;
    }
    assert_string_equal(entitle_metering_region(client), "eu-west-1");
    assert_string_not_equal(entitle_metering_region_origin(client), "");
    assert_non_null(strstr(entitle_metering_endpoint(client), "eu-west-1"));
    assert_int_equal(entitle_metering_attempts(client), 0);
    assert_int_equal(entitle_metering_clock_offset_ms(client), 0);
    assert_int_equal(
        entitle_metering_credentials_kind(client), ENTITLE_CREDENTIALS_UNKNOWN);
    assert_string_equal(
        entitle_credentials_kind_name(entitle_metering_credentials_kind(client)),
        "unknown");
}

static entitle_status
register_usage(entitle_error *error)
{
    entitle_status status = entitle_metering_register_usage(
        client, PRODUCT, 1, "a-nonce", &registration, error);

    return judge(status, registration != NULL, error);
}

static void
expect_registration(entitle_status status)
{
    int64_t at_s = 0;

    if (status != ENTITLE_OK) {
        ANSWERS_SET(said);
        assert_int_equal(register_usage(NULL), ENTITLE_OK);
    }
    assert_string_equal(
        entitle_registration_signature_unverified(registration), "the.signed.token");
    assert_string_equal(entitle_registration_request_id(registration), "request-1");
    assert_true(entitle_registration_key_rotated_at(registration, &at_s));
    assert_int_equal(at_s, 1500000000);
}

static entitle_status
meter(bool is_dry, entitle_error *error)
{
    static const entitle_tag tag = { "team", "a" };
    entitle_allocation allocations[] = { { 3, &tag, 1 }, { 0, NULL, 0 } };
    const entitle_usage usage = {
        .struct_size = sizeof(usage),
        .product_code = PRODUCT,
        .dimension = "requests",
        .at_s = entitle_usage_hour(FAKE_NOW_S),
        .quantity = 7,
        .dry_run = is_dry,
        .allocations = allocations,
        .allocation_count = 2,
    };

    assert_true(entitle_meter_usage_closes_at(usage.at_s) > FAKE_NOW_S);
    assert_true(entitle_allocations_fill(allocations, 2, usage.quantity));
    return entitle_metering_meter_usage(client, &usage, &receipt, error);
}

static entitle_status
meter_usage(entitle_error *error)
{
    entitle_status status = meter(false, error);

    return judge(status, receipt != NULL, error);
}

static void
expect_receipt(entitle_status status)
{
    if (status != ENTITLE_OK) {
        ANSWERS_SET(said);
        assert_int_equal(meter_usage(NULL), ENTITLE_OK);
    }
    assert_string_equal(entitle_usage_receipt_record_id(receipt), "record-1");
    assert_string_equal(entitle_usage_receipt_request_id(receipt), "request-1");
}

static void
prepare_dry(void)
{
    prepare();
    ANSWERS_SET(dry);
}

static entitle_status
meter_dry(entitle_error *error)
{
    entitle_status status = meter(true, error);

    /* An answer that cannot be read for want of memory is not taken for another. */
    assert_true(
        status == ENTITLE_DRY_RUN_ACCEPTED || status == ENTITLE_OUT_OF_MEMORY ||
        status == ENTITLE_INTERNAL_ERROR);
    return judge(
        status == ENTITLE_DRY_RUN_ACCEPTED ? ENTITLE_OK : status,
        receipt != NULL,
        error);
}

static void
expect_dry_receipt(entitle_status status)
{
    if (status == ENTITLE_OK) {
        assert_string_equal(entitle_usage_receipt_record_id(receipt), "");
    }
}

static const entitle_customer_usage record = {
    .struct_size = sizeof(record),
    .customer_identifier = "cust-1",
    .dimension = "requests",
    .at_s = FAKE_NOW_S,
    .quantity = 7,
};
static const entitle_customer_usage *const records[] = { &record };
static const entitle_usage_batch batch = {
    .struct_size = sizeof(batch),
    .product_code = PRODUCT,
    .records = records,
    .record_count = 1,
};

static entitle_status
meter_batch(entitle_error *error)
{
    entitle_status status =
        entitle_metering_batch_meter_usage(client, &batch, &result, error);

    return judge(status, result != NULL, error);
}

static void
expect_result(entitle_status status)
{
    if (status != ENTITLE_OK) {
        ANSWERS_SET(said);
        assert_int_equal(meter_batch(NULL), ENTITLE_OK);
    }
    assert_true(entitle_batch_meter_usage_closes_at(record.at_s) > FAKE_NOW_S);
    assert_int_equal(entitle_usage_batch_result_count(result), 1);
    assert_int_equal(entitle_usage_batch_result_stray_count(result), 0);
    assert_string_equal(
        entitle_usage_outcome_name(entitle_usage_batch_result_outcome(result, 0)),
        "success");
    assert_string_equal(entitle_usage_batch_result_record_id(result, 0), "record-1");
    assert_string_equal(entitle_usage_batch_result_request_id(result), "request-1");
}

static entitle_status
resolve(entitle_error *error)
{
    entitle_status status =
        entitle_metering_resolve_customer(client, "a-token", &customer, error);

    return judge(status, customer != NULL, error);
}

static void
expect_customer(entitle_status status)
{
    if (status != ENTITLE_OK) {
        ANSWERS_SET(said);
        assert_int_equal(resolve(NULL), ENTITLE_OK);
    }
    assert_string_equal(entitle_customer_account(customer), ACCOUNT);
    assert_string_equal(entitle_customer_identifier(customer), "cust-1");
    assert_string_equal(entitle_customer_product_code(customer), PRODUCT);
    assert_string_equal(entitle_customer_license_arn(customer), ARN);
    assert_string_equal(entitle_customer_request_id(customer), "request-1");
}

static const char batch_json[] =
    "{\"ProductCode\":\"" PRODUCT "\",\"UsageRecords\":[{\"CustomerIdentifier\":"
    "\"cust-1\",\"Dimension\":\"requests\",\"Quantity\":7,\"Timestamp\":1795291200}]}";

static entitle_status
call(entitle_error *error)
{
    entitle_status status = entitle_metering_call(
        client, "BatchMeterUsage", batch_json, strlen(batch_json), &answer, error);

    return judge(status, answer != NULL, error);
}

static void
expect_answer(entitle_status status)
{
    if (status != ENTITLE_OK) {
        ANSWERS_SET(said);
        assert_int_equal(call(NULL), ENTITLE_OK);
    }
    assert_string_equal(entitle_answer_json(answer), said[2].body);
    assert_string_equal(entitle_answer_request_id(answer), "request-1");
}

static void
prepare_answer(void)
{
    prepare();
    assert_int_equal(call(NULL), ENTITLE_OK);
}

static entitle_status
read_result(entitle_error *error)
{
    entitle_status status =
        entitle_usage_batch_result_read(&batch, answer, &result, error);

    assert_int_equal(result != NULL, status == ENTITLE_OK);
    return status;
}

static void
expect_read_result(entitle_status status)
{
    if (status != ENTITLE_OK) {
        assert_int_equal(read_result(NULL), ENTITLE_OK);
    }
    expect_result(ENTITLE_OK);
}

static entitle_status
start_one(entitle_error *error)
{
    return entitle_calls_start(
        calls, "BatchMeterUsage", batch_json, strlen(batch_json), &calls, error);
}

/* Whatever was started is handed out, once, and with a status of its own. */
static entitle_status
finish_one(entitle_error *error)
{
    entitle_finished_call finished;

    assert_int_equal(entitle_calls_next(calls, &finished, NULL), ENTITLE_OK);
    assert_ptr_equal(finished.context, &calls);
    assert_int_equal(finished.answer != NULL, finished.status == ENTITLE_OK);
    if (finished.status != ENTITLE_OK) {
        assert_int_equal(finished.error.status, finished.status);
        assert_int_equal(finished.error.is_certainly_undone, finished.attempts == 0);
        *error = finished.error;
    }
    entitle_answer_free(finished.answer);
    return finished.status;
}

static entitle_status
call_several(entitle_error *error)
{
    size_t started = 0;

    entitle_status status = entitle_calls_new(client, 2, &calls, error);
    assert_int_equal(calls != NULL, status == ENTITLE_OK);
    for (size_t i = 0; i < 2 && status == ENTITLE_OK; i++) {
        status = start_one(error);
        started += status == ENTITLE_OK;
        assert_int_equal(entitle_calls_running(calls), started);
    }
    for (size_t i = 0; i < started; i++) {
        entitle_status one = finish_one(error);
        status = one != ENTITLE_OK ? one : status;
    }
    assert_int_equal(entitle_calls_running(calls), 0);
    return status;
}

static void
expect_calls(entitle_status status)
{
    (void)status;
    entitle_calls_free(calls);
    calls = NULL;
    entitle_error error;
    assert_int_equal(call_several(&error), ENTITLE_OK);
}

/* Given up while one is under way. */
static entitle_status
abandon(entitle_error *error)
{
    entitle_status status = entitle_calls_new(client, 2, &calls, error);

    if (status == ENTITLE_OK) {
        status = start_one(error);
    }
    entitle_calls_free(calls);
    calls = NULL;
    return status;
}

static const fault_scenario scenarios[] = {
    { "metering_new", begin, make_client, expect_client, clear, FAULT_NONE_WITHIN },
    { "register_usage", prepare, register_usage, expect_registration, clear, 0 },
    { "meter_usage", prepare, meter_usage, expect_receipt, clear, 0 },
    { "dry_run", prepare_dry, meter_dry, expect_dry_receipt, clear, 0 },
    { "batch_meter_usage", prepare, meter_batch, expect_result, clear, 0 },
    { "batch_result_read",
      prepare_answer,
      read_result,
      expect_read_result,
      clear,
      FAULT_NONE_WITHIN },
    { "resolve_customer", prepare, resolve, expect_customer, clear, 0 },
    { "call", prepare, call, expect_answer, clear, 0 },
    { "calls", prepare, call_several, expect_calls, clear, 0 },
    { "calls_free", prepare, abandon, expect_calls, clear, 0 },
};

int
main(void)
{
    failing_inner_memory_install();
    return FAULT_SWEEP("metering", scenarios);
}
