/* SPDX-License-Identifier: Apache-2.0 */
#include "console/option_value.h"

#include "console/time_value.h"

#include <stdio.h>
#include <string.h>

#define KEY_VERSION_LIMIT INT64_C(2147483647)
#define QUANTITY_LIMIT    INT64_C(2147483647)
#define DEADLINE_LIMIT_S  INT64_C(86400)

/* Digits only, at most `limit`; moves `*text` behind them. */
static bool
read_digits(const char **text, int64_t limit, int64_t *out)
{
    const char *start = *text;
    int64_t value = 0;

    while (**text >= '0' && **text <= '9') {
        value = value * 10 + (**text - '0');
        if (value > limit) {
            return false;
        }
        (*text)++;
    }
    *out = value;
    return *text > start;
}

static bool
read_version(const char *text, int64_t *out)
{
    return text[0] != '0' && read_digits(&text, KEY_VERSION_LIMIT, out) &&
           *text == '\0';
}

static bool
read_quantity(const char *text, int64_t *out)
{
    return read_digits(&text, QUANTITY_LIMIT, out) && *text == '\0';
}

static bool
read_seconds(const char *text, int64_t *out_ms)
{
    int64_t seconds = 0;
    int64_t milliseconds = 0;

    if (!read_digits(&text, DEADLINE_LIMIT_S, &seconds)) {
        return false;
    }
    if (*text == '.') {
        const char *decimals = ++text;

        if (!read_digits(&text, 999, &milliseconds) || text - decimals > 3) {
            return false;
        }
        for (size_t digits = (size_t)(text - decimals); digits < 3; digits++) {
            milliseconds *= 10;
        }
    }
    *out_ms = seconds * 1000 + milliseconds;
    return *text == '\0' && *out_ms >= 1 && *out_ms <= DEADLINE_LIMIT_S * 1000;
}

/* The position of `word` in "one|two". */
static bool
read_choice(const char *words, const char *word, int64_t *out)
{
    size_t length = strlen(word);

    for (int64_t position = 0; words != NULL; position++) {
        const char *end = strchr(words, '|');
        size_t word_length = end != NULL ? (size_t)(end - words) : strlen(words);

        if (word_length == length && strncmp(words, word, length) == 0) {
            *out = position;
            return true;
        }
        words = end != NULL ? end + 1 : NULL;
    }
    return false;
}

static bool
read_switch(const char *text, int64_t *out)
{
    static const char words[] = "false|true|0|1|no|yes|off|on";

    if (!read_choice(words, text, out)) {
        return false;
    }
    *out %= 2;
    return true;
}

bool
option_value_read(
    const option_rule *rule, option_value *value, char *reason, size_t reason_size)
{
    const char *wanted = "a text that is not empty";
    bool is_right = false;

    switch (rule->kind) {
    case OPTION_SWITCH:
        is_right = read_switch(value->text, &value->number);
        wanted = "true or false";
        break;
    case OPTION_TEXT:
    case OPTION_LIST:
        is_right = value->text[0] != '\0';
        break;
    case OPTION_CHOICE:
        is_right = read_choice(rule->value, value->text, &value->number);
        wanted = rule->value;
        break;
    case OPTION_VERSION:
        is_right = read_version(value->text, &value->number);
        wanted = "a whole number from 1 to 2147483647";
        break;
    case OPTION_QUANTITY:
        is_right = read_quantity(value->text, &value->number);
        wanted = "a whole number from 0 to 2147483647";
        break;
    case OPTION_SECONDS:
        is_right = read_seconds(value->text, &value->number);
        wanted = "a number of seconds from 0.001 to 86400";
        break;
    case OPTION_TIME:
        is_right = time_value_parse(value->text, &value->number);
        wanted = "a time such as 2026-11-21T20:00:00Z or epoch seconds";
        break;
    }
    if (!is_right) {
        (void)snprintf(reason, reason_size, "must be %s", wanted);
    }
    return is_right;
}
