/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_METERING_MOMENT_H
#define ENT_METERING_MOMENT_H

#include "base/json.h"

/* The last second of the year 9999, the end of what ISO 8601 can say. */
#define ENT_MOMENT_LAST_S INT64_C(253402300799)

/*
 * A time in an answer: epoch seconds, as AWS documents it, whose fraction is cut off;
 * as text, too, or ISO 8601. False for anything else, and for what is not later than
 * 1970-01-01.
 */
bool ent_moment_read(const ent_json *member, int64_t *out_s);

#endif
