/* SPDX-License-Identifier: Apache-2.0 */
#include "service/billing_window.h"
#include "support/cmocka.h"

#include <stddef.h>

#define DAY 86400

/* 2026-11-10T12:00:00Z, 2026-12-01T00:00:00Z, 2024-03-01T00:00:00Z (a leap year) */
#define NOON     INT64_C(1794312000)
#define DECEMBER INT64_C(1796083200)
#define MARCH    INT64_C(1709251200)
#define SIX      (INT64_C(6) * 3600)

typedef struct window_case {
    const char *name;
    int64_t timestamp_ms;
    int64_t now_s;
    int64_t window_s;
    billing_verdict want;
} window_case;

static const window_case cases[] = {
    { "now", NOON * 1000, NOON, DAY, BILLING_OPEN },
    { "24 hours but a millisecond", (NOON - DAY) * 1000 + 1, NOON, DAY, BILLING_OPEN },
    { "24 hours", (NOON - DAY) * 1000, NOON, DAY, BILLING_TOO_OLD },
    { "6 hours but a millisecond", (NOON - SIX) * 1000 + 1, NOON, SIX, BILLING_OPEN },
    { "6 hours", (NOON - SIX) * 1000, NOON, SIX, BILLING_TOO_OLD },
    { "in 5 minutes", (NOON + 300) * 1000, NOON, DAY, BILLING_OPEN },
    { "a millisecond later", (NOON + 300) * 1000 + 1, NOON, DAY, BILLING_IN_FUTURE },
    { "in 9999", INT64_C(253402300799000), NOON, DAY, BILLING_IN_FUTURE },
    { "before 1970", -1, NOON, DAY, BILLING_TOO_OLD },

    { "last month at 05:59:59",
      DECEMBER * 1000 - 1,
      DECEMBER + SIX - 1,
      DAY,
      BILLING_OPEN },
    { "last month at 06:00:00",
      DECEMBER * 1000 - 1,
      DECEMBER + SIX,
      DAY,
      BILLING_CLOSED },
    { "this month at 06:00:00", DECEMBER * 1000, DECEMBER + SIX, DAY, BILLING_OPEN },
    { "last month at the end of the 1st",
      DECEMBER * 1000 - 1,
      DECEMBER + DAY - 1,
      DAY,
      BILLING_CLOSED },
    { "too old is told first",
      (DECEMBER - 3600) * 1000,
      DECEMBER + DAY,
      DAY,
      BILLING_TOO_OLD },
    { "yesterday of the same month",
      (DECEMBER + DAY - 1) * 1000,
      DECEMBER + DAY + SIX,
      DAY,
      BILLING_OPEN },
    { "the 29th of February at 05:59:59",
      (MARCH - 1) * 1000,
      MARCH + SIX - 1,
      DAY,
      BILLING_OPEN },
    { "the 29th of February at 06:00:00",
      (MARCH - 1) * 1000,
      MARCH + SIX,
      DAY,
      BILLING_CLOSED },
};

static void
window_ends_after_a_day_and_with_the_month(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const window_case *one = &cases[i];
        print_message("%s\n", one->name);

        billing_window window = billing_window_at(one->now_s, one->window_s);

        assert_int_equal(billing_judge(&window, one->timestamp_ms), one->want);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(window_ends_after_a_day_and_with_the_month),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
