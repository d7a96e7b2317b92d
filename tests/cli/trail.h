/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TEST_CLI_TRAIL_H
#define TEST_CLI_TRAIL_H

#include "cli/market.h"

#include <cjson/cJSON.h>

/*
 * What CloudTrail would tell of a sandbox: an event for each record that it has
 * honoured, in the order of time; to be freed by cJSON_Delete().
 */
cJSON *trail_of(const test_market *market);

/* The record in the answer or request of an event that has one of them. */
cJSON *trail_record(cJSON *event);

/* {"Records":[...]}, or one event a line; to be freed by free(). */
char *trail_delivered(const cJSON *events);
char *trail_lines(const cJSON *events);

#endif
