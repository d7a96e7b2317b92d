/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_FAULTS_H
#define SANDBOX_FAULTS_H

#include "base/buffer.h"
#include "faults/document_twist.h"
#include "signing/token_signer.h"
#include "wire/error_code.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum fault_kind {
    FAULT_NONE = 0,
    FAULT_ERROR,
    FAULT_STATUS,
    FAULT_DELAY,
    FAULT_DROP_REPLY,
    FAULT_RESET,
    FAULT_SKEW,
    FAULT_UNPROCESSED,
    FAULT_TOKEN,
    FAULT_DOCUMENT,
    FAULT_LIFETIME,
    FAULT_TOKEN_REQUIRED
} fault_kind;

enum { FAULT_LIMIT = 32, FAULT_BODY_LIMIT = 4096, FAULT_OPERATION_SIZE = 32 };

/* One piece of scripted trouble. */
typedef struct sandbox_fault {
    char operation[FAULT_OPERATION_SIZE]; /* "*": any of the service */
    int64_t times;                        /* left; negative: without end */
    double rate;                          /* the share of requests; negative: all */

    fault_kind kind;
    const error_code *error;         /* FAULT_ERROR */
    int64_t retry_after_ms;          /* with a throttling error; negative: none */
    unsigned http_status;            /* FAULT_STATUS */
    char body[FAULT_BODY_LIMIT + 1]; /* FAULT_STATUS */
    int64_t amount;          /* ms of a delay, s of a skew or a lifetime, records */
    token_twist twist;       /* FAULT_TOKEN */
    document_twist document; /* FAULT_DOCUMENT */
} sandbox_fault;

/* The script, and the dice that decide for faults with a rate. */
typedef struct fault_list {
    sandbox_fault faults[FAULT_LIMIT];
    size_t count;
    uint64_t seed;
    uint64_t dice;
} fault_list;

/* No faults, and the dice as they were at the start. */
void faults_reset(fault_list *list, uint64_t seed);

/* The same faults meet the same requests again: the dice start anew. */
void faults_replace(fault_list *list, const sandbox_fault *faults, size_t count);

/*
 * Takes the first fault that matches a request into `*out`, or one of kind FAULT_NONE.
 * `operations` (ends with NULL) are the names that the request goes by, "" where it has
 * none.
 */
void faults_take(fault_list *list, const char *const *operations, sandbox_fault *out);

/* The faults still in force, as a JSON array. */
void faults_write(const fault_list *list, ent_buffer *out);

#endif
