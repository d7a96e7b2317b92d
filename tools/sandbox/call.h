/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_CALL_H
#define SANDBOX_CALL_H

#include "answer.h"
#include "faults.h"
#include "journal.h"
#include "request.h"
#include "rules.h"
#include "sandbox.h"

#include <stdbool.h>
#include <stdint.h>

enum { CALL_REGION_SIZE = 40 };

/* One request to the service on its way to an answer. */
typedef struct sandbox_call {
    sandbox_core *sandbox;
    const sandbox_request *request;
    sandbox_answer *answer;
    sandbox_fault fault; /* what goes wrong with it; kind FAULT_NONE: nothing */
    int64_t now_s;       /* the machine's clock, moved by the fault skew_s */
    char region[CALL_REGION_SIZE]; /* that the credential is scoped to */
    journal_entry entry;           /* filled on the way */
} sandbox_call;

/* Answers with an error of the service, and notes the rule that decided. */
void call_refuse(
    sandbox_call *call,
    const char *error_name,
    const sandbox_rule *rule,
    const char *message);

/* Answers that memory or OpenSSL failed. */
void call_fail(sandbox_call *call);

#endif
