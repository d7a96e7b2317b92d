/* SPDX-License-Identifier: Apache-2.0 */
#include "support/cmocka.h"
#include "usage/trail_time.h"

static const struct {
    const char *text;
    int64_t want_s; /* 0: refused */
} times[] = {
    { "Apr 19, 2018 4:32:50 PM", 1524155570 },
    { "Apr 19, 2018, 4:32:50 PM", 1524155570 },
    { "Apr 19, 2018 04:32:50 PM", 1524155570 },
    { "Apr 19, 2018, 4:32:50\xe2\x80\xafPM", 1524155570 },
    { "2018-04-19T16:32:50Z", 1524155570 },
    { "1524155570", 1524155570 },
    { "Apr 19, 2018 4:32:50 AM", 1524155570 - 12 * 3600 },
    { "Apr 19, 2018 12:00:00 AM", 1524096000 },
    { "Apr 19, 2018 12:00:00 PM", 1524096000 + 12 * 3600 },
    { "Apr 19, 2018 1:00:00 AM", 1524096000 + 3600 },
    { "Feb 29, 2028 1:00:00 AM", 1835398800 },

    { "Feb 29, 2026 1:00:00 AM", 0 },
    { "Apr 19, 2018 13:00:00 PM", 0 },
    { "Apr 19, 2018 0:00:00 AM", 0 },
    { "Apr 19, 2018 4:60:50 PM", 0 },
    { "Apr 19, 2018 4:2:50 PM", 0 },
    { "Apr 019, 2018 4:32:50 PM", 0 },
    { "Apr 19, 18 4:32:50 PM", 0 },
    { "apr 19, 2018 4:32:50 PM", 0 },
    { "April 19, 2018 4:32:50 PM", 0 },
    { "Apr 19, 2018 4:32:50 PM UTC", 0 },
    { "Apr 19, 2018 4:32:50 pm", 0 },
    { "Apr 19, 2018 4:32:50", 0 },
    { "Apr 19, 2018 16:32:50", 0 },
    { "Apr 19, 2018 99999999999:32:50 PM", 0 },
    { "Apr", 0 },
    { "", 0 },
};

static void
time_is_read_as_cloudtrail_writes_it(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
        int64_t at_s = 0;
        bool is_read = trail_time_parse(times[i].text, &at_s);

        if (is_read != (times[i].want_s != 0) || (is_read && at_s != times[i].want_s)) {
            fail_msg("'%s': %lld", times[i].text, (long long)at_s);
        }
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(time_is_read_as_cloudtrail_writes_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
