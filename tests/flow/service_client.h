/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TEST_FLOW_SERVICE_CLIENT_H
#define TEST_FLOW_SERVICE_CLIENT_H

#include "support/aws_environment.h"
#include "support/http_client.h"
#include "support/sandbox_process.h"

#define SERVICE_ACCESS_KEY AWS_EXAMPLE_KEY_ID
#define SERVICE_SECRET_KEY AWS_EXAMPLE_SECRET
#define SERVICE_SIGNING    "aws:amz:us-east-1:aws-marketplace"
#define SERVICE_PRODUCT    "cqcvf9f0ugw8rkbgmf1c9dxyz"

/* A request that the sandbox answers with a token. */
#define SERVICE_GOOD_BODY                                                              \
    "{\"ProductCode\":\"" SERVICE_PRODUCT "\",\"PublicKeyVersion\":1,\"Nonce\":\"n-"   \
    "1\"}"

/* Who signs a call, and for which Region. */
typedef struct service_signer {
    const char *access_key;
    const char *secret_key;
    const char *region;
} service_signer;

/* The sandbox's own key, in us-east-1. */
extern const service_signer service_default_signer;

/*
 * That operation with that body, signed by libcurl. Fails the test when there was no
 * answer.
 */
void service_call_as(
    const sandbox_process *sandbox,
    const service_signer *signer,
    const char *operation,
    const char *body,
    http_reply *reply);

/* The same by the sandbox's own key. */
void service_call(
    const sandbox_process *sandbox,
    const char *operation,
    const char *body,
    http_reply *reply);

/* The same but allowed to go unanswered. */
void service_try_call(
    const sandbox_process *sandbox,
    const char *operation,
    const char *body,
    http_reply *reply);

/*
 * RegisterUsage with that body, signed by libcurl. Fails the test when there
 * was no answer.
 */
void
service_register(const sandbox_process *sandbox, const char *body, http_reply *reply);

/* The same but allowed to go unanswered. */
void service_try_register(
    const sandbox_process *sandbox, const char *body, http_reply *reply);

/*
 * Asserts that the answer is the error, in the form that SDKs understand; NULL: that
 * it is a success.
 */
void service_assert_error(const http_reply *reply, const char *error_name);

/* Copies a string member of a JSON body; "" when it has none. */
void service_member(const char *json, const char *name, char *out, size_t out_size);

/*
 * cmocka's set-up and tear-down of one sandbox for a group of tests, and the set-up of
 * each: everything back to the start.
 */
extern sandbox_process service_sandbox;
int service_start(void **state);
int service_stop(void **state);
int service_reset(void **state);

/* A control request of it that has to succeed; the answer is in `service_reply`. */
extern http_reply service_reply;
void service_control(const char *method, const char *name, const char *json);

#endif
