/* SPDX-License-Identifier: Apache-2.0 */
#include "support/cmocka.h"
#include "support/metering_fixture.h"

#include <entitle/usage.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RECORD_ID "8f41fcd4-1d4a-4b9c-9d0f-1a2b3c4d5e6f"

static const scripted_answer metered = {
    .http_status = 200,
    .body = "{\"MeteringRecordId\":\"" RECORD_ID "\"}",
    .headers = { "x-amzn-RequestId: req-1" },
};

static const scripted_answer dry_run_accepted = METERING_ERROR("DryRunOperation");

static entitle_usage_receipt *receipt;

static entitle_usage
ordinary_usage(void)
{
    return (entitle_usage){
        .struct_size = sizeof(entitle_usage),
        .product_code = METERING_PRODUCT,
        .dimension = "requests",
        .at_s = FAKE_NOW_S,
        .quantity = 7,
    };
}

static entitle_status
meter(const entitle_usage *usage, const scripted_answer *answers, size_t count)
{
    metering_start(answers, count);
    return entitle_metering_meter_usage(
        fixture.metering, usage, &receipt, &fixture.error);
}

/* --- What is sent and what comes back --------------------------------------------- */

static void
meter_usage_sends_the_record(void **state)
{
    static const entitle_tag tags[] = { { "team", "a \"b\"" }, { "x", "=" } };
    static const entitle_allocation allocations[] = {
        { .quantity = 5, .tags = tags, .tag_count = 2 },
        { .quantity = 2, .tags = NULL, .tag_count = 0 },
    };
    entitle_usage usage = ordinary_usage();

    (void)state;
    usage.allocations = allocations;
    usage.allocation_count = 2;
    usage.client_token = "token-1";
    assert_int_equal(meter(&usage, &metered, 1), ENTITLE_OK);
    assert_string_equal(
        fixture.script.requests[0].body,
        "{\"ProductCode\":\"" METERING_PRODUCT
        "\",\"Timestamp\":1795291200,\"UsageDimension\":\"requests\",\"UsageQuantity\":"
        "7,\"UsageAllocations\":[{\"AllocatedUsageQuantity\":5,\"Tags\":[{\"Key\":"
        "\"team\",\"Value\":\"a \\\"b\\\"\"},{\"Key\":\"x\",\"Value\":\"=\"}]},{"
        "\"AllocatedUsageQuantity\":2}],\"ClientToken\":\"token-1\"}");
    assert_string_equal(
        scripted_transport_header(&fixture.script, 0, "x-amz-target"),
        "AWSMPMeteringService.MeterUsage");
    assert_string_equal(entitle_usage_receipt_record_id(receipt), RECORD_ID);
    assert_string_equal(entitle_usage_receipt_request_id(receipt), "req-1");
    entitle_usage_receipt_free(receipt);
}

/* So that a repeated record is the same record to AWS, whatever happened in between. */
static void
equal_usage_is_equal_bytes(void **state)
{
    static const scripted_answer answers[] = {
        { .http_status = 503 },
        { .http_status = 200, .body = "{\"MeteringRecordId\":\"r\"}" },
    };
    entitle_usage usage = ordinary_usage();

    (void)state;
    assert_int_equal(meter(&usage, answers, 2), ENTITLE_OK);
    entitle_usage_receipt_free(receipt);
    fixture.fake.wall_ms += 3600000;
    assert_int_equal(
        entitle_metering_meter_usage(fixture.metering, &usage, &receipt, NULL),
        ENTITLE_OK);
    entitle_usage_receipt_free(receipt);
    assert_int_equal(fixture.script.request_count, 3);
    assert_string_equal(
        fixture.script.requests[0].body, fixture.script.requests[1].body);
    assert_string_equal(
        fixture.script.requests[0].body, fixture.script.requests[2].body);
}

static void
receipt_needs_a_record_id(void **state)
{
    static char longest[160] = "{\"MeteringRecordId\":\"";
    static char too_long[160];
    static const struct {
        const char *body;
        entitle_status want;
    } cases[] = {
        { "{\"MeteringRecordId\":\"r\"}", ENTITLE_OK },
        { "{\"MeteringRecordId\":\"r\",\"More\":[]}", ENTITLE_OK },
        { "{\"MeteringRecordId\":\"r r\"}", ENTITLE_BAD_RESPONSE },
        { "{\"MeteringRecordId\":\"\\u001b[31m\"}", ENTITLE_BAD_RESPONSE },
        { "{\"MeteringRecordId\":\"\"}", ENTITLE_BAD_RESPONSE },
        { "{\"MeteringRecordId\":7}", ENTITLE_BAD_RESPONSE },
        { "{\"meteringRecordId\":\"r\"}", ENTITLE_BAD_RESPONSE },
        { "{}", ENTITLE_BAD_RESPONSE },
        { longest, ENTITLE_OK },
        { too_long, ENTITLE_BAD_RESPONSE },
    };
    const entitle_usage usage = ordinary_usage();
    size_t used = strlen(longest);

    memset(longest + used, 'r', 127);
    memcpy(longest + used + 127, "\"}", 3);
    (void)snprintf(
        too_long, sizeof(too_long), "{\"MeteringRecordId\":\"r%s", longest + used);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const scripted_answer answer = { .http_status = 200, .body = cases[i].body };

        print_message("  %.40s\n", cases[i].body);
        metering_set_up(state);
        assert_int_equal(meter(&usage, &answer, 1), cases[i].want);
        assert_int_equal(receipt != NULL, cases[i].want == ENTITLE_OK);
        assert_false(fixture.error.is_certainly_undone);
        entitle_usage_receipt_free(receipt);
        metering_tear_down(state);
    }
    metering_set_up(state);
}

/* --- Dry runs --------------------------------------------------------------------- */

typedef struct dry_run_case {
    const char *name;
    bool dry_run;
    scripted_answer answer;
    entitle_status want;
    size_t want_requests;
} dry_run_case;

static void
dry_run_succeeds_by_its_error_only(void **state)
{
    static const dry_run_case cases[] = {
        { "accepted",
          true,
          METERING_ERROR("DryRunOperation"),
          ENTITLE_DRY_RUN_ACCEPTED,
          1 },
        { "accepted as EC2 does it",
          true,
          { .http_status = 412, .body = "{\"__type\":\"x#DryRunOperation:http://y\"}" },
          ENTITLE_DRY_RUN_ACCEPTED,
          1 },
        { "accepted, told in the header",
          true,
          { .http_status = 400,
            .body = "{}",
            .headers = { "x-amzn-ErrorType: DryRunOperation" } },
          ENTITLE_DRY_RUN_ACCEPTED,
          1 },
        { "not JSON",
          true,
          { .http_status = 400,
            .body = "DryRunOperation",
            .headers = { "x-amzn-ErrorType: DryRunOperation" } },
          ENTITLE_BAD_RESPONSE,
          2 },
        { "with a failure's status",
          true,
          { .http_status = 500, .body = "{\"__type\":\"DryRunOperation\"}" },
          ENTITLE_SERVICE_ERROR,
          3 },
        { "another code",
          true,
          METERING_ERROR("DryRunOperations"),
          ENTITLE_CONFIGURATION,
          1 },
        { "not allowed",
          true,
          METERING_ERROR("UnauthorizedException"),
          ENTITLE_ACCESS_DENIED,
          1 },
        { "not entitled",
          true,
          METERING_ERROR("CustomerNotEntitledException"),
          ENTITLE_NOT_ENTITLED,
          1 },
        { "answered as usage",
          true,
          { .http_status = 200, .body = "{\"MeteringRecordId\":\"r\"}" },
          ENTITLE_BAD_RESPONSE,
          1 },
        { "no dry run, answered as one",
          false,
          METERING_ERROR("DryRunOperation"),
          ENTITLE_BAD_RESPONSE,
          2 },
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        entitle_usage usage = ordinary_usage();
        bool is_accepted = cases[i].want == ENTITLE_DRY_RUN_ACCEPTED;

        print_message("  %s\n", cases[i].name);
        metering_set_up(state);
        usage.dry_run = cases[i].dry_run;
        assert_int_equal(meter(&usage, &cases[i].answer, 1), cases[i].want);
        assert_int_equal(fixture.script.request_count, cases[i].want_requests);
        assert_int_equal(receipt != NULL, is_accepted);
        assert_string_equal(entitle_usage_receipt_record_id(receipt), "");
        assert_int_equal(fixture.error.status, is_accepted ? 0 : cases[i].want);
        assert_true(is_accepted || fixture.error.hint[0] != '\0');
        entitle_usage_receipt_free(receipt);
        metering_tear_down(state);
    }
    metering_set_up(state);
}

static void
dry_run_is_asked_for_in_the_request(void **state)
{
    entitle_usage usage = ordinary_usage();

    (void)state;
    usage.dry_run = true;
    assert_int_equal(meter(&usage, &dry_run_accepted, 1), ENTITLE_DRY_RUN_ACCEPTED);
    assert_non_null(strstr(
        fixture.script.requests[0].body, "\"UsageQuantity\":7,\"DryRun\":true}"));
    entitle_usage_receipt_free(receipt);
}

static void
refused_dry_run_names_the_action(void **state)
{
    static const scripted_answer refused = METERING_ERROR("UnauthorizedException");
    entitle_usage usage = ordinary_usage();

    (void)state;
    usage.dry_run = true;
    assert_int_equal(meter(&usage, &refused, 1), ENTITLE_ACCESS_DENIED);
    assert_non_null(strstr(fixture.error.hint, "aws-marketplace:MeterUsage"));
}

static void
dry_run_is_tried_again_after_trouble(void **state)
{
    static const scripted_answer answers[] = {
        METERING_ERROR("ThrottlingException"),
        METERING_ERROR("DryRunOperation"),
    };
    entitle_usage usage = ordinary_usage();

    (void)state;
    usage.dry_run = true;
    assert_int_equal(meter(&usage, answers, 2), ENTITLE_DRY_RUN_ACCEPTED);
    assert_int_equal(entitle_metering_attempts(fixture.metering), 2);
    entitle_usage_receipt_free(receipt);
}

/* --- What is refused before it is sent -------------------------------------------- */

static entitle_usage checked;
static entitle_tag tags[6];
static entitle_allocation allocations[3];
static char letters[300];

/* As many letters as asked for, to the end of one text. */
static const char *
letters_of(size_t count)
{
    memset(letters, 'a', sizeof(letters) - 1);
    return letters + sizeof(letters) - 1 - count;
}

/* clang-format off: a row is a rule and the neighbour that keeps it */
#define RULE(name_, change_)                                                           \
    static void name_(void)                                                            \
    {                                                                                  \
        change_;                                                                       \
    }
RULE(as_it_is, (void)0)
RULE(no_dimension, checked.dimension = NULL)
RULE(empty_dimension, checked.dimension = "")
RULE(dimension_255, checked.dimension = letters_of(255))
RULE(dimension_256, checked.dimension = letters_of(256))
RULE(dimension_odd, checked.dimension = "\xe2\x82\xac \"\n")
RULE(dimension_bytes, checked.dimension = "\xe2\x82")
RULE(no_time, checked.at_s = 0)
RULE(first_second, checked.at_s = 1)
RULE(last_second, checked.at_s = 253402300799)
RULE(after_last_second, checked.at_s = 253402300800)
RULE(before_all_time, checked.at_s = INT64_MIN)
RULE(no_quantity, (checked.quantity = 0, checked.allocation_count = 0))
RULE(most_quantity, (checked.quantity = 2147483647, checked.allocation_count = 0))
RULE(more_quantity, (checked.quantity = 2147483648, checked.allocation_count = 0))
RULE(token_64, checked.client_token = letters_of(64))
RULE(token_65, checked.client_token = letters_of(65))
RULE(token_empty, checked.client_token = "")
RULE(sum_less, allocations[0].quantity = 3)
RULE(sum_more, allocations[0].quantity = 5)
RULE(sum_wraps, (allocations[0].quantity = UINT32_MAX, allocations[1].quantity = 8))
RULE(untagged_twice, allocations[1].tag_count = 0)
RULE(no_allocations, checked.allocations = NULL)
RULE(no_tags, allocations[0].tags = NULL)
RULE(tags_5, allocations[0].tag_count = 5)
RULE(tags_6, allocations[0].tag_count = 6)
RULE(tag_twice, tags[1].key = tags[0].key)
RULE(same_tags, (allocations[1].tags = tags, allocations[1].tag_count = 2))
RULE(other_value, tags[5] = ((entitle_tag){ "k0", "other" }))
RULE(key_missing, tags[0].key = NULL)
RULE(key_empty, tags[0].key = "")
RULE(key_100, tags[0].key = letters_of(100))
RULE(key_101, tags[0].key = letters_of(101))
RULE(value_missing, tags[0].value = NULL)
RULE(value_256, tags[0].value = letters_of(256))
RULE(value_257, tags[0].value = letters_of(257))
RULE(tag_range, tags[0].value = " !\"#$%&'()*+,-./09:;<=@AZ_az")
RULE(tag_greater, tags[0].value = ">")
RULE(tag_question, tags[0].value = "?")
RULE(tag_bracket, tags[0].value = "[")
RULE(tag_backtick, tags[0].value = "`")
RULE(tag_brace, tags[0].value = "{")
RULE(tag_newline, tags[0].value = "a\n")
RULE(tag_umlaut, tags[0].value = "\xc3\xa4")
RULE(bad_product, checked.product_code = "a b")
RULE(no_product, checked.product_code = NULL)
#undef RULE

#define BAD ENTITLE_INVALID_INPUT
static const struct {
    void (*change)(void);
    entitle_status want;
    const char *want_words;
} rules[] = {
    { as_it_is, ENTITLE_OK, "" },
    { no_dimension, BAD, "the dimension is missing" },
    { empty_dimension, BAD, "the dimension is missing" },
    { dimension_255, ENTITLE_OK, "" },
    { dimension_256, BAD, "has 256 characters" },
    { dimension_odd, ENTITLE_OK, "" },
    { dimension_bytes, BAD, "not UTF-8" },
    { no_time, BAD, "0 is not a time" },
    { first_second, ENTITLE_OK, "" },
    { last_second, ENTITLE_OK, "" },
    { after_last_second, BAD, "253402300800 is not a time" },
    { before_all_time, BAD, "is not a time" },
    { no_quantity, ENTITLE_OK, "" },
    { most_quantity, ENTITLE_OK, "" },
    { more_quantity, BAD, "2147483648" },
    { token_64, ENTITLE_OK, "" },
    { token_65, BAD, "client token has 65" },
    { token_empty, BAD, "client token is missing" },
    { sum_less, BAD, "add up to 6" },
    { sum_more, BAD, "add up to 8" },
    { sum_wraps, BAD, "allocations[0]: the quantity 4294967295" },
    { untagged_twice, BAD, "have the same tags" },
    { no_allocations, ENTITLE_INVALID_ARGUMENT, "no allocations" },
    { no_tags, ENTITLE_INVALID_ARGUMENT, "allocations[0]: there are no tags" },
    { tags_5, ENTITLE_OK, "" },
    { tags_6, BAD, "allocations[0]: 6 tags" },
    { tag_twice, BAD, "the tag 'k0' is there twice" },
    { same_tags, BAD, "have the same tags" },
    { other_value, ENTITLE_OK, "" },
    { key_missing, BAD, "allocations[0]: the key of a tag is missing" },
    { key_empty, BAD, "the key of a tag is missing" },
    { key_100, ENTITLE_OK, "" },
    { key_101, BAD, "the key of a tag has 101" },
    { value_missing, BAD, "the value of a tag is missing" },
    { value_256, ENTITLE_OK, "" },
    { value_257, BAD, "the value of a tag has 257" },
    { tag_range, ENTITLE_OK, "" },
    { tag_greater, BAD, "not allowed: '>'" },
    { tag_question, BAD, "not allowed: '?'" },
    { tag_bracket, BAD, "not allowed: '['" },
    { tag_backtick, BAD, "not allowed: '`'" },
    { tag_brace, BAD, "not allowed: '{'" },
    { tag_newline, BAD, "not allowed" },
    { tag_umlaut, BAD, "not allowed" },
    { bad_product, ENTITLE_INVALID_PRODUCT_CODE, "'a b' is not a product code" },
    { no_product, ENTITLE_INVALID_PRODUCT_CODE, "is not a product code" },
};
/* clang-format on */

/* 7 units: 4 with two tags, 2 with one other, 1 without. */
static void
reset_checked(void)
{
    static const char *const keys[] = { "k0", "k1", "k2", "k3", "k4", "k5" };

    for (size_t i = 0; i < 6; i++) {
        tags[i] = (entitle_tag){ keys[i], "v" };
    }
    allocations[0] = (entitle_allocation){ 4, tags, 2 };
    allocations[1] = (entitle_allocation){ 2, &tags[5], 1 };
    allocations[2] = (entitle_allocation){ 1, NULL, 0 };
    checked = ordinary_usage();
    checked.allocations = allocations;
    checked.allocation_count = 3;
}

static void
usage_is_checked_before_it_is_sent(void **state)
{
    for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
        entitle_status status;

        metering_set_up(state);
        reset_checked();
        rules[i].change();
        status = meter(&checked, &metered, 1);
        if (status != rules[i].want ||
            strstr(fixture.error.message, rules[i].want_words) == NULL) {
            fail_msg("rule %zu: %d, '%s'", i, (int)status, fixture.error.message);
        }
        assert_int_equal(fixture.script.request_count, status == ENTITLE_OK);
        assert_int_equal(fixture.error.is_certainly_undone, status != ENTITLE_OK);
        assert_int_equal(receipt != NULL, status == ENTITLE_OK);
        assert_true(status != BAD || fixture.error.hint[0] != '\0');
        entitle_usage_receipt_free(receipt);
        metering_tear_down(state);
    }
    metering_set_up(state);
}

/* Two sets of tags are one set in whatever order they are given. */
static void
order_of_tags_tells_no_sets_apart(void **state)
{
    static const entitle_tag one[] = { { "a", "1" }, { "b", "2" } };
    static const entitle_tag reversed[] = { { "b", "2" }, { "a", "1" } };
    static const entitle_tag swapped[] = { { "a", "2" }, { "b", "1" } };
    entitle_allocation two[] = { { 3, one, 2 }, { 4, reversed, 2 } };
    entitle_usage usage = ordinary_usage();

    usage.allocations = two;
    usage.allocation_count = 2;
    assert_int_equal(meter(&usage, &metered, 1), ENTITLE_INVALID_INPUT);
    assert_non_null(strstr(fixture.error.message, "have the same tags"));
    metering_tear_down(state);
    metering_set_up(state);
    two[1].tags = swapped;
    assert_int_equal(meter(&usage, &metered, 1), ENTITLE_OK);
    entitle_usage_receipt_free(receipt);
}

/* `count` allocations of one unit each, every one with a tag of its own. */
static void
try_allocations(size_t count, entitle_status want)
{
    entitle_allocation *many = calloc(count, sizeof(*many));
    entitle_tag *labels = calloc(count, sizeof(*labels));
    char(*values)[24] = calloc(count, sizeof(*values));
    entitle_usage usage = ordinary_usage();

    assert_true(many != NULL && labels != NULL && values != NULL);
    for (size_t i = 0; i < count; i++) {
        (void)snprintf(values[i], sizeof(values[i]), "%zu", (i * 7919) % count);
        labels[i] = (entitle_tag){ "id", values[i] };
        many[i] = (entitle_allocation){ 1, &labels[i], 1 };
    }
    usage.quantity = (uint32_t)count;
    usage.allocations = many;
    usage.allocation_count = count;
    assert_int_equal(meter(&usage, &metered, 1), want);
    entitle_usage_receipt_free(receipt);
    free(values);
    free(labels);
    free(many);
}

static void
record_has_2500_allocations_at_most(void **state)
{
    try_allocations(2500, ENTITLE_OK);
    metering_tear_down(state);
    metering_set_up(state);
    try_allocations(2501, ENTITLE_INVALID_INPUT);
    assert_non_null(strstr(fixture.error.message, "2501 allocations"));
    assert_int_equal(fixture.script.request_count, 0);
}

/* Tags as long as they may be are more than a request can carry. */
static void
record_has_1_mib_at_most(void **state)
{
    enum { COUNT = 2500 };
    static char values[COUNT][257];
    static entitle_tag labels[COUNT][2];
    static entitle_allocation many[COUNT];
    entitle_usage usage = ordinary_usage();

    (void)state;
    for (size_t i = 0; i < COUNT; i++) {
        memset(values[i], '"', 256);
        (void)snprintf(values[i], 8, "%07zu", i);
        values[i][7] = '"';
        labels[i][0] = (entitle_tag){ "a", values[i] };
        labels[i][1] = (entitle_tag){ "b", values[i] };
        many[i] = (entitle_allocation){ 1, labels[i], 2 };
    }
    usage.quantity = COUNT;
    usage.allocations = many;
    usage.allocation_count = COUNT;
    assert_int_equal(meter(&usage, &metered, 1), ENTITLE_INVALID_INPUT);
    assert_non_null(strstr(fixture.error.message, "longer than 1048576 bytes"));
    assert_true(fixture.error.is_certainly_undone);
    assert_true(fixture.error.hint[0] != '\0');
    assert_int_equal(fixture.script.request_count, 0);
}

static void
struct_of_another_version_is_refused(void **state)
{
    struct {
        entitle_usage usage;
        char unknown[8];
    } newer = { .usage = ordinary_usage() };
    entitle_usage older = ordinary_usage();

    newer.usage.struct_size = sizeof(newer);
    assert_int_equal(meter(&newer.usage, &metered, 1), ENTITLE_OK);
    entitle_usage_receipt_free(receipt);
    metering_tear_down(state);

    metering_set_up(state);
    newer.unknown[0] = 1;
    assert_int_equal(meter(&newer.usage, &metered, 1), ENTITLE_INVALID_ARGUMENT);
    metering_tear_down(state);

    metering_set_up(state);
    older.struct_size = 0;
    assert_int_equal(meter(&older, &metered, 1), ENTITLE_INVALID_ARGUMENT);
    metering_tear_down(state);

    metering_set_up(state);
    assert_int_equal(meter(NULL, &metered, 1), ENTITLE_INVALID_ARGUMENT);
    older = ordinary_usage();
    assert_int_equal(
        entitle_metering_meter_usage(NULL, &older, &receipt, NULL),
        ENTITLE_INVALID_ARGUMENT);
    assert_null(receipt);
}

static void
assert_attempts(uint32_t want)
{
    assert_int_equal(entitle_metering_attempts(fixture.metering), want);
}

/* By which a caller tells whether AWS may know of the record. */
static void
attempts_are_those_of_the_last_operation(void **state)
{
    entitle_usage usage = ordinary_usage();
    const entitle_usage_batch empty = { .struct_size = sizeof(empty) };
    entitle_usage_batch_result *result = NULL;
    entitle_answer *answer = NULL;

    (void)state;
    assert_int_equal(meter(&usage, &metered, 1), ENTITLE_OK);
    entitle_usage_receipt_free(receipt);
    assert_attempts(1);
    assert_int_equal(
        entitle_metering_call(fixture.metering, "MeterUsage", "[]", 2, &answer, NULL),
        ENTITLE_INVALID_INPUT);
    assert_attempts(0);

    usage.quantity++;
    assert_int_equal(
        entitle_metering_meter_usage(fixture.metering, &usage, &receipt, NULL),
        ENTITLE_OK);
    entitle_usage_receipt_free(receipt);
    assert_attempts(1);
    usage.dimension = "";
    assert_int_equal(
        entitle_metering_meter_usage(fixture.metering, &usage, &receipt, NULL),
        ENTITLE_INVALID_INPUT);
    assert_attempts(0);

    assert_int_equal(
        entitle_metering_call(fixture.metering, "MeterUsage", "{}", 2, &answer, NULL),
        ENTITLE_OK);
    entitle_answer_free(answer);
    assert_attempts(1);
    assert_int_equal(
        entitle_metering_batch_meter_usage(fixture.metering, &empty, &result, NULL),
        ENTITLE_INVALID_INPUT);
    assert_attempts(0);
}

static void
meter_usage_survives_failing_memory(void **state)
{
    entitle_status status = ENTITLE_OUT_OF_MEMORY;
    int64_t failures = 0;

    for (; status != ENTITLE_OK; failures++) {
        metering_set_up(state);
        reset_checked();
        metering_start(&metered, 1);
        fixture.fake.fail_allocation = fixture.fake.allocations + failures;
        status = entitle_metering_meter_usage(
            fixture.metering, &checked, &receipt, &fixture.error);
        assert_true(status == ENTITLE_OK || status == ENTITLE_OUT_OF_MEMORY);
        assert_int_equal(receipt != NULL, status == ENTITLE_OK);
        entitle_usage_receipt_free(receipt);
        metering_tear_down(state);
    }
    metering_set_up(state);
    assert_true(failures > 8);
}

#define TEST(name)                                                                     \
    cmocka_unit_test_setup_teardown(name, metering_set_up, metering_tear_down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(meter_usage_sends_the_record),
        TEST(equal_usage_is_equal_bytes),
        TEST(receipt_needs_a_record_id),
        TEST(dry_run_succeeds_by_its_error_only),
        TEST(dry_run_is_asked_for_in_the_request),
        TEST(refused_dry_run_names_the_action),
        TEST(dry_run_is_tried_again_after_trouble),
        TEST(usage_is_checked_before_it_is_sent),
        TEST(order_of_tags_tells_no_sets_apart),
        TEST(record_has_2500_allocations_at_most),
        TEST(record_has_1_mib_at_most),
        TEST(struct_of_another_version_is_refused),
        TEST(attempts_are_those_of_the_last_operation),
        TEST(meter_usage_survives_failing_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
