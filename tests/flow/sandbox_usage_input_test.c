/* SPDX-License-Identifier: Apache-2.0 */
#include "meter_client.h"
#include "support/cmocka.h"

#include <stdio.h>
#include <string.h>

typedef struct body_case {
    const char *name;
    const char *body;
    const char *want_error; /* NULL: honoured */
    const char *want_text;  /* part of the message; NULL: whatever */
} body_case;

#define TIME ",\"Timestamp\":1773570000"

static const body_case body_cases[] = {
    { "everything",
      "{" CODE TIME QUANTITY ",\"DryRun\":false,\"ClientToken\":\"t\","
      "\"UsageAllocations\":[{\"AllocatedUsageQuantity\":5}]}",
      NULL,
      NULL },
    { "null is absent",
      "{" CODE TIME QUANTITY ",\"DryRun\":null,\"ClientToken\":null,"
      "\"UsageAllocations\":[{\"AllocatedUsageQuantity\":5,\"Tags\":null}]}",
      NULL,
      NULL },
    { "an unknown member",
      "{" CODE TIME QUANTITY ",\"Extra\":{\"a\":[1]},"
      "\"UsageAllocations\":[{\"AllocatedUsageQuantity\":5,\"Extra\":1}]}",
      NULL,
      NULL },

    { "not JSON", "ProductCode", "SerializationException", NULL },
    { "a member twice",
      "{" CODE TIME QUANTITY ",\"UsageQuantity\":5}",
      "SerializationException",
      NULL },
    { "a time that is an object",
      "{" CODE QUANTITY ",\"Timestamp\":{}}",
      "SerializationException",
      "'timestamp'" },
    { "a dimension that is a number",
      "{" CODE TIME ",\"UsageDimension\":1}",
      "SerializationException",
      "'usageDimension' can not be converted to a String" },
    { "a quantity that is text",
      "{" CODE TIME DIMENSION ",\"UsageQuantity\":\"5\"}",
      "SerializationException",
      "an Integer" },
    { "a flag that is text",
      "{" CODE TIME QUANTITY ",\"DryRun\":\"true\"}",
      "SerializationException",
      "a Boolean" },
    { "a flag that is a number",
      "{" CODE TIME QUANTITY ",\"DryRun\":1}",
      "SerializationException",
      NULL },
    { "allocations that are an object",
      "{" CODE TIME QUANTITY ",\"UsageAllocations\":{}}",
      "SerializationException",
      "a List" },
    { "an allocation that is a number",
      "{" CODE TIME QUANTITY
      ",\"UsageAllocations\":[{\"AllocatedUsageQuantity\":5},1]}",
      "SerializationException",
      "'usageAllocations.2.member' can not be converted to a Structure" },
    { "a tag that is text",
      "{" CODE TIME QUANTITY
      ",\"UsageAllocations\":[{\"AllocatedUsageQuantity\":5,\"Tags\":[\"k\"]}]}",
      "SerializationException",
      "'usageAllocations.1.member.tags.1.member'" },
    { "types before values: the last member's type, the first member's absence",
      "{\"Timestamp\":1773570000" QUANTITY ",\"ClientToken\":7}",
      "SerializationException",
      "'clientToken'" },

    { "nothing",
      "{}",
      "ValidationException",
      "3 validation errors detected: Value null at 'productCode' failed to satisfy "
      "constraint: Member must not be null; Value null at 'usageDimension'" },
    { "no product code",
      "{\"Timestamp\":1773570000" QUANTITY "}",
      "ValidationException",
      "1 validation error detected: Value null at 'productCode'" },
    { "no time", "{" CODE QUANTITY "}", "ValidationException", "null at 'timestamp'" },
    { "no dimension", "{" CODE TIME "}", "ValidationException", "'usageDimension'" },
    { "no quantity: it is 0",
      "{" CODE ",\"Timestamp\":1773566000" DIMENSION "}",
      NULL,
      NULL },
    { "a blank in the product code",
      "{\"ProductCode\":\"a b\"" TIME QUANTITY "}",
      "ValidationException",
      "'productCode' failed to satisfy constraint: Member must satisfy regular "
      "expression pattern: ^[-a-zA-Z0-9/=:_.@]*$" },
    { "an empty dimension",
      "{" CODE TIME ",\"UsageDimension\":\"\"}",
      "ValidationException",
      "have length greater than or equal to 1" },
    { "an empty token",
      "{" CODE TIME QUANTITY ",\"ClientToken\":\"\"}",
      "ValidationException",
      "'clientToken'" },
    { "no allocation",
      "{" CODE TIME QUANTITY ",\"UsageAllocations\":[]}",
      "ValidationException",
      "'usageAllocations' failed to satisfy constraint: Member must have length "
      "greater than or equal to 1" },
    { "an allocation that is null",
      "{" CODE TIME QUANTITY ",\"UsageAllocations\":[null]}",
      "ValidationException",
      "Value null at 'usageAllocations.1.member' failed" },
    { "an allocation without a quantity",
      "{" CODE TIME QUANTITY ",\"UsageAllocations\":[{}]}",
      "ValidationException",
      "'usageAllocations.1.member.allocatedUsageQuantity'" },
    { "an allocation with no tag in its list",
      "{" CODE TIME QUANTITY
      ",\"UsageAllocations\":[{\"AllocatedUsageQuantity\":5,\"Tags\":[]}]}",
      "ValidationException",
      "'usageAllocations.1.member.tags'" },
    { "a tag without a value",
      "{" CODE TIME QUANTITY ",\"UsageAllocations\":[{\"AllocatedUsageQuantity\":5,"
      "\"Tags\":[{\"Key\":\"k\"}]}]}",
      "ValidationException",
      "'usageAllocations.1.member.tags.1.member.value'" },
    { "a tag with an empty key",
      "{" CODE TIME QUANTITY
      ",\"UsageAllocations\":[{\"AllocatedUsageQuantity\":5,\"Tags\":["
      "{\"Key\":\"a\",\"Value\":\"b\"},{\"Key\":\"\",\"Value\":\"b\"}]}]}",
      "ValidationException",
      "'usageAllocations.1.member.tags.2.member.key'" },
    { "a secret is not repeated",
      "{" CODE TIME QUANTITY ",\"ClientToken\":\"\xe2\x82\xac\",\"DryRun\":false,"
      "\"UsageAllocations\":[{\"AllocatedUsageQuantity\":-1}]}",
      "ValidationException",
      "1 validation error detected: Value at "
      "'usageAllocations.1.member.allocatedUsageQuantity' failed to satisfy "
      "constraint: Member must have value greater than or equal to 0" },

    { "another product",
      "{\"ProductCode\":\"-aZ09/=:_.@\"" TIME QUANTITY "}",
      "InvalidProductCodeException",
      NULL },
    { "another dimension",
      "{" CODE TIME ",\"UsageDimension\":\"Requests\"}",
      "InvalidUsageDimensionException",
      NULL },
};

static void
body_is_held_to_the_model(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(body_cases) / sizeof(body_cases[0]); i++) {
        const body_case *one = &body_cases[i];
        print_message("%s\n", one->name);

        usage_call(
            &service_sandbox,
            &service_default_signer,
            "MeterUsage",
            one->body,
            &meter_outcome);

        meter_assert(one->want_error);
        if (one->want_text != NULL) {
            if (strstr(meter_outcome.message, one->want_text) == NULL) {
                print_message("%s\n", meter_outcome.message);
            }
            assert_non_null(strstr(meter_outcome.message, one->want_text));
        }
    }
}

typedef struct integer_case {
    const char *number;
    const char *want_error;
    int64_t want;
} integer_case;

static const integer_case integer_cases[] = {
    { "0", NULL, 0 },
    { "-0", NULL, 0 },
    { "1", NULL, 1 },
    { "1.0", NULL, 1 },
    { "1e3", NULL, 1000 },
    { "2.5e1", NULL, 25 },
    { "2147483647", NULL, 2147483647 },
    { "2147483648", "SerializationException", 0 },
    { "-1", "ValidationException", 0 },
    { "-2147483648", "ValidationException", 0 },
    { "-2147483649", "SerializationException", 0 },
    { "1.5", "SerializationException", 0 },
    { "1e-3", "SerializationException", 0 },
    { "1e400", "SerializationException", 0 },
    { "01", "SerializationException", 0 },
    { "NaN", "SerializationException", 0 },
    { "true", "SerializationException", 0 },
    { "[1]", "SerializationException", 0 },
};

/* The quantity of the newest record. */
static int64_t
last_quantity(void)
{
    cJSON *records = usage_records(&service_sandbox);
    const cJSON *list = cJSON_GetObjectItemCaseSensitive(records, "records");
    int64_t quantity = usage_number(
        cJSON_GetArrayItem(list, cJSON_GetArraySize(list) - 1), "quantity");
    cJSON_Delete(records);
    return quantity;
}

static void
quantity_is_an_integer_of_32_bits(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(integer_cases) / sizeof(integer_cases[0]); i++) {
        const integer_case *one = &integer_cases[i];
        char members[128];
        (void)snprintf(
            members, sizeof(members), DIMENSION ",\"UsageQuantity\":%s", one->number);
        print_message("%s\n", one->number);
        meter_become("ecs-task");

        meter(METER_TEN, members);

        meter_assert(one->want_error);
        if (one->want_error == NULL) {
            assert_int_equal(last_quantity(), one->want);
        }
    }
}

typedef struct length_case {
    const char *before;
    const char *unit; /* that is repeated */
    int count;
    const char *after;
    const char *want_error;
} length_case;

static const length_case length_cases[] = {
    { ",\"UsageDimension\":\"", "d", 255, "\"", "InvalidUsageDimensionException" },
    { ",\"UsageDimension\":\"", "d", 256, "\"", "ValidationException" },
    /* Characters are counted, not bytes. */
    { ",\"UsageDimension\":\"",
      "\xe2\x82\xac",
      255,
      "\"",
      "InvalidUsageDimensionException" },
    { ",\"UsageDimension\":\"", "\xe2\x82\xac", 256, "\"", "ValidationException" },
    { QUANTITY ",\"ClientToken\":\"", "t", 64, "\"", NULL },
    { QUANTITY ",\"ClientToken\":\"", "t", 65, "\"", "ValidationException" },
};

static const length_case tag_length_cases[] = {
    { "\"Key\":\"", "k", 100, "\",\"Value\":\"v\"", NULL },
    { "\"Key\":\"", "k", 101, "\",\"Value\":\"v\"", "ValidationException" },
    { "\"Key\":\"k\",\"Value\":\"", "v", 256, "\"", NULL },
    { "\"Key\":\"k\",\"Value\":\"", "v", 257, "\"", "ValidationException" },
};

static void
meter_repeated(const char *before, const length_case *one, const char *after)
{
    static char members[4096];
    size_t length =
        (size_t)snprintf(members, sizeof(members), "%s%s", before, one->before);
    for (int i = 0; i < one->count; i++) {
        length += (size_t)snprintf(
            members + length, sizeof(members) - length, "%s", one->unit);
    }
    (void)snprintf(
        members + length, sizeof(members) - length, "%s%s", one->after, after);
    meter_become("ecs-task");

    meter(METER_TEN, members);

    print_message("%s… %d\n", one->before, one->count);
    meter_assert(one->want_error);
}

static void
texts_are_as_long_as_the_model_says(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(length_cases) / sizeof(length_cases[0]); i++) {
        meter_repeated("", &length_cases[i], "");
    }
    for (size_t i = 0; i < sizeof(tag_length_cases) / sizeof(tag_length_cases[0]);
         i++) {
        meter_repeated(
            QUANTITY ",\"UsageAllocations\":[{\"AllocatedUsageQuantity\":5,\"Tags\":[{",
            &tag_length_cases[i],
            "}]}]");
    }
}

/* Each printable character of ASCII, and some beyond: the pattern's range is wide. */
static void
tags_hold_the_characters_of_the_pattern(void **state)
{
    (void)state;
    static const char refused[] = ">?[\\]^`{|}~\x7f";
    for (int c = ' '; c <= 0x7f; c++) {
        char members[256];
        const char *escape = c == '"' || c == '\\' ? "\\" : "";
        bool is_refused = strchr(refused, c) != NULL;
        (void)snprintf(
            members,
            sizeof(members),
            QUANTITY ",\"UsageAllocations\":[{\"AllocatedUsageQuantity\":5,\"Tags\":"
                     "[{\"Key\":\"%s%c\",\"Value\":\"v\"}]}]",
            escape,
            c);
        meter_become("ecs-task");

        meter(METER_TEN, members);

        print_message("%c\n", c);
        meter_assert(is_refused ? "ValidationException" : NULL);
    }
    meter(
        METER_TEN,
        QUANTITY ",\"UsageAllocations\":[{\"AllocatedUsageQuantity\":5,\"Tags\":["
                 "{\"Key\":\"k\",\"Value\":\"\xc3\xa9\"}]}]");
    meter_assert("ValidationException");
    meter(
        METER_TEN,
        QUANTITY ",\"UsageAllocations\":[{\"AllocatedUsageQuantity\":5,\"Tags\":["
                 "{\"Key\":\"k\",\"Value\":\"a\\nb\"}]}]");
    meter_assert("ValidationException");
}

typedef struct time_case {
    const char *time; /* as it stands in the body */
    const char *want_error;
    int64_t want_s;
    bool want_note;
} time_case;

static const time_case time_cases[] = {
    { "1773570000", NULL, 1773570000, false },
    { "1773570000.678", NULL, 1773570000, false },
    { "1773570000.999", NULL, 1773570000, false },
    { "1.77357e9", NULL, 1773570000, false },
    { "1.773570000678E9", NULL, 1773570000, false },
    { "\"1773570000\"", NULL, 1773570000, false },
    { "\"1.77357e9\"", NULL, 1773570000, false },
    { "\"2026-03-15T10:20:00Z\"", NULL, 1773570000, true },
    { "\"2026-03-15T10:20:00.5Z\"", NULL, 1773570000, true },
    { "\"2026-03-15T11:20:00+01:00\"", NULL, 1773570000, true },

    { "\"2026-02-30T10:20:00Z\"", "SerializationException", 0, false },
    { "\"yesterday\"", "SerializationException", 0, false },
    { "\"\"", "SerializationException", 0, false },
    { "\"NaN\"", "SerializationException", 0, false },
    { "\"Infinity\"", "SerializationException", 0, false },
    { "\"1e999\"", "SerializationException", 0, false },
    { "\" 1773570000\"", "SerializationException", 0, false },
    { "\"1773570000\\n\"", "SerializationException", 0, false },
    { "\"1 2\"", "SerializationException", 0, false },
    { "\"[1]\"", "SerializationException", 0, false },
    { "1e999", "SerializationException", 0, false },
    { "true", "SerializationException", 0, false },
    { "[]", "SerializationException", 0, false },
    { "0", "TimestampOutOfBoundsException", 0, false },
    { "-1", "TimestampOutOfBoundsException", 0, false },
    { "-1.5", "TimestampOutOfBoundsException", 0, false },
    { "-1e300", "TimestampOutOfBoundsException", 0, false },
    { "1e300", "TimestampOutOfBoundsException", 0, false },
    { "9223372036854775808", "TimestampOutOfBoundsException", 0, false },
    { "1773570000678", "TimestampOutOfBoundsException", 0, false }, /* milliseconds */
};

static void
time_is_read_in_every_form_that_clients_send(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(time_cases) / sizeof(time_cases[0]); i++) {
        const time_case *one = &time_cases[i];
        print_message("%s\n", one->time);
        meter_become("ecs-task");

        meter_text(one->time, QUANTITY);

        meter_assert(one->want_error);
        assert_int_equal(meter_outcome.note[0] != '\0', one->want_note);
        if (one->want_error == NULL) {
            cJSON *records = usage_records(&service_sandbox);
            const cJSON *list = cJSON_GetObjectItemCaseSensitive(records, "records");
            const cJSON *last = cJSON_GetArrayItem(list, cJSON_GetArraySize(list) - 1);
            /* Whether it is a number or ISO 8601 is not what is tested here. */
            const cJSON *timestamp =
                cJSON_GetObjectItemCaseSensitive(last, "timestamp");
            if (cJSON_IsNumber(timestamp)) {
                assert_int_equal((int64_t)timestamp->valuedouble, one->want_s);
            } else {
                assert_string_equal(
                    cJSON_GetStringValue(timestamp), "2026-03-15T10:20:00Z");
            }
            cJSON_Delete(records);
        }
    }
}

/* Allocations of one unit each, told apart by a number. */
static void
meter_allocations(int count, int quantity)
{
    static char members[512 * 1024];
    size_t length = (size_t)snprintf(
        members,
        sizeof(members),
        DIMENSION ",\"UsageQuantity\":%d,\"UsageAllocations\":[",
        quantity);
    for (int i = 0; i < count; i++) {
        length += (size_t)snprintf(
            members + length,
            sizeof(members) - length,
            "%s" ALLOCATED("1", TAG("n", "%d")),
            i > 0 ? "," : "",
            i);
    }
    (void)snprintf(members + length, sizeof(members) - length, "]");
    meter_become("ecs-task");
    meter(METER_TEN, members);
}

static void
allocations_are_2500_at_most(void **state)
{
    (void)state;
    meter_allocations(2500, 2500);
    meter_assert(NULL);
    meter_allocations(2501, 2501);
    meter_assert("InvalidUsageAllocationsException");
    assert_non_null(strstr(meter_outcome.message, "2500"));
    meter_assert_rule("2,500 allocations");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(body_is_held_to_the_model, meter_begin),
        cmocka_unit_test_setup(quantity_is_an_integer_of_32_bits, meter_begin),
        cmocka_unit_test_setup(texts_are_as_long_as_the_model_says, meter_begin),
        cmocka_unit_test_setup(tags_hold_the_characters_of_the_pattern, meter_begin),
        cmocka_unit_test_setup(
            time_is_read_in_every_form_that_clients_send, meter_begin),
        cmocka_unit_test_setup(allocations_are_2500_at_most, meter_begin),
    };
    return cmocka_run_group_tests_name(
        "sandbox_usage_input", tests, service_start, service_stop);
}
