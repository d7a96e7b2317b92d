/* SPDX-License-Identifier: Apache-2.0 */
#include "service_client.h"

#include "support/cmocka.h"

#include <cjson/cJSON.h>

#include <signal.h>
#include <stdio.h>
#include <string.h>

sandbox_process service_sandbox;

int
service_start(void **state)
{
    (void)state;
    static const char *const arguments[] = { "--seed", "1", NULL };
    return sandbox_process_start(&service_sandbox, arguments) ? 0 : -1;
}

/* A sanitizer that found something in the sandbox shows in its exit status. */
int
service_stop(void **state)
{
    (void)state;
    return sandbox_process_stop(&service_sandbox, SIGTERM, NULL);
}

int
service_reset(void **state)
{
    (void)state;
    return sandbox_process_control(&service_sandbox, "POST", "reset", NULL, NULL) == 200
               ? 0
               : -1;
}

http_reply service_reply;

void
service_control(const char *method, const char *name, const char *json)
{
    sandbox_process_demand(&service_sandbox, method, name, json, &service_reply);
}

const service_signer service_default_signer = {
    .access_key = SERVICE_ACCESS_KEY,
    .secret_key = SERVICE_SECRET_KEY,
    .region = "us-east-1",
};

static void
try_call(
    const sandbox_process *sandbox,
    const service_signer *signer,
    const char *operation,
    const char *body,
    http_reply *reply)
{
    char target[96];
    char signing[96];
    const char *const headers[] = { "Content-Type: application/x-amz-json-1.1",
                                    target,
                                    NULL };
    const http_call call = {
        .url = sandbox->url,
        .body = body,
        .headers = headers,
        .signing_parameter = signing,
        .access_key = signer->access_key,
        .secret_key = signer->secret_key,
    };
    (void)snprintf(
        target, sizeof(target), "X-Amz-Target: AWSMPMeteringService.%s", operation);
    (void)snprintf(
        signing, sizeof(signing), "aws:amz:%s:aws-marketplace", signer->region);
    assert_true(http_perform(&call, reply));
}

void
service_call_as(
    const sandbox_process *sandbox,
    const service_signer *signer,
    const char *operation,
    const char *body,
    http_reply *reply)
{
    try_call(sandbox, signer, operation, body, reply);
    assert_int_equal(reply->code, CURLE_OK);
}

void
service_call(
    const sandbox_process *sandbox,
    const char *operation,
    const char *body,
    http_reply *reply)
{
    service_call_as(sandbox, &service_default_signer, operation, body, reply);
}

void
service_try_call(
    const sandbox_process *sandbox,
    const char *operation,
    const char *body,
    http_reply *reply)
{
    try_call(sandbox, &service_default_signer, operation, body, reply);
}

void
service_try_register(
    const sandbox_process *sandbox, const char *body, http_reply *reply)
{
    service_try_call(sandbox, "RegisterUsage", body, reply);
}

void
service_register(const sandbox_process *sandbox, const char *body, http_reply *reply)
{
    service_try_register(sandbox, body, reply);
    assert_int_equal(reply->code, CURLE_OK);
}

void
service_member(const char *json, const char *name, char *out, size_t out_size)
{
    cJSON *object = cJSON_Parse(json);
    const char *text =
        cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, name));
    (void)snprintf(out, out_size, "%s", text != NULL ? text : "");
    cJSON_Delete(object);
}

void
service_assert_error(const http_reply *reply, const char *error_name)
{
    char value[128];
    assert_true(http_reply_header(reply, "Date", value, sizeof(value)));
    assert_true(http_reply_header(reply, "Content-Type", value, sizeof(value)));
    assert_string_equal(value, "application/x-amz-json-1.1");
    assert_true(http_reply_header(reply, "x-amzn-RequestId", value, sizeof(value)));
    assert_int_equal(strlen(value), 36);

    service_member(reply->body, "__type", value, sizeof(value));
    assert_string_equal(value, error_name != NULL ? error_name : "");
    if (error_name == NULL) {
        assert_int_equal(reply->status, 200);
    } else {
        assert_true(reply->status >= 400);
        service_member(reply->body, "message", value, sizeof(value));
        assert_string_not_equal(value, "");
    }
}
