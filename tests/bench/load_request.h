/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BENCH_LOAD_REQUEST_H
#define BENCH_LOAD_REQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    LOAD_BODY_LIMIT = 16 * 1024,
    LOAD_REQUEST_LIMIT = 2 * LOAD_BODY_LIMIT,
    LOAD_BATCH_LIMIT = 25
};

/*
 * Signed requests to a sandbox with the market of tests/bench/market.sh, each with
 * usage that no other has: hour by hour, dimension by dimension, then the next task (or
 * the next customer). The numbers begin again only when all have been used.
 */
typedef struct load_plan {
    const char *authority; /* "127.0.0.1:8700" */
    unsigned batch;        /* records of BatchMeterUsage; 0: MeterUsage */
    int64_t hour_s;        /* the latest hour that is reported for */
    uint64_t next;         /* number of the next record */

    int64_t signed_at_s; /* what follows is of this second */
    char stamp[20];
    unsigned char key[32];
    unsigned key_of;
} load_plan;

/* The next request, ready to be sent. Its length. */
size_t load_request_write(load_plan *plan, char out[LOAD_REQUEST_LIMIT]);

/* One with that body, signed by an identity of the market. Its length. */
size_t load_request_sign(
    load_plan *plan,
    const char *operation,
    const char *body,
    size_t length,
    unsigned identity,
    char out[LOAD_REQUEST_LIMIT]);

#endif
