/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USAGE_TRAIL_TIME_H
#define USAGE_TRAIL_TIME_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Reads a time as CloudTrail shows those of requests, "Apr 19, 2018 4:32:50 PM" in UTC,
 * or as it shows its own, "2018-04-19T16:32:51Z".
 */
bool trail_time_parse(const char *text, int64_t *out_s);

#endif
