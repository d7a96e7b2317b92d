/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TEST_FLOW_USAGE_CLIENT_H
#define TEST_FLOW_USAGE_CLIENT_H

#include "service_client.h"

#include <cjson/cJSON.h>

#include <stddef.h>
#include <stdint.h>

/* What the sandbox says of one call; everything that it did not say is "". */
typedef struct usage_outcome {
    char error[64];
    char message[512];
    char id[64]; /* MeteringRecordId */
    char rule[160];
    char page[256];
    char note[128];
    int64_t at_s; /* service's clock */
} usage_outcome;

/* A control request that has to succeed; the answer is in `usage_reply`. */
extern http_reply usage_reply;
void usage_control(
    const sandbox_process *sandbox,
    const char *method,
    const char *name,
    const char *json);

/* Moves the service's clock to that moment. */
void usage_set_clock(const sandbox_process *sandbox, int64_t now_s);

/* One call, and what the journal has on it. Asserts the form of the answer. */
void usage_call(
    const sandbox_process *sandbox,
    const service_signer *signer,
    const char *operation,
    const char *body,
    usage_outcome *out);

/*
 * The same, judged in exactly that second of the service's clock: made again where the
 * clock went on meanwhile, so only for calls that may be repeated.
 */
void usage_call_at(
    const sandbox_process *sandbox,
    const service_signer *signer,
    const char *operation,
    const char *body,
    int64_t now_s,
    usage_outcome *out);

/* GET records, parsed; to be freed with cJSON_Delete(). */
cJSON *usage_records(const sandbox_process *sandbox);

/* A string member of an object; "" when it has none. */
const char *usage_text(const cJSON *object, const char *name);
int64_t usage_number(const cJSON *object, const char *name);

#endif
