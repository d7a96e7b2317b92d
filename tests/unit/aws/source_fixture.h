/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TEST_UNIT_AWS_SOURCE_FIXTURE_H
#define TEST_UNIT_AWS_SOURCE_FIXTURE_H

#include "aws/credentials.h"
#include "aws/credentials_source.h"
#include "support/fake_runtime.h"
#include "support/scripted_transport.h"

#define SOURCE_SECRET "top-secret-0123456789-abcdefghijk"
#define SOURCE_TOKEN  "session-token-0123456789-abcdefghijk"

/* A credential document as ECS, EKS and IMDS write it, with this expiry. */
#define SOURCE_DOCUMENT(expiration_)                                                   \
    "{\"Code\":\"Success\",\"AccessKeyId\":\"ASIAEXAMPLE\",\"SecretAccessKey\":"       \
    "\"" SOURCE_SECRET "\",\"Token\":\"" SOURCE_TOKEN                                  \
    "\",\"Expiration\":\"" expiration_ "\"}"
#define SOURCE_GOOD SOURCE_DOCUMENT("2026-11-22T02:00:00Z")

/* A source of credentials, what it may use, and what it gave. */
typedef struct source_fixture {
    fake_runtime fake;
    scripted_transport script;
    ent_profile_set *profiles;
    entitle_credentials credentials;
    entitle_error error;
    char file[64]; /* a temporary file, empty at first */
} source_fixture;

extern source_fixture fixture;

int source_set_up(void **state);

/* Looks for secrets in the error and the log, and for memory that was left over. */
int source_tear_down(void **state);

void source_write_file(const char *text);

/* Asks a source with these variables and answers, in us-east-1 and within `left_ms`. */
entitle_status source_ask_within(
    int64_t left_ms,
    ent_credentials_source *source,
    const fake_variable *variables,
    const scripted_answer *answers,
    size_t answer_count);

/* The same, within a minute. */
entitle_status source_ask(
    ent_credentials_source *source,
    const fake_variable *variables,
    const scripted_answer *answers,
    size_t answer_count);

#endif
