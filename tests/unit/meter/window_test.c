/* SPDX-License-Identifier: Apache-2.0 */
#include "base/timestamp.h"
#include "meter/window.h"
#include "support/cmocka.h"

#include <string.h>

static int64_t
at(const char *text)
{
    int64_t result = 0;
    assert_true(ent_timestamp_parse_iso(text, &result));
    return result;
}

static const struct {
    const char *now;
    const char *want;
} first_hours[] = {
    /* 24 hours from the last second of the hour, 23:59:59 later refused. */
    { "2026-03-15T10:59:58Z", "2026-03-14T10:00:00Z" },
    { "2026-03-15T10:59:59Z", "2026-03-14T11:00:00Z" },
    { "2026-03-15T11:00:00Z", "2026-03-14T11:00:00Z" },
    { "2026-03-15T00:00:00Z", "2026-03-14T00:00:00Z" },
    /* Last month's until 06:00 on the first. */
    { "2026-04-01T00:00:00Z", "2026-03-31T00:00:00Z" },
    { "2026-04-01T05:59:00Z", "2026-03-31T05:00:00Z" },
    { "2026-04-01T05:59:59Z", "2026-03-31T06:00:00Z" },
    { "2026-04-01T06:00:00Z", "2026-04-01T00:00:00Z" },
    { "2026-04-01T06:01:00Z", "2026-04-01T00:00:00Z" },
    { "2026-04-01T23:59:58Z", "2026-04-01T00:00:00Z" },
    { "2026-04-02T00:59:58Z", "2026-04-01T00:00:00Z" },
    { "2026-04-02T00:59:59Z", "2026-04-01T01:00:00Z" },
    /* The ends of other months, and of years. */
    { "2027-01-01T05:59:00Z", "2026-12-31T05:00:00Z" },
    { "2027-01-01T06:01:00Z", "2027-01-01T00:00:00Z" },
    { "2027-03-01T06:01:00Z", "2027-03-01T00:00:00Z" },
    { "2028-02-29T06:01:00Z", "2028-02-28T06:00:00Z" }, /* a leap year */
    { "2028-03-01T05:59:00Z", "2028-02-29T05:00:00Z" },
    { "2028-03-01T06:01:00Z", "2028-03-01T00:00:00Z" },
    { "2100-03-01T06:01:00Z", "2100-03-01T00:00:00Z" }, /* none */
    { "2026-05-31T06:01:00Z", "2026-05-30T06:00:00Z" },
};

static void
the_first_hour_is_where_the_window_begins(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(first_hours) / sizeof(first_hours[0]); i++) {
        char text[ENT_TIMESTAMP_SIZE];
        ent_timestamp_iso(ent_window_first_hour_s(at(first_hours[i].now)), text);
        if (strcmp(text, first_hours[i].want) != 0) {
            fail_msg("%s: %s", first_hours[i].now, text);
        }
    }
}

static const struct {
    const char *now;
    const char *month; /* NULL: nothing closes */
} closings[] = {
    { "2026-04-01T05:29:59Z", NULL },
    { "2026-04-01T05:30:00Z", "2026-04-01T00:00:00Z" },
    { "2026-04-01T05:59:59Z", "2026-04-01T00:00:00Z" },
    { "2026-04-01T06:00:00Z", NULL },
    { "2026-04-02T05:45:00Z", NULL },
    { "2026-03-31T05:45:00Z", NULL },
    { "2027-01-01T05:45:00Z", "2027-01-01T00:00:00Z" },
    { "2028-02-29T05:45:00Z", NULL },
    { "2028-03-01T05:45:00Z", "2028-03-01T00:00:00Z" },
    { "2027-02-28T05:45:00Z", NULL },
    { "2027-03-01T05:45:00Z", "2027-03-01T00:00:00Z" },
};

static void
a_month_closes_in_the_last_half_hour(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(closings) / sizeof(closings[0]); i++) {
        int64_t month_s = 0;
        int64_t closes_at_s = 0;
        bool is_closing =
            ent_window_is_month_closing(at(closings[i].now), &month_s, &closes_at_s);
        if (is_closing != (closings[i].month != NULL)) {
            fail_msg("%s: %d", closings[i].now, is_closing);
        }
        if (is_closing) {
            assert_int_equal(month_s, at(closings[i].month));
            assert_int_equal(closes_at_s, month_s + 6 * 3600);
        }
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_hour_is_where_the_window_begins),
        cmocka_unit_test(a_month_closes_in_the_last_half_hour),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
