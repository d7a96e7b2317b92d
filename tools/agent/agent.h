/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AGENT_AGENT_H
#define AGENT_AGENT_H

#include "agent/room.h"

#include <entitle/meter.h>

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

/* How a flush ended; the metric entitle_flush_total counts them. */
typedef enum agent_flush_result {
    AGENT_FLUSH_OK = 0,  /* all that was due is accepted */
    AGENT_FLUSH_REFUSED, /* all is settled, but some was rejected or lost */
    AGENT_FLUSH_FAILED,  /* some is left unsent */
    AGENT_FLUSH_RESULTS
} agent_flush_result;

/* What became of the records that flushes settled; entitle_flush_records_total. */
typedef enum agent_record_result {
    AGENT_RECORD_ACCEPTED = 0,
    AGENT_RECORD_REJECTED,
    AGENT_RECORD_LOST,
    AGENT_RECORD_RESULTS
} agent_record_result;

/* What all requests and the flushes share. */
typedef struct usage_agent {
    entitle_meter *meter;
    entitle_metering *metering; /* the flushes' own, which are never at once */
    entitle_runtime runtime;
    agent_room room;   /* for what is read of requests */
    bool zero_records; /* for customers' hours without usage */

    /*
     * Uses are taken under the reader's lock, and the end of it waits for the writer's.
     * Whoever sees the end leaves that lock alone: readers that never pause would keep
     * the writer waiting.
     */
    pthread_rwlock_t intake;
    atomic_bool is_stopping;

    atomic_llong failed_at_ms; /* when the ledger last took nothing; 0: it takes */
    atomic_llong flushes[AGENT_FLUSH_RESULTS];
    atomic_llong records[AGENT_RECORD_RESULTS];
    atomic_llong requests; /* to the service, of MeterUsage and BatchMeterUsage */
    atomic_llong uses;     /* that were taken */
    atomic_llong refusals; /* requests that were answered with 4xx and 5xx */
    atomic_llong flushed_at_s;
} usage_agent;

/* Opens the ledger and settles the service. False: `error` says why. */
bool agent_open(
    usage_agent *agent,
    const entitle_meter_options *ledger,
    const entitle_metering_options *service,
    entitle_error *error);
void agent_close(usage_agent *agent);

int64_t agent_now_s(void);
int64_t agent_monotonic_ms(void);

/*
 * Adds all or none. ENTITLE_INTERRUPTED: the agent is about to end. What the ledger
 * could not take is remembered for agent_check_health().
 */
entitle_status agent_add(
    usage_agent *agent,
    const entitle_use *const *uses,
    size_t count,
    size_t *counted,
    size_t *culprit,
    entitle_error *error);

/* From when this returns no use is taken any more. */
void agent_stop_intake(usage_agent *agent);

/* Sends what is due; with `is_final` the running hour, too. */
void agent_flush(usage_agent *agent, bool is_final);

/* False: `error` says what is wrong. */
bool agent_check_health(usage_agent *agent, entitle_error *error);

#endif
