/* SPDX-License-Identifier: Apache-2.0 */
#include "base/timestamp.h"
#include "support/cmocka.h"

#include <string.h>

typedef struct moment {
    int64_t epoch_s;
    const char *iso;
} moment;

static void
timestamp_writes_and_reads_iso(void **state)
{
    static const moment moments[] = {
        { 0, "1970-01-01T00:00:00Z" },
        { -1, "1969-12-31T23:59:59Z" },
        { 951782400, "2000-02-29T00:00:00Z" },
        { 951868800, "2000-03-01T00:00:00Z" },
        { 1795291200, "2026-11-21T20:00:00Z" },
        { 4107542399, "2100-02-28T23:59:59Z" },
        { 4107542400, "2100-03-01T00:00:00Z" },
        { -62167219200, "0000-01-01T00:00:00Z" },
        { 253402300799, "9999-12-31T23:59:59Z" },
    };
    char text[ENT_TIMESTAMP_SIZE];
    int64_t back;

    (void)state;
    for (size_t i = 0; i < sizeof(moments) / sizeof(moments[0]); i++) {
        ent_timestamp_iso(moments[i].epoch_s, text);
        assert_string_equal(text, moments[i].iso);
        assert_true(ent_timestamp_parse_iso(moments[i].iso, &back));
        assert_true(back == moments[i].epoch_s);
    }
    ent_timestamp_iso(INT64_MAX, text);
    assert_string_equal(text, "9999-12-31T23:59:59Z");
    ent_timestamp_iso(INT64_MIN, text);
    assert_string_equal(text, "0000-01-01T00:00:00Z");
    ent_timestamp_amz(1795291200, text);
    assert_string_equal(text, "20261121T200000Z");
}

typedef struct parse_case {
    const char *text;
    int64_t want; /* -1: refused */
} parse_case;

static void
timestamp_reads_iso_as_aws_writes_it(void **state)
{
    static const parse_case cases[] = {
        { "2026-11-21T20:00:00Z", 1795291200 },
        { "2026-11-21T20:00:00.123Z", 1795291200 },
        { "2026-11-21T20:00:00.Z", -1 },
        { "2026-11-21T21:00:00+01:00", 1795291200 },
        { "2026-11-21T18:30:00-0130", 1795291200 },
        { "2026-11-21T21:00:00+24:00", -1 },
        { "2026-11-21T21:00:00+01:60", -1 },
        { "2026-11-21T20:00:00", -1 },
        { "2026-11-21T20:00:00z", -1 },
        { "2026-11-21 20:00:00Z", -1 },
        { "2026-11-21T20:00Z", -1 },
        { "2026-11-21T20:00:00Z ", -1 },
        { " 2026-11-21T20:00:00Z", -1 },
        { "2026-11-30T20:00:00Z", 1796068800 },
        { "2026-11-31T20:00:00Z", -1 },
        { "2026-00-21T20:00:00Z", -1 },
        { "2026-13-21T20:00:00Z", -1 },
        { "2026-11-00T20:00:00Z", -1 },
        { "2026-02-29T20:00:00Z", -1 },
        { "2026-11-21T24:00:00Z", -1 },
        { "2026-11-21T20:60:00Z", -1 },
        { "2026-11-21T20:00:60Z", -1 },
        { "", -1 },
        { "now", -1 },
        { "-026-11-21T20:00:00Z", -1 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        int64_t out = 0;
        bool accepted = ent_timestamp_parse_iso(cases[i].text, &out);
        if (accepted != (cases[i].want >= 0) || (accepted && out != cases[i].want)) {
            fail_msg("%s", cases[i].text);
        }
    }
}

static void
timestamp_reads_the_date_of_an_http_answer(void **state)
{
    static const parse_case cases[] = {
        { "Sat, 21 Nov 2026 20:00:00 GMT", 1795291200 },
        { "Sat, 21 Nov 2026 20:00:00 UTC", -1 },
        { "Sat, 21 Nov 2026 20:00:00 GMT ", -1 },
        { "Sat, 21 nov 2026 20:00:00 GMT", -1 },
        { "Sat, 31 Nov 2026 20:00:00 GMT", -1 },
        { "Saturday, 21-Nov-26 20:00:00 GMT", -1 },
        { "Sat Nov 21 20:00:00 2026", -1 },
        { ",", -1 },
        { "", -1 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        int64_t out = 0;
        bool accepted = ent_timestamp_parse_http(cases[i].text, &out);
        if (accepted != (cases[i].want >= 0) || (accepted && out != cases[i].want)) {
            fail_msg("%s", cases[i].text);
        }
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(timestamp_writes_and_reads_iso),
        cmocka_unit_test(timestamp_reads_iso_as_aws_writes_it),
        cmocka_unit_test(timestamp_reads_the_date_of_an_http_answer),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
