/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TEST_CLI_MARKET_H
#define TEST_CLI_MARKET_H

#include "support/sandbox_process.h"

#include <stddef.h>

/* A sandbox, and the environment of a container that the gate lets in there. */
typedef struct test_market {
    sandbox_process sandbox;
    char endpoint[192];
    char product_code[128];
    char keys[560];
    const char *environment[16]; /* ends with NULL; there is room for three more */
    size_t environment_count;
} test_market;

/* The one of a test program. */
extern test_market the_market;

/* For a group of tests; a failure fails the group. */
int market_start(test_market *market);
int market_start_with(test_market *market, const char *const *arguments);
int market_stop(test_market *market);

/* One control request that has to work: ("PUT", "faults", "{...}"). */
void market_control(
    const test_market *market, const char *method, const char *name, const char *json);

/* Back to the start: subscribed, without faults, and no call received. */
void market_reset(const test_market *market);

/* These three as cmocka wants them, for the_market. */
int market_set_up_group(void **state);
int market_tear_down_group(void **state);
int market_set_up(void **state);

/* How many calls the service has received since then. */
int market_calls(const test_market *market);

#endif
