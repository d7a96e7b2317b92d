/* SPDX-License-Identifier: Apache-2.0 */
#include "metering/moment.h"

#include "base/text.h"
#include "base/timestamp.h"

#include <stddef.h>
#include <string.h>

static bool
number_to_seconds(double number, int64_t *out_s)
{
    /* Also keeps the cast defined. */
    if (!(number > 0) || number > (double)ENT_MOMENT_LAST_S) {
        return false;
    }
    *out_s = (int64_t)number;
    return true;
}

bool
ent_moment_read(const ent_json *member, int64_t *out_s)
{
    const char *text = ent_json_string(member);
    double number = 0;
    uint64_t seconds = 0;
    int64_t at_s = 0;

    if (ent_json_number(member, &number)) {
        return number_to_seconds(number, out_s);
    }
    if (text == NULL) {
        return false;
    }
    if (ent_text_to_unsigned(text, strlen(text), ENT_MOMENT_LAST_S, &seconds)) {
        return number_to_seconds((double)seconds, out_s);
    }
    return ent_timestamp_parse_iso(text, &at_s) &&
           number_to_seconds((double)at_s, out_s);
}
