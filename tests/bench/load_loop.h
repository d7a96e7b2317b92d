/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BENCH_LOAD_LOOP_H
#define BENCH_LOAD_LOOP_H

#include "load_request.h"

#include <netinet/in.h>

enum { LOAD_CONNECTIONS_MAX = 256 };

typedef struct load_order {
    struct sockaddr_in address;
    size_t connections;
    double seconds;    /* 0: until `requests` are answered */
    uint64_t requests; /* 0: until the time is over */
    double rate; /* requests a second, whether or not those before are answered; 0: as
                    many as are answered */
} load_order;

typedef struct load_result {
    uint64_t answered;
    uint64_t failed;      /* answers other than 200 */
    double *latencies_us; /* of all that were answered; from when each was due */
    double wall_s;
} load_result;

/* Drives the server from kept-alive connections. False when a connection breaks. */
bool load_run(const load_order *order, load_plan *plan, load_result *result);

#endif
