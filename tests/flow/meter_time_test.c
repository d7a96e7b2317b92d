/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The meter when time does what it does: hours and months end, summer time comes and
 * goes, clocks jump, and AWS is away for longer than it takes usage. Each story is a
 * row of steps; clocks stand where the test has put them.
 */
#include "meter_stage.h"
#include "support/cmocka.h"

#include <stdlib.h>
#include <time.h>

enum {
    NOON_S = STAGE_NOON_S,
    HOUR_S = STAGE_HOUR_S,
    MINUTE_S = 60,
    STEPS = 24,
    DECEMBER_S = 1796083200, /* 2026-12-01T00:00:00Z */
    YEAR_S = 1798761600,     /* 2027-01-01T00:00:00Z */
    LEAP_DAY_S = 1835395200, /* 2028-02-29T00:00:00Z */
    BERLIN_SPRING_S = 1774746000 /* 2026-03-29T01:00:00Z: 02:00 becomes 03:00 */,
    BERLIN_AUTUMN_S = 1792890000 /* 2026-10-25T01:00:00Z: 03:00 becomes 02:00 */,
    NEW_YORK_AUTUMN_S = 1793512800 /* 2026-11-01T06:00:00Z: 02:00 becomes 01:00 */
};

typedef enum step_kind {
    STEP_END = 0,
    STEP_ZONE,    /* the machine's time zone */
    STEP_CLOCKS,  /* both stand at */
    STEP_MACHINE, /* the machine's alone */
    STEP_SERVICE, /* the service's alone */
    STEP_USE,     /* of so many units at */
    STEP_FAULT,   /* the service's */
    STEP_FLUSH,
    STEP_FLUSH_FINAL,
    STEP_FLUSH_DROP,
    STEP_ACCOUNT
} step_kind;

typedef struct step {
    step_kind kind;
    int64_t at_s;
    int64_t number; /* of units; of a flush: its status */
    const char *text;
} step;

#define ZONE(name)                                                                     \
    {                                                                                  \
        STEP_ZONE, 0, 0, name                                                          \
    }
#define CLOCKS(at)                                                                     \
    {                                                                                  \
        STEP_CLOCKS, at, 0, NULL                                                       \
    }
#define MACHINE(at)                                                                    \
    {                                                                                  \
        STEP_MACHINE, at, 0, NULL                                                      \
    }
#define SERVICE(at)                                                                    \
    {                                                                                  \
        STEP_SERVICE, at, 0, NULL                                                      \
    }
#define USE(units, at)                                                                 \
    {                                                                                  \
        STEP_USE, at, units, NULL                                                      \
    }
#define FAULT(json)                                                                    \
    {                                                                                  \
        STEP_FAULT, 0, 0, json                                                         \
    }
#define FLUSH(status)                                                                  \
    {                                                                                  \
        STEP_FLUSH, 0, ENTITLE_##status, NULL                                          \
    }
#define FINAL_FLUSH                                                                    \
    {                                                                                  \
        STEP_FLUSH_FINAL, 0, ENTITLE_OK, NULL                                          \
    }
#define DROPPING_FLUSH                                                                 \
    {                                                                                  \
        STEP_FLUSH_DROP, 0, ENTITLE_OK, NULL                                           \
    }
#define ACCOUNT(want)                                                                  \
    {                                                                                  \
        STEP_ACCOUNT, 0, 0, want                                                       \
    }

/* Refused before anything is metered, and an answer that never came. */
#define AWAY   "{\"operation\":\"MeterUsage\",\"error\":\"AccessDeniedException\"}"
#define SILENT "{\"operation\":\"MeterUsage\",\"reset\":true}"

typedef struct story {
    const char *name;
    step steps[STEPS];
} story;

static const story hours[] = {
    { "the last second of an hour and the first of the next are two hours'",
      { USE(5, NOON_S - 1),
        USE(7, NOON_S),
        FLUSH(OK),
        ACCOUNT("open=7 accepted=5 | 5") } },
    { "a second before its end an hour is not over",
      { CLOCKS(NOON_S + HOUR_S - 1),
        USE(5, NOON_S),
        FLUSH(OK),
        ACCOUNT("open=5 | 0") } },
    { "at its end it is",
      { USE(5, NOON_S),
        CLOCKS(NOON_S + HOUR_S),
        FLUSH(OK),
        ACCOUNT("accepted=5 | 5") } },
    { "what comes late joins its hour while that is unsent",
      { USE(5, NOON_S),
        CLOCKS(NOON_S + 2 * HOUR_S),
        USE(7, NOON_S + HOUR_S - 1),
        FLUSH(OK),
        ACCOUNT("accepted=12 | 12") } },
    { "and the open one afterwards",
      { USE(5, NOON_S),
        CLOCKS(NOON_S + 2 * HOUR_S),
        FLUSH(OK),
        USE(7, NOON_S + HOUR_S - 1),
        FLUSH(OK),
        ACCOUNT("open=7 accepted=5 | 5"),
        CLOCKS(NOON_S + 3 * HOUR_S),
        FLUSH(OK),
        ACCOUNT("accepted=12 | 12") } },
    { "a final flush in the last second leaves the next hour to its uses",
      { CLOCKS(NOON_S + HOUR_S - 1),
        USE(5, NOON_S + HOUR_S - 1),
        FINAL_FLUSH,
        CLOCKS(NOON_S + HOUR_S),
        USE(7, NOON_S + HOUR_S),
        FINAL_FLUSH,
        ACCOUNT("accepted=12 | 12") } },
};

static const story months[] = {
    { "a month ends between two hours",
      { CLOCKS(DECEMBER_S - 60),
        USE(5, DECEMBER_S - 60),
        CLOCKS(DECEMBER_S),
        USE(7, DECEMBER_S - 1),
        USE(9, DECEMBER_S),
        FLUSH(OK),
        ACCOUNT("open=9 accepted=12 | 12") } },
    { "AWS takes last month's until 06:00",
      { CLOCKS(DECEMBER_S - 60),
        USE(5, DECEMBER_S - 60),
        CLOCKS(DECEMBER_S + 6 * HOUR_S - 2 * MINUTE_S),
        FLUSH(OK),
        ACCOUNT("accepted=5 | 5") } },
    { "what is later is the new month's",
      { CLOCKS(DECEMBER_S - 60),
        USE(5, DECEMBER_S - 60),
        CLOCKS(DECEMBER_S + 6 * HOUR_S),
        FLUSH(OK),
        ACCOUNT("open=5 | 0"),
        CLOCKS(DECEMBER_S + 7 * HOUR_S),
        FLUSH(OK),
        ACCOUNT("accepted=5 | 5") } },
    { "or lost where that is chosen",
      { CLOCKS(DECEMBER_S - 60),
        USE(5, DECEMBER_S - 60),
        CLOCKS(DECEMBER_S + 6 * HOUR_S),
        DROPPING_FLUSH,
        ACCOUNT("lost=5 | 0") } },
    { "a year ends like a month",
      { CLOCKS(YEAR_S - 60),
        USE(5, YEAR_S - 1),
        CLOCKS(YEAR_S + 5 * HOUR_S),
        USE(7, YEAR_S),
        FLUSH(OK),
        ACCOUNT("accepted=12 | 12") } },
    { "a leap day has its hours",
      { CLOCKS(LEAP_DAY_S - 60),
        USE(5, LEAP_DAY_S - 1),
        CLOCKS(LEAP_DAY_S + HOUR_S),
        USE(7, LEAP_DAY_S),
        FLUSH(OK),
        ACCOUNT("accepted=12 | 12"),
        USE(9, LEAP_DAY_S + HOUR_S),
        CLOCKS(LEAP_DAY_S + 24 * HOUR_S),
        FLUSH(OK),
        CLOCKS(LEAP_DAY_S + 25 * HOUR_S),
        FLUSH(OK),
        ACCOUNT("accepted=21 | 21") } },
};

/* An hour before the change, the hour of it, and the one after. */
#define THROUGH_THE_CHANGE(at)                                                         \
    CLOCKS((at)-HOUR_S), USE(5, (at)-HOUR_S), CLOCKS(at), USE(1, (at)-1), USE(7, at),  \
        FLUSH(OK), ACCOUNT("open=7 accepted=6 | 6"), CLOCKS((at) + HOUR_S),            \
        USE(9, (at) + HOUR_S), FLUSH(OK), ACCOUNT("open=9 accepted=13 | 13"),          \
        CLOCKS((at) + 2 * HOUR_S), FLUSH(OK), ACCOUNT("accepted=22 | 22")

static const story summer_times[] = {
    { "an hour that the clocks on the wall leave out",
      { ZONE("Europe/Berlin"), THROUGH_THE_CHANGE(BERLIN_SPRING_S) } },
    { "an hour that they have twice",
      { ZONE("Europe/Berlin"), THROUGH_THE_CHANGE(BERLIN_AUTUMN_S) } },
    { "another country's",
      { ZONE("America/New_York"), THROUGH_THE_CHANGE(NEW_YORK_AUTUMN_S) } },
    { "a zone with half hours", { ZONE("Asia/Kolkata"), THROUGH_THE_CHANGE(NOON_S) } },
};

static const story jumps[] = {
    { "forwards by 2 h between add and flush: AWS's time counts",
      { USE(5, NOON_S - HOUR_S),
        USE(7, NOON_S),
        MACHINE(NOON_S + 2 * HOUR_S),
        FLUSH(OK),
        ACCOUNT("closed=7 accepted=5 | 5"),
        MACHINE(NOON_S),
        FLUSH(OK),
        ACCOUNT("open=7 accepted=5 | 5"),
        CLOCKS(NOON_S + HOUR_S),
        FLUSH(OK),
        ACCOUNT("accepted=12 | 12") } },
    { "forwards, and not back: what is dated ahead waits for AWS to be there",
      { MACHINE(NOON_S + 2 * HOUR_S),
        USE(7, NOON_S + 2 * HOUR_S),
        FLUSH(OK),
        ACCOUNT("open=7 | 0"),
        SERVICE(NOON_S + 3 * HOUR_S),
        MACHINE(NOON_S + 5 * HOUR_S),
        FLUSH(OK),
        ACCOUNT("accepted=7 | 7") } },
    { "forwards by 2 h before the end: the running hour is AWS's",
      { USE(5, NOON_S),
        USE(7, NOON_S - HOUR_S),
        MACHINE(NOON_S + 2 * HOUR_S),
        FINAL_FLUSH,
        ACCOUNT("accepted=12 | 12") } },
    { "backwards by 2 h: hours wait, and are sent once",
      { CLOCKS(NOON_S + HOUR_S),
        USE(5, NOON_S),
        MACHINE(NOON_S - HOUR_S),
        USE(7, NOON_S - HOUR_S),
        FLUSH(OK),
        ACCOUNT("open=12 | 0"),
        MACHINE(NOON_S + HOUR_S),
        FLUSH(OK),
        ACCOUNT("accepted=12 | 12") } },
    { "backwards after the hour was sent: what comes is carried",
      { USE(5, NOON_S - HOUR_S),
        FLUSH(OK),
        MACHINE(NOON_S - 30 * MINUTE_S),
        USE(7, NOON_S - 30 * MINUTE_S),
        FLUSH(OK),
        ACCOUNT("open=7 accepted=5 | 5"),
        CLOCKS(NOON_S + HOUR_S),
        FLUSH(OK),
        ACCOUNT("accepted=12 | 12") } },
    { "far forwards: nothing is lost by the machine's word, dropping or not",
      { USE(5, NOON_S - HOUR_S),
        MACHINE(NOON_S + 10 * HOUR_S),
        DROPPING_FLUSH,
        ACCOUNT("accepted=5 | 5") } },
    { "far forwards with a record in doubt: its bytes go out again",
      { USE(5, NOON_S - HOUR_S),
        FAULT("{\"operation\":\"MeterUsage\",\"drop_reply\":true}"),
        FLUSH(UNREACHABLE),
        ACCOUNT("sending=5 | 5"),
        FAULT(""),
        MACHINE(NOON_S + 10 * HOUR_S),
        FLUSH(OK),
        ACCOUNT("accepted=5 | 5") } },
};

static const story outages[] = {
    { "5 h 50 min, tried every two hours: all is sent",
      { USE(5, NOON_S),
        FAULT(AWAY),
        CLOCKS(NOON_S + HOUR_S),
        FLUSH(ACCESS_DENIED),
        USE(7, NOON_S + HOUR_S),
        CLOCKS(NOON_S + 3 * HOUR_S),
        FLUSH(ACCESS_DENIED),
        CLOCKS(NOON_S + 5 * HOUR_S),
        FLUSH(ACCESS_DENIED),
        ACCOUNT("closed=12 | 0"),
        CLOCKS(NOON_S + HOUR_S + 350 * MINUTE_S),
        FAULT(""),
        FLUSH(OK),
        ACCOUNT("accepted=12 | 12") } },
    { "5 h 50 min in doubt: the same bytes, once",
      { USE(5, NOON_S),
        FAULT(SILENT),
        CLOCKS(NOON_S + HOUR_S),
        FLUSH(UNREACHABLE),
        ACCOUNT("sending=5 | 0"),
        CLOCKS(NOON_S + HOUR_S + 350 * MINUTE_S),
        FAULT(""),
        FLUSH(OK),
        ACCOUNT("accepted=5 | 5") } },
    { "7 h: the first hour is carried, the second is not",
      { USE(5, NOON_S),
        USE(7, NOON_S + 2 * MINUTE_S),
        FAULT(AWAY),
        CLOCKS(NOON_S + 2 * HOUR_S),
        USE(9, NOON_S + 2 * HOUR_S),
        FLUSH(ACCESS_DENIED),
        CLOCKS(NOON_S + 8 * HOUR_S),
        FLUSH(ACCESS_DENIED),
        ACCOUNT("closed=21 | 0"),
        FAULT(""),
        FLUSH(OK),
        ACCOUNT("open=12 accepted=9 | 9"),
        CLOCKS(NOON_S + 9 * HOUR_S),
        FLUSH(OK),
        ACCOUNT("accepted=21 | 21") } },
    { "7 h, dropping: the first hour is lost, the second is not",
      { USE(5, NOON_S),
        FAULT(AWAY),
        CLOCKS(NOON_S + 2 * HOUR_S),
        USE(9, NOON_S + 2 * HOUR_S),
        FLUSH(ACCESS_DENIED),
        CLOCKS(NOON_S + 8 * HOUR_S),
        FAULT(""),
        DROPPING_FLUSH,
        ACCOUNT("accepted=9 lost=5 | 9") } },
    { "7 h in doubt: nobody can tell any more, and it is never carried",
      { USE(5, NOON_S),
        FAULT(SILENT),
        CLOCKS(NOON_S + HOUR_S),
        FLUSH(UNREACHABLE),
        CLOCKS(NOON_S + 8 * HOUR_S),
        FAULT(""),
        FLUSH(OK),
        ACCOUNT("lost=5 | 0") } },
};

/* --- Telling them ----------------------------------------------------------------- */

static void
set_zone(const char *name)
{
    assert_int_equal(setenv("TZ", name, 1), 0);
    tzset();
}

static void
flush(const step *told)
{
    const entitle_flush_options options = {
        .struct_size = sizeof(options),
        .final = told->kind == STEP_FLUSH_FINAL,
        .past_window = told->kind == STEP_FLUSH_DROP ? ENTITLE_PAST_WINDOW_DROP
                                                     : ENTITLE_PAST_WINDOW_CARRY,
    };
    stage_flush(&options, (entitle_status)told->number);
}

static void
tell_step(const step *told)
{
    switch (told->kind) {
    case STEP_ZONE:
        set_zone(told->text);
        return;
    case STEP_CLOCKS:
        stage_set_clock(told->at_s);
        return;
    case STEP_MACHINE:
        stage_set_machine_clock(told->at_s);
        return;
    case STEP_SERVICE:
        stage_set_service_clock(told->at_s);
        return;
    case STEP_USE:
        stage_use_at(told->at_s, told->number);
        return;
    case STEP_FAULT:
        stage_set_faults(told->text);
        return;
    case STEP_FLUSH:
    case STEP_FLUSH_FINAL:
    case STEP_FLUSH_DROP:
        flush(told);
        return;
    case STEP_ACCOUNT:
        stage_assert_account(told->text);
        return;
    case STEP_END:
        return;
    }
}

static void
tell(const story *stories, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        print_message("  %s\n", stories[i].name);
        assert_int_equal(stage_begin(NULL), 0);
        for (size_t j = 0; j < STEPS && stories[i].steps[j].kind != STEP_END; j++) {
            tell_step(&stories[i].steps[j]);
        }
        set_zone("UTC");
        assert_int_equal(stage_end(NULL), 0);
    }
}

#define TELL(stories) tell(stories, sizeof(stories) / sizeof((stories)[0]))

static void
usage_is_of_the_hour_of_its_time(void **state)
{
    (void)state;
    TELL(hours);
}

static void
months_end_as_aws_has_them(void **state)
{
    (void)state;
    TELL(months);
}

static void
hours_are_utc_whatever_the_zone(void **state)
{
    (void)state;
    TELL(summer_times);
}

static void
a_clock_that_jumps_loses_and_doubles_nothing(void **state)
{
    (void)state;
    TELL(jumps);
}

static void
outages_end_as_the_window_has_it(void **state)
{
    (void)state;
    TELL(outages);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(usage_is_of_the_hour_of_its_time),
        cmocka_unit_test(months_end_as_aws_has_them),
        cmocka_unit_test(hours_are_utc_whatever_the_zone),
        cmocka_unit_test(a_clock_that_jumps_loses_and_doubles_nothing),
        cmocka_unit_test(outages_end_as_the_window_has_it),
    };
    return cmocka_run_group_tests(tests, stage_start, stage_stop);
}
