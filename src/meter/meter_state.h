/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_METER_METER_STATE_H
#define ENT_METER_METER_STATE_H

#include "base/random.h"
#include "ledger/ledger.h"
#include "meter/commit_queue.h"
#include "meter/pending.h"
#include "meter/use.h"

#include <entitle/meter.h>

#include <pthread.h>

/* Behind entitle_meter. */
struct entitle_meter {
    entitle_runtime runtime;
    char *ledger_path;  /* without links, from the root on; or a URL, a secret */
    bool must_exist;    /* a file is not made */
    bool is_shared;     /* by several hosts: others may be sending, too */
    char *product_code; /* NULL: each use names its own */
    char instance[ENT_USE_INSTANCE_SIZE];
    bool by_event;
    int64_t buffer_ms;
    int64_t write_after_ms; /* by a clock that may be behind: rather early than late */

    pthread_mutex_t ledger_lock; /* a ledger bears one call at a time */
    ent_ledger *ledger;
    ent_commit_queue commits;
    bool has_commits; /* they have been initialised */

    pthread_mutex_t pending_lock; /* taken before the others */
    ent_pending *pending;         /* NULL: every add is written at once */
    /* Of sums whose commit may hold although it failed; "": there are none such. */
    char unwritten_id[ENT_UUID_SIZE];
    int64_t clock_s; /* what time it is at least */
};

/* Another connection to its ledger. */
ENTITLE_CHECKED entitle_status ent_meter_open_ledger(
    const entitle_meter *meter, ent_ledger **out, entitle_error *error);

int64_t ent_meter_now_s(const entitle_meter *meter);

ent_use_defaults ent_meter_defaults(const entitle_meter *meter);

/* On AgentCore each use is a record, known by its token from the first attempt on. */
ENTITLE_CHECKED entitle_status ent_meter_give_token(
    const entitle_meter *meter,
    ent_usage_event *event,
    char token[ENT_UUID_SIZE],
    entitle_error *error);

/* Whoever passes NULL for a meter, or for what belongs to it. */
entitle_status ent_meter_is_missing(entitle_error *error);

/* Of a meter that buffers: a use without an id, dated where it was not. */
ENTITLE_CHECKED entitle_status
ent_meter_add_buffered(entitle_meter *meter, entitle_use *use, entitle_error *error);

/* Says why the ledger refused the event. */
entitle_status ent_meter_refuse(
    ent_usage_refusal refusal, const ent_usage_event *event, entitle_error *error);

#endif
