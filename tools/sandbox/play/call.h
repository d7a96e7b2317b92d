/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_CALL_H
#define SANDBOX_CALL_H

#include "faults/faults.h"
#include "journal/journal.h"
#include "journal/rules.h"
#include "state/sandbox.h"
#include "wire/answer.h"
#include "wire/request.h"

#include <stdbool.h>
#include <stdint.h>

enum { CALL_REGION_SIZE = 40 };

/* A service's own form of an error. */
typedef void call_error_writer(
    sandbox_answer *answer,
    const char *name,
    unsigned http_status,
    const char *message);

/* One request to a service on its way to an answer. */
typedef struct sandbox_call {
    sandbox_core *sandbox;
    const sandbox_request *request;
    sandbox_answer *answer;
    call_error_writer *write_error;
    sandbox_fault fault; /* what goes wrong with it; kind FAULT_NONE: nothing */
    int64_t now_s;       /* the machine's clock, moved by the fault skew_s */
    int64_t service_s;   /* the service's clock */
    char region[CALL_REGION_SIZE]; /* that the credential is scoped to */
    const market_access_key *key;  /* that signed; NULL: none of the market's */
    uint64_t identity;             /* number of who signed; 0: not known yet */
    journal_entry entry;           /* filled on the way */
} sandbox_call;

/*
 * Who signed, or NULL where that ended since then. A key of the market is never without
 * an identity: where another became its own meanwhile, the call is that one's. Called
 * with the lock held.
 */
const sandbox_identity *call_find_signer(sandbox_call *call);

/*
 * Answers with an error of the service, and notes the rule that decided. Always false:
 * a check may return it.
 */
bool call_refuse(
    sandbox_call *call,
    const char *error_name,
    const sandbox_rule *rule,
    const char *message);

/* The same with a status of its own. */
void call_refuse_with(
    sandbox_call *call,
    const char *error_name,
    unsigned http_status,
    const sandbox_rule *rule,
    const char *message);

/* Answers that memory or OpenSSL failed. */
void call_fail(sandbox_call *call);

/* Answers that the store failed: nothing of the call is kept. */
void call_fail_store(sandbox_call *call);

#endif
