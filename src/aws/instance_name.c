/* SPDX-License-Identifier: Apache-2.0 */
#include "aws/credentials_source.h"
#include "aws/identity_token.h"
#include "aws/instance_metadata.h"
#include "aws/instance_question.h"
#include "aws/task_metadata.h"
#include "aws/web_identity_token.h"
#include "base/error.h"
#include "base/runtime.h"
#include "base/text.h"

#include <entitle/instance.h>

#include <stdio.h>
#include <string.h>
#include <unistd.h>

/*
 * What cannot be read for want of memory may name a pod, whose usage must not go to the
 * host's name.
 */
static entitle_status
take_pod(
    const entitle_runtime *runtime,
    const ent_buffer *text,
    char *out,
    entitle_error *error)
{
    ent_identity_token token;
    bool is_read =
        ent_identity_token_decode(runtime, ent_buffer_text(text), text->length, &token);

    if (token.lacks_memory) {
        return ent_fail_memory(error);
    }
    if (!is_read || token.pod_uid[0] == '\0' ||
        !ent_text_is_visible_ascii(token.pod_uid)) {
        return ent_fail(error, ENTITLE_NO_CREDENTIALS, "the token names no pod");
    }
    (void)snprintf(out, ENTITLE_INSTANCE_NAME_SIZE, "%s", token.pod_uid);
    return ENTITLE_OK;
}

/* ENTITLE_NO_REGION and _NO_CREDENTIALS of the platforms: it is not this one. */
static bool
is_another_platform(entitle_status status)
{
    return status == ENTITLE_NO_REGION || status == ENTITLE_NO_CREDENTIALS;
}

static entitle_status
ask_task(const ent_credentials_request *request, char *out, entitle_error *error)
{
    return ent_task_metadata_arn(request, out, ENTITLE_INSTANCE_NAME_SIZE, error);
}

static entitle_status
read_pod(const ent_credentials_request *request, char *out, entitle_error *error)
{
    const char *path = ent_environment(request->runtime, "AWS_WEB_IDENTITY_TOKEN_FILE");
    ent_buffer text;

    if (path == NULL) {
        return ent_fail(error, ENTITLE_NO_CREDENTIALS, "there is no web identity");
    }
    ent_buffer_init(&text, request->runtime, ENT_WEB_IDENTITY_TOKEN_MAX);
    entitle_status status = ent_web_identity_token_read(path, &text, error);
    if (status == ENTITLE_OK) {
        status = take_pod(request->runtime, &text, out, error);
    }
    ent_buffer_clear(&text);
    return status;
}

/* A pod that has no token of its own reaches the metadata of its node. */
static bool
is_in_kubernetes(const entitle_runtime *runtime)
{
    return ent_environment(runtime, "KUBERNETES_SERVICE_HOST") != NULL;
}

static entitle_status
take_instance_id(const entitle_response *response, char *out, entitle_error *error)
{
    const char *text = ent_buffer_text(&response->body);
    int length = (int)strcspn(text, " \r\n");

    (void)snprintf(out, ENTITLE_INSTANCE_NAME_SIZE, "%.*s", length, text);
    if (!ent_text_starts_with(out, "i-") || !ent_text_is_visible_ascii(out)) {
        return ent_fail(
            error, ENTITLE_BAD_RESPONSE, "the instance metadata names no instance");
    }
    return ENTITLE_OK;
}

static entitle_status
ask_instance(const ent_credentials_request *request, char *out, entitle_error *error)
{
    ent_instance_metadata metadata;
    entitle_response response;

    if (is_in_kubernetes(request->runtime)) {
        return ent_fail(error, ENTITLE_NO_CREDENTIALS, "a pod is not its node");
    }
    ent_response_init(&response, request->runtime);
    entitle_status status = ent_instance_metadata_open(request, &metadata, error);
    if (status == ENTITLE_OK) {
        status = ent_instance_metadata_get(
            &metadata, "/latest/meta-data/instance-id", &response, error);
    }
    if (status == ENTITLE_OK) {
        status = take_instance_id(&response, out, error);
    }
    ent_response_clear(&response);
    ent_instance_metadata_close(&metadata);
    return status;
}

static entitle_status
take_host_name(char *out, entitle_error *error)
{
    char name[ENTITLE_INSTANCE_NAME_SIZE] = "";

    if (gethostname(name, sizeof(name) - 1) != 0 || name[0] == '\0' ||
        !ent_text_is_visible_ascii(name)) {
        return ent_fail(error, ENTITLE_CONFIGURATION, "this host has no usable name");
    }
    (void)snprintf(out, ENTITLE_INSTANCE_NAME_SIZE, "%s", name);
    return ENTITLE_OK;
}

static entitle_status
find_name(const ent_credentials_request *request, char *out, entitle_error *error)
{
    static entitle_status (*const platforms[])(
        const ent_credentials_request *request, char *out, entitle_error *error) = {
        ask_task,
        read_pod,
        ask_instance,
    };
    for (size_t i = 0; i < sizeof(platforms) / sizeof(platforms[0]); i++) {
        entitle_error cause = { .status = ENTITLE_OK };
        entitle_status status = platforms[i](request, out, &cause);
        if (status == ENTITLE_OK) {
            return ENTITLE_OK;
        }
        if (!is_another_platform(status)) {
            if (error != NULL) {
                *error = cause;
            }
            return status;
        }
    }
    return take_host_name(out, error);
}

entitle_status
entitle_instance_name(
    const entitle_runtime *runtime,
    const entitle_transport *transport,
    char *out,
    size_t out_size,
    entitle_error *error)
{
    if (out_size < ENTITLE_INSTANCE_NAME_SIZE) {
        return ent_fail(
            error,
            ENTITLE_INVALID_ARGUMENT,
            "a name takes %u bytes",
            ENTITLE_INSTANCE_NAME_SIZE);
    }
    return ent_instance_ask(runtime, transport, find_name, out, error);
}
