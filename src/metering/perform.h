/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_METERING_PERFORM_H
#define ENT_METERING_PERFORM_H

#include "metering/client.h"
#include "metering/operation.h"

#include <stdbool.h>

enum { ENT_METERING_REQUEST_LIMIT = 1024 * 1024 };

typedef struct ent_metering_request {
    const ent_operation *operation;
    const char *body; /* one JSON object */
    size_t body_length;
    const char *confidential; /* what no error may quote; NULL: nothing */
    bool is_dry_run;          /* ENTITLE_DRY_RUN_ACCEPTED is then a success, too */
} ent_metering_request;

/*
 * ent_json_call_perform() within the client's deadline, and with what only the client
 * knows added to the remedy: which Region, whose credentials, which IAM action. The
 * answer is to be cleared after a success: ENTITLE_OK, or ENTITLE_DRY_RUN_ACCEPTED.
 */
ENTITLE_CHECKED entitle_status ent_metering_perform(
    entitle_metering *metering,
    const ent_metering_request *request,
    ent_json_answer *answer,
    entitle_error *error);

/* Its two halves: what is called, and what only the client can tell of a failure. */
ent_json_call ent_metering_call_of(
    const entitle_metering *metering, const ent_metering_request *request);
void ent_metering_explain(
    const entitle_metering *metering,
    const ent_operation *operation,
    entitle_error *error);

/*
 * Passes on the status of a failure that came before anything was sent, and says so in
 * the error that tells of it.
 */
entitle_status ent_metering_unsent(entitle_error *error, entitle_status status);

/*
 * ENTITLE_INVALID_INPUT for a body that was written and did not fit, with its own
 * sentence, or ENTITLE_OUT_OF_MEMORY; ENTITLE_OK for one that is whole.
 */
ENTITLE_CHECKED entitle_status ent_metering_check_body(
    const ent_operation *operation, const ent_buffer *body, entitle_error *error);

#endif
