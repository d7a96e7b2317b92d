/* SPDX-License-Identifier: Apache-2.0 */
#include "aws/credentials.h"
#include "aws/credentials_document.h"
#include "aws/credentials_source.h"
#include "aws/instance_metadata.h"
#include "aws/service_error.h"
#include "base/error.h"

#include <stdio.h>
#include <string.h>

enum { ROLE_NAME_SIZE = 65, PATH_SIZE = 128 };

#define ROLES "/latest/meta-data/iam/security-credentials/"

/* The first line; what IAM allows in a name needs no encoding in a path. */
static entitle_status
read_role_name(
    const entitle_response *response, char out[ROLE_NAME_SIZE], entitle_error *error)
{
    static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                  "0123456789_+=,.@-";
    const char *text = ent_buffer_text(&response->body);
    size_t begin = strspn(text, " \t");
    size_t length = strspn(text + begin, allowed);

    if (length == 0 && strcspn(text + begin, "\r\n") == 0) {
        return ent_fail(
            error, ENTITLE_NO_CREDENTIALS, "the instance has no role of its own");
    }
    if (length >= ROLE_NAME_SIZE || strchr("\r\n \t", text[begin + length]) == NULL) {
        return ent_fail(
            error,
            ENTITLE_BAD_RESPONSE,
            "the instance metadata service names a role as none can be named");
    }
    memcpy(out, text + begin, length);
    out[length] = '\0';
    return ENTITLE_OK;
}

static entitle_status
find_role(
    ent_instance_metadata *metadata,
    entitle_response *response,
    char out[ROLE_NAME_SIZE],
    entitle_error *error)
{
    entitle_status status = ent_instance_metadata_get(metadata, ROLES, response, error);

    if (status == ENTITLE_UNREACHABLE || status == ENTITLE_TIMEOUT) {
        return ent_fail(
            error,
            ENTITLE_NO_CREDENTIALS,
            "the instance metadata service does not answer");
    }
    return status == ENTITLE_OK ? read_role_name(response, out, error) : status;
}

static entitle_status
fetch(
    ent_instance_metadata *metadata,
    entitle_response *response,
    entitle_credentials *out,
    entitle_error *error)
{
    char role[ROLE_NAME_SIZE];
    char path[PATH_SIZE];
    entitle_status status = find_role(metadata, response, role, error);

    if (status != ENTITLE_OK) {
        return status;
    }
    (void)snprintf(path, sizeof(path), "%s%s", ROLES, role);
    status = ent_instance_metadata_get(metadata, path, response, error);
    if (status == ENTITLE_NO_CREDENTIALS) {
        return ent_fail(
            error,
            ENTITLE_SERVICE_ERROR,
            "the instance metadata service has no credentials of the role %s",
            role);
    }
    if (status != ENTITLE_OK) {
        return status;
    }
    status = ent_credentials_document_read(
        &response->body, ENTITLE_CREDENTIALS_INSTANCE_ROLE, out, error);
    if (status == ENTITLE_OK) {
        ent_credentials_note_role(out, role);
    } else if (error != NULL) {
        ent_redact(error->message, metadata->token); /* an answer may quote it */
    }
    return status;
}

/*
 * Credentials that have expired are given all the same: when the service cannot renew
 * them, AWS goes on taking the old ones for a while.
 */
entitle_status
ent_credentials_from_instance(
    const ent_credentials_request *request,
    entitle_credentials *out,
    entitle_error *error)
{
    ent_instance_metadata metadata;
    entitle_response response;
    entitle_status status = ent_instance_metadata_open(request, &metadata, error);

    ent_response_init(&response, request->runtime);
    if (status == ENTITLE_OK) {
        status = fetch(&metadata, &response, out, error);
    }
    ent_response_clear(&response);
    ent_instance_metadata_close(&metadata);
    return status;
}
