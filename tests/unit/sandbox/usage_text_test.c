/* SPDX-License-Identifier: Apache-2.0 */
#include "service/usage_input.h"
#include "support/cmocka.h"
#include "support/fake_runtime.h"

static fake_runtime fake;

static int
set_up(void **state)
{
    (void)state;
    fake_runtime_init(&fake);
    return 0;
}

typedef struct time_case {
    int64_t timestamp_ms;
    int64_t want_second;
    const char *want_text;
} time_case;

static const time_case time_cases[] = {
    { 0, 0, "0" },
    { 1, 0, "0.001" },
    { 999, 0, "0.999" },
    { 1000, 1, "1" },
    { 1767323045678, 1767323045, "1767323045.678" },
    { 1767323045600, 1767323045, "1767323045.600" },
    { 253402300799000, 253402300799, "253402300799" },
    { -1, -1, "-0.001" },
    { -999, -1, "-0.999" },
    { -1000, -1, "-1" },
    { -1500, -2, "-1.500" },
    { -62135596800000, -62135596800, "-62135596800" },
};

static void
time_is_written_in_seconds(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(time_cases) / sizeof(time_cases[0]); i++) {
        const time_case *one = &time_cases[i];
        ent_buffer text;
        ent_buffer_init(&text, &fake.runtime, 64);

        usage_write_time(one->timestamp_ms, &text);

        assert_string_equal(ent_buffer_text(&text), one->want_text);
        assert_int_equal(usage_second(one->timestamp_ms), one->want_second);
        ent_buffer_clear(&text);
    }
}

typedef struct integer_case {
    int64_t number;
    const char *want;
} integer_case;

static const integer_case integer_cases[] = {
    { 0, "0" },
    { 9, "9" },
    { 10, "10" },
    { -7, "-7" },
    { 2147483647, "2147483647" },
    { INT64_MAX, "9223372036854775807" },
    { INT64_MIN, "-9223372036854775808" },
};

static void
integer_is_written_whole(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(integer_cases) / sizeof(integer_cases[0]); i++) {
        ent_buffer text;
        ent_buffer_init(&text, &fake.runtime, 64);

        usage_write_integer(integer_cases[i].number, &text);

        assert_string_equal(ent_buffer_text(&text), integer_cases[i].want);
        ent_buffer_clear(&text);
    }
}

typedef struct between_case {
    int64_t timestamp_ms;
    int64_t oldest_s;
    int64_t newest_s;
    bool want;
} between_case;

static const between_case between_cases[] = {
    { 1000, 1, 1, true },
    { 999, 1, 1, false },
    { 1001, 1, 1, false },
    { 1001, 1, 2, true },
    { 2000, 1, 2, true },
    { 2001, 1, 2, false },
    { -1, 0, 1, false },
    { -1, -1, 0, true },
    { -1000, -1, -1, true },
    { -1001, -1, -1, false },
    { 253402300799000, INT64_MIN, INT64_MAX, true },
};

static void
both_ends_of_a_window_belong_to_it(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(between_cases) / sizeof(between_cases[0]); i++) {
        const between_case *one = &between_cases[i];

        bool is_between =
            usage_is_between(one->timestamp_ms, one->oldest_s, one->newest_s);

        assert_int_equal(is_between, one->want);
    }
}

/* What a request for these two would be read into. */
static const usage_allocation allocations[] = {
    { .quantity = 2,
      .tag_count = 2,
      .tags = { { "b", "\"" }, { "a", "\xc3\xa9" } },
      .order = { 1, 0 } },
    { .quantity = 3 },
};

static void
canonical_form_is_sorted_and_the_echo_is_not(void **state)
{
    (void)state;
    const usage_allocation *sorted[] = { &allocations[1], &allocations[0] };
    usage_allocation items[] = { allocations[0], allocations[1] };
    const usage_allocations list = { .items = items, .count = 2, .sorted = sorted };
    const usage_allocations none = { 0 };
    ent_buffer text;
    ent_buffer_init(&text, &fake.runtime, 512);

    usage_write_allocations(&list, &text);
    assert_string_equal(
        ent_buffer_text(&text),
        "[{\"AllocatedUsageQuantity\":2,\"Tags\":[{\"Key\":\"b\",\"Value\":\"\\\"\"},"
        "{\"Key\":\"a\",\"Value\":\"\xc3\xa9\"}]},{\"AllocatedUsageQuantity\":3}]");
    ent_buffer_clear(&text);
    usage_write_canonical(&list, &text);
    assert_string_equal(
        ent_buffer_text(&text),
        "[{\"AllocatedUsageQuantity\":3},{\"AllocatedUsageQuantity\":2,\"Tags\":["
        "{\"Key\":\"a\",\"Value\":\"\xc3\xa9\"},{\"Key\":\"b\",\"Value\":\"\\\"\"}]}]");
    ent_buffer_clear(&text);
    usage_write_canonical(&none, &text);
    assert_string_equal(ent_buffer_text(&text), "[]");
    ent_buffer_clear(&text);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(time_is_written_in_seconds),
        cmocka_unit_test(integer_is_written_whole),
        cmocka_unit_test(both_ends_of_a_window_belong_to_it),
        cmocka_unit_test(canonical_form_is_sorted_and_the_echo_is_not),
    };
    return cmocka_run_group_tests_name("usage_text", tests, set_up, NULL);
}
