/* SPDX-License-Identifier: Apache-2.0 */
#include "aws/instance_metadata.h"
#include "aws/instance_question.h"
#include "aws/task_metadata.h"
#include "base/error.h"
#include "base/json.h"

#include <entitle/instance.h>

#include <string.h>

enum { ARN_SIZE = 256, ACCOUNT_DIGITS = 12 };

static bool
take(const char *text, size_t length, char *out)
{
    if (length != ACCOUNT_DIGITS || strspn(text, "0123456789") < length) {
        return false;
    }
    memcpy(out, text, length);
    out[length] = '\0';
    return true;
}

/* arn:aws:ecs:us-east-1:123456789012:task/... */
static bool
take_from_arn(const char *arn, char *out)
{
    for (int colons = 0; colons < 4; colons++) {
        arn = strchr(arn, ':');
        if (arn == NULL) {
            return false;
        }
        arn++;
    }
    return take(arn, strcspn(arn, ":"), out);
}

static entitle_status
ask_task(const ent_credentials_request *request, char *out, entitle_error *error)
{
    char arn[ARN_SIZE];
    entitle_status status = ent_task_metadata_arn(request, arn, sizeof(arn), error);

    if (status == ENTITLE_OK && !take_from_arn(arn, out)) {
        status = ent_fail(
            error, ENTITLE_BAD_RESPONSE, "the ARN of the task names no account");
    }
    return status;
}

static entitle_status
take_from_document(const entitle_response *response, char *out, entitle_error *error)
{
    ent_json *document = ent_json_parse_object(
        ent_buffer_text(&response->body), response->body.length, NULL);
    const char *account = document != NULL
                              ? ent_json_string(ent_json_member(document, "accountId"))
                              : NULL;
    bool is_taken = account != NULL && take(account, strlen(account), out);

    ent_json_free(document);
    return is_taken ? ENTITLE_OK
                    : ent_fail(
                          error,
                          ENTITLE_BAD_RESPONSE,
                          "the identity of the instance names no account");
}

/* https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-identity-documents.html
 */
static entitle_status
ask_instance(const ent_credentials_request *request, char *out, entitle_error *error)
{
    ent_instance_metadata metadata;
    entitle_response response;

    ent_response_init(&response, request->runtime);
    entitle_status status = ent_instance_metadata_open(request, &metadata, error);
    if (status == ENTITLE_OK) {
        status = ent_instance_metadata_get(
            &metadata, "/latest/dynamic/instance-identity/document", &response, error);
    }
    if (status == ENTITLE_OK) {
        status = take_from_document(&response, out, error);
    }
    ent_response_clear(&response);
    ent_instance_metadata_close(&metadata);
    return status;
}

static entitle_status
find_account(const ent_credentials_request *request, char *out, entitle_error *error)
{
    entitle_status status = ask_task(request, out, error);

    if (status == ENTITLE_NO_REGION) {
        status = ask_instance(request, out, error);
    }
    if (status == ENTITLE_NO_CREDENTIALS) {
        status = ent_fail(
            error,
            ENTITLE_PLATFORM_NOT_SUPPORTED,
            "there is no metadata of AWS to be asked");
    }
    return status;
}

entitle_status
entitle_instance_account(
    const entitle_runtime *runtime,
    const entitle_transport *transport,
    char *out,
    size_t out_size,
    entitle_error *error)
{
    if (out_size < ENTITLE_ACCOUNT_SIZE) {
        return ent_fail(
            error,
            ENTITLE_INVALID_ARGUMENT,
            "an account takes %u bytes",
            ENTITLE_ACCOUNT_SIZE);
    }
    return ent_instance_ask(runtime, transport, find_account, out, error);
}
