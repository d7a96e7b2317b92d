/* SPDX-License-Identifier: Apache-2.0 */
/* The programs have a function fail(), of which cmocka makes a macro. */
/* clang-format off */
#include "usage/trail_text.h"
#include "support/cmocka.h"
/* clang-format on */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct pieces {
    const char *bytes;
    size_t left;
    size_t size;
} pieces;

static ssize_t
read_piece(void *context, char *out, size_t size, cli_failure *failure)
{
    pieces *from = context;
    size_t count = from->left < from->size ? from->left : from->size;

    (void)failure;
    count = count < size ? count : size;
    memcpy(out, from->bytes, count);
    from->bytes += count;
    from->left -= count;
    return (ssize_t)count;
}

static trail_text text;

/* The events with a '|' behind each, and then how it ended. */
static void
cut(const char *log, size_t length, size_t piece, char *out, size_t size)
{
    pieces from = { log, length, piece };
    const char *reason = "its end";
    cli_failure failure;
    trail_step step = TRAIL_EVENT;

    out[0] = '\0';
    trail_text_init(&text, read_piece, &from);
    while (step == TRAIL_EVENT) {
        size_t used = strlen(out);
        step = trail_text_next(&text, &reason, &failure);
        assert_int_not_equal(step, TRAIL_UNREADABLE);
        (void)snprintf(
            out + used,
            size - used,
            "%s%s",
            step == TRAIL_EVENT ? text.event : reason,
            step == TRAIL_EVENT ? "|" : "");
    }
    trail_text_clear(&text);
}

static const struct {
    const char *log;
    const char *want;
} logs[] = {
    { "{\"Records\":[]}", "its end" },
    { "{\"Records\":[{}]}", "{}|its end" },
    { "{\"Records\":[{\"a\":1},{\"b\":[{}]}]}\n", "{\"a\":1}|{\"b\":[{}]}|its end" },
    { " { \"Records\" : [ {} , {} ] } ", "{}|{}|its end" },
    { "{\"Records\":[]}{\"Records\":[{}]}", "{}|its end" },
    { "{\"a\":1}\n{\"b\":2}\n", "{\"a\":1}|{\"b\":2}|its end" },
    { "{\"a\":\"}{][\\\"}\\\\\"}", "{\"a\":\"}{][\\\"}\\\\\"}|its end" },
    { "{\"Records\":{}}", "{\"Records\":{}}|its end" },
    { "{\"records\":[]}", "{\"records\":[]}|its end" },
    { "{\"Records\":[{}", "{}|is cut off" },
    { "{\"Records\":[{}]", "{}|is cut off" },
    { "{\"Records\":[{},", "{}|is cut off" },
    { "{\"Records\":[", "is cut off" },
    { "{\"Records\"", "is cut off" },
    { "{\"a\":\"}", "is cut off" },
    { "{\"Records\":[{},]}", "{}|is not JSON" },
    { "{\"Records\":[,{}]}", "is not JSON" },
    { "{\"Records\":[{}{}]}", "{}|is not JSON" },
    { "{\"Records\":[1]}", "is not JSON" },
    { "{\"Records\":[],\"a\":1}", "has more behind its Records" },
    { "[{}]", "is not a log of CloudTrail" },
    { "{}x", "{}|is not a log of CloudTrail" },
    { "\"{}\"", "is not a log of CloudTrail" },
    { "", "is empty" },
    { " \n", "is empty" },
};

static void
log_is_cut_into_events(void **state)
{
    char got[256];

    (void)state;
    for (size_t i = 0; i < 3 * (sizeof(logs) / sizeof(logs[0])); i++) {
        static const size_t sizes[] = { 1, 3, 4096 };
        const char *log = logs[i / 3].log;

        cut(log, strlen(log), sizes[i % 3], got, sizeof(got));
        assert_string_equal(got, logs[i / 3].want);
    }
}

/* An event whose braces never end is given up, and one that just fits is not. */
static void
event_is_bounded(void **state)
{
    size_t length = TRAIL_EVENT_LIMIT + 2;
    char *log = malloc(length + 1);
    char got[64];

    (void)state;
    assert_non_null(log);
    memset(log, ' ', length);
    log[0] = '{';
    cut(log, length, 4096, got, sizeof(got));
    assert_string_equal(got, "is longer than 4 MiB");

    log[TRAIL_EVENT_LIMIT - 1] = '}';
    cut(log, length, 4096, got, sizeof(got));
    assert_memory_equal(got, "{   ", 4);
    free(log);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(log_is_cut_into_events),
        cmocka_unit_test(event_is_bounded),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
