/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Timestamps of a token and of an answer: what is read is the same moment when it is
 * written and read again, and the C library agrees on every `Date`.
 */
#include "base/timestamp.h"
#include "fuzz.h"

#include <string.h>
#include <time.h>

/* Years 0000 to 9999, which is what can be written. */
static bool
can_be_written(int64_t epoch_s)
{
    return epoch_s >= -62167219200 && epoch_s <= 253402300799;
}

static void
require_same_when_rewritten(int64_t epoch_s)
{
    char text[ENT_TIMESTAMP_SIZE];
    int64_t again = 0;

    ent_timestamp_iso(epoch_s, text);
    FUZZ_REQUIRE(ent_timestamp_parse_iso(text, &again));
    FUZZ_REQUIRE(!can_be_written(epoch_s) || again == epoch_s);
    ent_timestamp_amz(epoch_s, text);
    FUZZ_REQUIRE(strlen(text) == strlen("20261121T200000Z"));
}

/* Without a fraction and an offset there is one way to write a moment. */
static void
require_text_is(const char *text, int64_t epoch_s)
{
    char expected[ENT_TIMESTAMP_SIZE];

    ent_timestamp_iso(epoch_s, expected);
    FUZZ_REQUIRE(
        strlen(text) != strlen(expected) || text[strlen(expected) - 1] != 'Z' ||
        strcmp(text, expected) == 0);
}

/* All but the name of the day, which is not looked at. */
static void
require_date_is(const char *text, int64_t epoch_s)
{
    time_t moment = (time_t)epoch_s;
    struct tm utc;
    char expected[64];

    FUZZ_REQUIRE(gmtime_r(&moment, &utc) != NULL);
    snprintf(expected, sizeof(expected), "%04d", utc.tm_year + 1900);
    FUZZ_REQUIRE(strncmp(text + 12, expected, 4) == 0);
    FUZZ_REQUIRE(strftime(expected, sizeof(expected), " %H:%M:%S GMT", &utc) > 0);
    FUZZ_REQUIRE(strcmp(text + 16, expected) == 0);
    FUZZ_REQUIRE(strftime(expected, sizeof(expected), ", %d %b ", &utc) > 0);
    FUZZ_REQUIRE(strncmp(text + 3, expected, strlen(expected)) == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    char *text = malloc(length + 1);
    int64_t epoch_s = 0;

    FUZZ_REQUIRE(text != NULL);
    memcpy(text, bytes, length);
    text[length] = '\0';
    if (ent_timestamp_parse_iso(text, &epoch_s)) {
        require_same_when_rewritten(epoch_s);
        require_text_is(text, epoch_s);
    }
    if (ent_timestamp_parse_http(text, &epoch_s)) {
        require_same_when_rewritten(epoch_s);
        require_date_is(text, epoch_s);
    }
    free(text);
    return 0;
}
