/* SPDX-License-Identifier: Apache-2.0 */
#include "http/curl_journey.h"
#include "support/cmocka.h"

static void
time_of_a_certificate_is_read(void **state)
{
    static const struct {
        const char *text;
        bool want;
        int64_t want_s;
    } cases[] = {
        { "Nov 21 20:00:00 2026 GMT", true, 1795291200 },
        { "Jan  1 00:00:00 1970 GMT", true, 0 },
        { "Dec 31 23:59:59 1999 GMT", true, 946684799 },
        { "Nov 21 20:00:00 2026 UTC", false, 0 },
        { "Nov 31 20:00:00 2026 GMT", false, 0 },
        { "ovD 21 20:00:00 2026 GMT", false, 0 },
        { "nov 21 20:00:00 2026 GMT", false, 0 },
        { "Nov 21 24:00:00 2026 GMT", false, 0 },
        { "Nov 21 20:00:00 20260 GMT", false, 0 },
        { "", false, 0 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        int64_t got_s = 0;

        if (ent_journey_parse_time(cases[i].text, &got_s) != cases[i].want ||
            (cases[i].want && got_s != cases[i].want_s)) {
            fail_msg("%s: %lld", cases[i].text, (long long)got_s);
        }
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(time_of_a_certificate_is_read),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
