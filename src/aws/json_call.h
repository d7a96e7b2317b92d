/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_AWS_JSON_CALL_H
#define ENT_AWS_JSON_CALL_H

#include "aws/endpoint.h"
#include "aws/retry.h"
#include "aws/service_error.h"
#include "base/deadline.h"
#include "base/json.h"

#include <entitle/credentials.h>
#include <entitle/transport.h>

#include <stddef.h>
#include <stdint.h>

/* One AWS service that speaks JSON 1.1, and what a client has learned about it. */
typedef struct ent_json_service {
    const entitle_runtime *runtime;
    const entitle_transport *transport;
    const entitle_credentials_provider *credentials;
    const ent_endpoint *endpoint;
    const char *region;
    const char *signing_name;               /* "aws-marketplace" */
    const char *target_prefix;              /* "AWSMPMeteringService" */
    struct ent_sigv4_kept_key *signing_key; /* NULL: none is kept */
    /* Of this service; asked before the common ones. */
    const ent_error_rule *error_rules;
    ent_retry_policy retry_policy;

    ent_retry_quota retry_quota;
    int64_t clock_offset_ms; /* service minus this machine, from the last `Date` */
    int64_t clock_set_ms;    /* the wall clock minus the monotonic one at that time */
    /*
     * What requests are dated with. Only changed after the service refused a date: a
     * `Date` that a cache made wrong must not spoil signatures that are accepted.
     */
    int64_t signing_offset_ms;
    entitle_credentials_kind credentials_kind; /* last used */
    uint32_t refreshes; /* of credentials, after they were refused */
    uint32_t attempts;  /* of the last call that was made alone */
} ent_json_service;

typedef struct ent_json_call {
    const char *operation;
    const char *body; /* one JSON object */
    size_t body_length;
    /* A string that a 2xx must have to be an answer of this operation; NULL: none. */
    const char *required_member;
    /* What no error may quote, such as the nonce; NULL: nothing. */
    const char *confidential;
    /* Of this operation; asked before those of the service. NULL: none. */
    const ent_error_rule *error_rules;
    /*
     * An error code by which the service says that it went well, and what status that
     * is then, of the category DONE: a dry run is answered so. NULL: none.
     */
    const char *success_code;
    entitle_status success_status;
    ent_deadline deadline;
} ent_json_call;

/* A success: its JSON parsed strictly, and the bytes that it came in. */
typedef struct ent_json_answer {
    ent_json *json;
    entitle_response response;
    char request_id[64]; /* visible ASCII; may be empty */
    /*
     * An attempt before the one that was answered may have had its effect: what the
     * answer calls undone may be done.
     */
    bool is_behind_doubt;
} ent_json_answer;

void ent_json_answer_clear(ent_json_answer *answer);

/*
 * Makes the call, which ends with ENTITLE_OK, or `success_status`, and the answer, or
 * with a failure: credentials, signature and date anew for each attempt; 3.1 s to
 * connect and 10 s in all for one, less when the deadline is nearer. Retries by the
 * service's policy; credentials that were refused are refreshed once; a clock that is
 * 240 s or more off is corrected once. Both count as attempts.
 *
 * After a failure the error has the cause of the last attempt, its HTTP status, service
 * code and request id. When only the deadline ended the attempts, the status is that of
 * the last one that had its full time (such as ENTITLE_THROTTLED), or ENTITLE_TIMEOUT
 * where there was none.
 */
ENTITLE_CHECKED entitle_status ent_json_call_perform(
    ent_json_service *service,
    const ent_json_call *call,
    ent_json_answer *answer,
    entitle_error *error);

#endif
