/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_PLAY_H
#define SANDBOX_PLAY_H

#include "play/call.h"

#include <stdbool.h>

/* One of the services that the sandbox plays. */
typedef struct play_part {
    const char *content_type; /* of its answers, errors included */
    bool has_request_id;      /* its answers carry x-amzn-RequestId */
    call_error_writer *write_error;
    const char *method; /* the only one that it takes */
    const sandbox_rule *method_rule;
    void (*perform)(sandbox_call *call);
} play_part;

/* A request and the names that it goes by. */
typedef struct play_request {
    const sandbox_request *http;
    const char *operation;            /* in the journal; "": it names none */
    const char *const *fault_targets; /* in faults; ends with NULL */
} play_request;

/*
 * Size and method are judged first, then a fault is taken, whether or not the call
 * would succeed; then the part performs. Everything is written down.
 */
void play(
    sandbox_core *sandbox,
    const play_part *part,
    const play_request *request,
    sandbox_answer *answer);

#endif
