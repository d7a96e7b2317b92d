/* SPDX-License-Identifier: Apache-2.0 */
#include "base/timestamp.h"
#include "support/cmocka.h"

#include <entitle/usage.h>

#include <string.h>

static int64_t
seconds(const char *iso)
{
    int64_t at_s = 0;

    assert_true(ent_timestamp_parse_iso(iso, &at_s));
    return at_s;
}

static void
hour_is_rounded_down(void **state)
{
    static const struct {
        int64_t at_s;
        int64_t want;
    } cases[] = {
        { 0, 0 },
        { 1, 0 },
        { 3599, 0 },
        { 3600, 3600 },
        { 3601, 3600 },
        { -1, -3600 },
        { -3600, -3600 },
        { -3601, -7200 },
        { INT64_MAX, INT64_MAX - INT64_MAX % 3600 },
        { INT64_MIN, INT64_MIN },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        assert_true(entitle_usage_hour(cases[i].at_s) == cases[i].want);
    }
}

static void
window_of_meter_usage_is_six_hours(void **state)
{
    (void)state;
    assert_int_equal(
        entitle_meter_usage_closes_at(seconds("2026-11-30T23:00:00Z")),
        seconds("2026-12-01T05:00:00Z"));
    assert_true(entitle_meter_usage_closes_at(INT64_MAX) == INT64_MAX);
}

static void
window_of_batches_ends_early_where_a_month_does(void **state)
{
    static const struct {
        const char *at;
        const char *want;
    } cases[] = {
        { "2026-11-21T20:00:00Z", "2026-11-22T20:00:00Z" },
        { "2026-11-29T23:59:59Z", "2026-11-30T23:59:59Z" },
        { "2026-11-30T00:00:00Z", "2026-12-01T00:00:00Z" },
        { "2026-11-30T05:59:59Z", "2026-12-01T05:59:59Z" },
        { "2026-11-30T06:00:00Z", "2026-12-01T06:00:00Z" },
        { "2026-11-30T06:00:01Z", "2026-12-01T06:00:00Z" },
        { "2026-11-30T23:59:59Z", "2026-12-01T06:00:00Z" },
        { "2026-12-01T00:00:00Z", "2026-12-02T00:00:00Z" },
        { "2026-12-31T12:00:00Z", "2027-01-01T06:00:00Z" },
        { "2027-02-28T12:00:00Z", "2027-03-01T06:00:00Z" },
        { "2028-02-28T12:00:00Z", "2028-02-29T12:00:00Z" },
        { "2028-02-29T12:00:00Z", "2028-03-01T06:00:00Z" },
        { "2000-02-29T12:00:00Z", "2000-03-01T06:00:00Z" },
        { "2100-02-28T12:00:00Z", "2100-03-01T06:00:00Z" },
        { "1969-12-31T12:00:00Z", "1970-01-01T06:00:00Z" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        print_message("  %s\n", cases[i].at);
        assert_int_equal(
            entitle_batch_meter_usage_closes_at(seconds(cases[i].at)),
            seconds(cases[i].want));
    }
    assert_true(entitle_batch_meter_usage_closes_at(INT64_MAX) == INT64_MAX);
    /* The year 1 BC ended like any other; no time is too early for the arithmetic. */
    assert_int_equal(
        entitle_batch_meter_usage_closes_at(-62135596800 - 43200),
        -62135596800 + 21600);
    assert_true(entitle_batch_meter_usage_closes_at(-63745056000) > -63745056000);
    assert_true(entitle_batch_meter_usage_closes_at(INT64_MIN) > INT64_MIN);
}

/* Every day of four centuries, against the C library's calendar in base/timestamp. */
static void
window_of_batches_knows_every_month(void **state)
{
    const int64_t day_s = 86400;
    int64_t firsts = 0;

    (void)state;
    for (int64_t day = 0; day < 146097; day++) {
        int64_t at_s = day * day_s + day_s / 2;
        char next[ENT_TIMESTAMP_SIZE];
        int64_t want_s = at_s + day_s;

        ent_timestamp_iso(want_s, next);
        if (strncmp(next + 8, "01", 2) == 0) {
            want_s -= day_s / 4;
            firsts++;
        }
        if (entitle_batch_meter_usage_closes_at(at_s) != want_s) {
            fail_msg("the day before %s", next);
        }
    }
    assert_int_equal(firsts, 4800);
}

static void
fill_gives_the_rest_to_what_has_no_tags(void **state)
{
    static const entitle_tag tag = { "team", "a" };
    static const struct {
        uint32_t quantity;
        size_t tag_counts[3];
        uint32_t quantities[3];
        bool want;
        uint32_t want_untagged;
    } cases[] = {
        { 10, { 1, 1, 0 }, { 2, 3, 99 }, true, 5 },
        { 5, { 1, 1, 0 }, { 2, 3, 0 }, true, 0 },
        { 4, { 1, 1, 0 }, { 2, 3, 7 }, false, 7 },
        { 10, { 1, 0, 0 }, { 2, 3, 7 }, false, 7 },
        { 10, { 1, 1, 1 }, { 2, 3, 7 }, false, 7 },
        { 7, { 1, 1, 0 }, { UINT32_MAX, UINT32_MAX, 7 }, false, 7 },
        { UINT32_MAX, { 1, 1, 0 }, { 1, 1, 7 }, true, UINT32_MAX - 2 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        entitle_allocation allocations[3];

        for (size_t a = 0; a < 3; a++) {
            allocations[a] = (entitle_allocation){
                .quantity = cases[i].quantities[a],
                .tags = cases[i].tag_counts[a] > 0 ? &tag : NULL,
                .tag_count = cases[i].tag_counts[a],
            };
        }
        print_message("  case %zu\n", i);
        assert_int_equal(
            entitle_allocations_fill(allocations, 3, cases[i].quantity), cases[i].want);
        assert_int_equal(allocations[2].quantity, cases[i].want_untagged);
        assert_int_equal(allocations[0].quantity, cases[i].quantities[0]);
    }
    assert_false(entitle_allocations_fill(NULL, 0, 1));
}

static void
outcomes_have_names(void **state)
{
    (void)state;
    assert_string_equal(entitle_usage_outcome_name(ENTITLE_USAGE_SUCCESS), "success");
    assert_string_equal(
        entitle_usage_outcome_name(ENTITLE_USAGE_CUSTOMER_NOT_SUBSCRIBED),
        "customer_not_subscribed");
    assert_string_equal(
        entitle_usage_outcome_name(ENTITLE_USAGE_DUPLICATE_RECORD), "duplicate_record");
    assert_string_equal(
        entitle_usage_outcome_name(ENTITLE_USAGE_UNPROCESSED), "unprocessed");
    assert_string_equal(entitle_usage_outcome_name(ENTITLE_USAGE_UNKNOWN), "unknown");
    assert_string_equal(
        entitle_usage_outcome_name((entitle_usage_outcome)4711), "unknown");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hour_is_rounded_down),
        cmocka_unit_test(window_of_meter_usage_is_six_hours),
        cmocka_unit_test(window_of_batches_ends_early_where_a_month_does),
        cmocka_unit_test(window_of_batches_knows_every_month),
        cmocka_unit_test(fill_gives_the_rest_to_what_has_no_tags),
        cmocka_unit_test(outcomes_have_names),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
