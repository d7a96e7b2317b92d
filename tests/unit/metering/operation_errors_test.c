/* SPDX-License-Identifier: Apache-2.0 */
#include "support/cmocka.h"
#include "support/metering_fixture.h"

#include <entitle/customer.h>
#include <entitle/usage.h>

#include <stdio.h>
#include <string.h>

/* Each operation by its typed function; all that it gives is thrown away. */

static entitle_status
register_usage(void)
{
    entitle_registration *out = NULL;
    entitle_status status = entitle_metering_register_usage(
        fixture.metering, METERING_PRODUCT, 1, METERING_NONCE, &out, &fixture.error);

    assert_null(out);
    entitle_registration_free(out);
    return status;
}

static entitle_status
meter_usage(void)
{
    const entitle_usage usage = { .struct_size = sizeof(usage),
                                  .product_code = METERING_PRODUCT,
                                  .dimension = "requests",
                                  .at_s = FAKE_NOW_S };
    entitle_usage_receipt *out = NULL;
    entitle_status status =
        entitle_metering_meter_usage(fixture.metering, &usage, &out, &fixture.error);

    assert_null(out);
    entitle_usage_receipt_free(out);
    return status;
}

static entitle_status
batch_meter_usage(void)
{
    const entitle_customer_usage record = { .struct_size = sizeof(record),
                                            .customer_identifier = "cust-1",
                                            .dimension = "requests",
                                            .at_s = FAKE_NOW_S };
    const entitle_customer_usage *records[] = { &record };
    const entitle_usage_batch batch = { sizeof(batch), METERING_PRODUCT, records, 1 };
    entitle_usage_batch_result *out = NULL;
    entitle_status status = entitle_metering_batch_meter_usage(
        fixture.metering, &batch, &out, &fixture.error);

    assert_null(out);
    entitle_usage_batch_result_free(out);
    return status;
}

static entitle_status
resolve_customer(void)
{
    entitle_customer *out = NULL;
    entitle_status status = entitle_metering_resolve_customer(
        fixture.metering, METERING_NONCE, &out, &fixture.error);

    assert_null(out);
    entitle_customer_free(out);
    return status;
}

typedef struct error_case {
    entitle_status (*operation)(void);
    const char *code; /* without "Exception" */
    entitle_status want;
    size_t want_requests;
    const char *want_hint; /* a part of it */
} error_case;

/* The errors that the API model declares for each operation: 34 pairs. */
static const error_case cases[] = {
    { register_usage,
      "InvalidProductCode",
      ENTITLE_INVALID_PRODUCT_CODE,
      1,
      "product code" },
    { register_usage, "InvalidRegion", ENTITLE_INVALID_REGION, 1, "us-east-1" },
    { register_usage,
      "InvalidPublicKeyVersion",
      ENTITLE_INVALID_KEY_VERSION,
      1,
      "key version" },
    { register_usage,
      "PlatformNotSupported",
      ENTITLE_PLATFORM_NOT_SUPPORTED,
      1,
      "task role" },
    { register_usage, "CustomerNotEntitled", ENTITLE_NOT_ENTITLED, 1, "subscribe" },
    { register_usage, "Throttling", ENTITLE_THROTTLED, 3, "later" },
    { register_usage, "InternalServiceError", ENTITLE_SERVICE_ERROR, 3, "later" },
    { register_usage, "DisabledApi", ENTITLE_API_DISABLED, 1, "disabled" },

    { meter_usage, "InternalServiceError", ENTITLE_SERVICE_ERROR, 3, "later" },
    { meter_usage,
      "InvalidProductCode",
      ENTITLE_INVALID_PRODUCT_CODE,
      1,
      "product code" },
    { meter_usage, "InvalidUsageDimension", ENTITLE_INVALID_INPUT, 1, "dimension" },
    { meter_usage, "InvalidTag", ENTITLE_INVALID_INPUT, 1, "5 tags" },
    { meter_usage, "InvalidUsageAllocations", ENTITLE_INVALID_INPUT, 1, "add up" },
    { meter_usage, "InvalidEndpointRegion", ENTITLE_INVALID_REGION, 1, "us-east-1" },
    { meter_usage, "TimestampOutOfBounds", ENTITLE_INVALID_INPUT, 1, "6 hours" },
    { meter_usage, "DuplicateRequest", ENTITLE_INVALID_INPUT, 1, "one quantity" },
    { meter_usage, "IdempotencyConflict", ENTITLE_INVALID_INPUT, 1, "ClientToken" },
    { meter_usage, "Throttling", ENTITLE_THROTTLED, 3, "later" },
    { meter_usage, "CustomerNotEntitled", ENTITLE_NOT_ENTITLED, 1, "subscribe" },

    { batch_meter_usage, "InternalServiceError", ENTITLE_SERVICE_ERROR, 3, "later" },
    { batch_meter_usage,
      "InvalidProductCode",
      ENTITLE_INVALID_PRODUCT_CODE,
      1,
      "publishes the product" },
    { batch_meter_usage,
      "InvalidUsageDimension",
      ENTITLE_INVALID_INPUT,
      1,
      "dimension" },
    { batch_meter_usage, "InvalidTag", ENTITLE_INVALID_INPUT, 1, "5 tags" },
    { batch_meter_usage,
      "InvalidUsageAllocations",
      ENTITLE_INVALID_INPUT,
      1,
      "add up" },
    { batch_meter_usage,
      "InvalidCustomerIdentifier",
      ENTITLE_INVALID_INPUT,
      1,
      "ResolveCustomer" },
    { batch_meter_usage, "TimestampOutOfBounds", ENTITLE_INVALID_INPUT, 1, "24 hours" },
    { batch_meter_usage, "Throttling", ENTITLE_THROTTLED, 3, "later" },
    { batch_meter_usage, "DisabledApi", ENTITLE_API_DISABLED, 1, "disabled" },
    { batch_meter_usage, "InvalidLicense", ENTITLE_INVALID_INPUT, 1, "licence ARN" },

    { resolve_customer, "InvalidToken", ENTITLE_INVALID_INPUT, 1, "encoding" },
    { resolve_customer, "ExpiredToken", ENTITLE_INVALID_INPUT, 1, "again" },
    { resolve_customer, "Throttling", ENTITLE_THROTTLED, 3, "later" },
    { resolve_customer, "InternalServiceError", ENTITLE_SERVICE_ERROR, 3, "later" },
    { resolve_customer, "DisabledApi", ENTITLE_API_DISABLED, 1, "disabled" },

    /* Not declared: what a missing permission is, for any of them. */
    { register_usage,
      "AccessDenied",
      ENTITLE_ACCESS_DENIED,
      1,
      "aws-marketplace:RegisterUsage" },
    { meter_usage,
      "Unauthorized",
      ENTITLE_ACCESS_DENIED,
      1,
      "aws-marketplace:MeterUsage" },
    { batch_meter_usage,
      "AccessDenied",
      ENTITLE_ACCESS_DENIED,
      1,
      "aws-marketplace:BatchMeterUsage" },
    { resolve_customer,
      "Unauthorized",
      ENTITLE_ACCESS_DENIED,
      1,
      "aws-marketplace:ResolveCustomer" },
    { meter_usage, "Validation", ENTITLE_INVALID_INPUT, 1, "check" },
    { batch_meter_usage, "Serialization", ENTITLE_INVALID_INPUT, 1, "check" },
    { meter_usage, "ExpiredToken", ENTITLE_EXPIRED_CREDENTIALS, 1, "renew" },
};

static void
errors_have_status_sentence_and_remedy(void **state)
{
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const error_case *each = &cases[i];
        bool is_internal = strcmp(each->code, "InternalServiceError") == 0;
        char body[160];
        const scripted_answer answer = {
            .http_status = is_internal ? 500 : 400,
            .body = body,
            .headers = { "x-amzn-RequestId: req-1" },
        };

        print_message("  %s\n", each->code);
        (void)snprintf(
            body,
            sizeof(body),
            "{\"__type\":\"%sException\",\"message\":\"words\"}",
            each->code);
        metering_set_up(state);
        metering_start(&answer, 1);
        assert_int_equal(each->operation(), each->want);
        assert_int_equal(fixture.script.request_count, each->want_requests);
        assert_int_equal(fixture.error.status, each->want);
        assert_int_equal(fixture.error.http_status, answer.http_status);
        assert_string_equal(fixture.error.request_id, "req-1");
        assert_non_null(strstr(fixture.error.message, entitle_status_text(each->want)));
        assert_non_null(strstr(fixture.error.message, "words"));
        assert_non_null(strstr(fixture.error.hint, each->want_hint));
        assert_memory_equal(fixture.error.service_code, each->code, strlen(each->code));
        metering_tear_down(state);
    }
    metering_set_up(state);
}

#define TEST(name)                                                                     \
    cmocka_unit_test_setup_teardown(name, metering_set_up, metering_tear_down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(errors_have_status_sentence_and_remedy),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
