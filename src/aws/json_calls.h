/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_AWS_JSON_CALLS_H
#define ENT_AWS_JSON_CALLS_H

#include "aws/json_call_state.h"
#include "http/transfer.h"

#include <stddef.h>
#include <stdint.h>

/* One of several calls. On the heap: it stays where it is. */
typedef struct ent_json_running {
    ent_json_call call; /* filled in by the caller, as is `owner` */
    void *owner;
    ent_json_answer answer;
    ent_json_call_state state;
    ent_transfer transfer; /* its request, while that is on its way */
    int64_t due_ms;        /* when ENT_STEP_PREPARE or ENT_STEP_WAIT is over */
    struct ent_json_running *next;
} ent_json_running;

/* Calls of one service that are under way at once, on one thread. */
typedef struct ent_json_calls {
    ent_json_service *service;
    bool does_several;         /* the transport; otherwise one request at a time */
    ent_json_running *running; /* in the order in which they began */
    ent_json_running *ended;   /* in the order in which they ended */
} ent_json_calls;

void ent_json_calls_init(ent_json_calls *calls, ent_json_service *service);

/*
 * Begins a call, whose other members are zero. Where the transport does several it is
 * sent at once; may have to wait for credentials then.
 */
void ent_json_calls_add(ent_json_calls *calls, ent_json_running *running);

/*
 * Waits until a call has ended, and takes it out: ent_json_call_finish() tells how.
 * NULL where none is under way. Once the runtime says so, all end as interrupted.
 */
ent_json_running *ent_json_calls_next(ent_json_calls *calls);

/* Interrupts one that is under way, or has just ended, and takes it out. NULL: none. */
ent_json_running *ent_json_calls_abandon(ent_json_calls *calls);

#endif
