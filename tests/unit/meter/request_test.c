/* SPDX-License-Identifier: Apache-2.0 */
#include "meter/request.h"
#include "support/cmocka.h"
#include "support/fake_runtime.h"

#include <string.h>

enum { HOUR_START = FAKE_NOW_S, HOUR_END = HOUR_START + 3600 };

static ent_ledger_record
ordinary(void)
{
    return (ent_ledger_record){
        .key = { .product_code = "prod-1", .dimension = "requests" },
        .hour_s = HOUR_START,
        .quantity = 7,
        .client_token = "",
    };
}

static void
expect(
    const ent_ledger_record *record,
    const ent_tag_sum *tags,
    size_t tag_count,
    int64_t now_s,
    const char *want)
{
    fake_runtime fake;
    ent_buffer out;
    fake_runtime_init(&fake);
    ent_buffer_init(&out, &fake.runtime, 4096);
    ent_meter_write_request(record, tags, tag_count, now_s, &out);
    assert_false(out.failed);
    assert_int_equal(out.length, strlen(want));
    assert_memory_equal(out.bytes, want, out.length);
    ent_buffer_clear(&out);
    assert_int_equal(fake.blocks_in_use, 0);
}

static void
an_hour_that_is_over_is_dated_with_its_last_second(void **state)
{
    ent_ledger_record record = ordinary();
    static const char want[] = "{\"ProductCode\":\"prod-1\",\"Timestamp\":1795294799,"
                               "\"UsageDimension\":\"requests\",\"UsageQuantity\":7}";
    (void)state;
    expect(&record, NULL, 0, HOUR_END, want);
    expect(&record, NULL, 0, HOUR_END - 1, want);
    expect(&record, NULL, 0, HOUR_END + 5 * 3600, want);
}

static void
the_running_hour_is_dated_now(void **state)
{
    ent_ledger_record record = ordinary();
    (void)state;
    expect(
        &record,
        NULL,
        0,
        HOUR_END - 2,
        "{\"ProductCode\":\"prod-1\",\"Timestamp\":1795294798,"
        "\"UsageDimension\":\"requests\",\"UsageQuantity\":7}");
}

static void
allocations_stand_in_their_order(void **state)
{
    ent_ledger_record record = ordinary();
    static const ent_tag_sum tags[] = {
        { "[{\"Key\":\"a\",\"Value\":\"1\"}]", 4 },
        { "[{\"Key\":\"a\",\"Value\":\"2\"}]", 2 },
        { "", 1 },
    };
    (void)state;
    expect(
        &record,
        tags,
        3,
        HOUR_END,
        "{\"ProductCode\":\"prod-1\",\"Timestamp\":1795294799,"
        "\"UsageDimension\":\"requests\",\"UsageQuantity\":7,\"UsageAllocations\":["
        "{\"AllocatedUsageQuantity\":4,\"Tags\":[{\"Key\":\"a\",\"Value\":\"1\"}]},"
        "{\"AllocatedUsageQuantity\":2,\"Tags\":[{\"Key\":\"a\",\"Value\":\"2\"}]},"
        "{\"AllocatedUsageQuantity\":1}]}");
}

static void
an_event_keeps_its_time_and_its_token(void **state)
{
    ent_ledger_record record = ordinary();
    (void)state;
    record.hour_s = HOUR_START + 1234;
    record.client_token = "token-1";
    expect(
        &record,
        NULL,
        0,
        HOUR_END,
        "{\"ProductCode\":\"prod-1\",\"Timestamp\":1795292434,"
        "\"UsageDimension\":\"requests\",\"UsageQuantity\":7,"
        "\"ClientToken\":\"token-1\"}");
}

static void
names_are_escaped(void **state)
{
    ent_ledger_record record = ordinary();
    (void)state;
    record.key.dimension = "a\"b\\c\n";
    record.quantity = 2147483647;
    expect(
        &record,
        NULL,
        0,
        HOUR_END,
        "{\"ProductCode\":\"prod-1\",\"Timestamp\":1795294799,"
        "\"UsageDimension\":\"a\\\"b\\\\c\\n\",\"UsageQuantity\":2147483647}");
}

/* --- Customers' records -------------------------------------------------------------
 */

static void
expect_element(
    ent_ledger_record *record,
    const ent_tag_sum *tags,
    size_t tag_count,
    const char *want,
    int64_t want_time_s)
{
    fake_runtime fake;
    ent_buffer out;
    fake_runtime_init(&fake);
    ent_buffer_init(&out, &fake.runtime, 4096);
    ent_meter_write_usage_record(record, tags, tag_count, HOUR_START + 100, &out);
    assert_false(out.failed);
    assert_string_equal(ent_buffer_text(&out), want);
    record->request = out.bytes;
    record->request_length = out.length;
    assert_int_equal(ent_meter_usage_record_time(record), want_time_s);
    ent_buffer_clear(&out);
}

static void
a_customer_is_named_in_one_way(void **state)
{
    ent_ledger_record record = ordinary();
    (void)state;
    record.key.form = ENT_CUSTOMER_IDENTIFIER;
    record.key.customer = "cust-\"1\"";
    record.key.license_arn = "";
    expect_element(
        &record,
        NULL,
        0,
        "{\"Timestamp\":1795291300,\"CustomerIdentifier\":\"cust-\\\"1\\\"\","
        "\"Dimension\":\"requests\",\"Quantity\":7}",
        HOUR_START + 100);
    record.hour_s -= 3600;
    record.key.form = ENT_CUSTOMER_LICENSE;
    record.key.customer = "123456789012";
    record.key.license_arn = "arn:aws:l-1";
    expect_element(
        &record,
        NULL,
        0,
        "{\"Timestamp\":1795291199,\"CustomerAWSAccountId\":\"123456789012\","
        "\"LicenseArn\":\"arn:aws:l-1\",\"Dimension\":\"requests\",\"Quantity\":7}",
        HOUR_START - 1);
}

static void
a_customers_allocations_stand_last(void **state)
{
    static const ent_tag_sum tags[] = {
        { .tags = "[{\"Key\":\"a\",\"Value\":\"1\"}]", .quantity = 5 },
        { .tags = "", .quantity = 2 },
    };
    ent_ledger_record record = ordinary();
    (void)state;
    record.hour_s -= 3600;
    record.key.form = ENT_CUSTOMER_IDENTIFIER;
    record.key.customer = "c";
    expect_element(
        &record,
        tags,
        2,
        "{\"Timestamp\":1795291199,\"CustomerIdentifier\":\"c\","
        "\"Dimension\":\"requests\",\"Quantity\":7,\"UsageAllocations\":["
        "{\"AllocatedUsageQuantity\":5,\"Tags\":[{\"Key\":\"a\",\"Value\":\"1\"}]},"
        "{\"AllocatedUsageQuantity\":2}]}",
        HOUR_START - 1);
}

static void
an_element_of_another_form_has_the_hours_last_second(void **state)
{
    ent_ledger_record record = ordinary();
    (void)state;
    record.request = "{\"Dimension\":\"requests\",\"Timestamp\":1}";
    record.request_length = strlen(record.request);
    assert_int_equal(ent_meter_usage_record_time(&record), HOUR_END - 1);
    record.request = "{}";
    record.request_length = 2;
    assert_int_equal(ent_meter_usage_record_time(&record), HOUR_END - 1);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_hour_that_is_over_is_dated_with_its_last_second),
        cmocka_unit_test(the_running_hour_is_dated_now),
        cmocka_unit_test(allocations_stand_in_their_order),
        cmocka_unit_test(an_event_keeps_its_time_and_its_token),
        cmocka_unit_test(names_are_escaped),
        cmocka_unit_test(a_customer_is_named_in_one_way),
        cmocka_unit_test(a_customers_allocations_stand_last),
        cmocka_unit_test(an_element_of_another_form_has_the_hours_last_second),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
