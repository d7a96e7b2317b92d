/* SPDX-License-Identifier: Apache-2.0 */
#include "aws/web_identity_token.h"

#include "base/error.h"
#include "base/file.h"
#include "base/log.h"
#include "base/text.h"

#include <string.h>

/* Room for the line break that is taken off, and for CR before it. */
enum { FILE_LIMIT = ENT_WEB_IDENTITY_TOKEN_MAX + 2 };

static void
trim_line_break(const char *path, ent_buffer *token)
{
    size_t length = token->length;

    if (length == 0 || token->bytes[length - 1] != '\n') {
        return;
    }
    length -= length > 1 && token->bytes[length - 2] == '\r' ? 2 : 1;
    token->bytes[length] = '\0';
    token->length = length;
    ent_log(
        token->runtime,
        ENTITLE_LOG_DEBUG,
        "%s ends with a line break, which is not taken for part of the token; other "
        "programs may send it",
        path);
}

static entitle_status
refuse(const char *path, const char *cause, entitle_error *error)
{
    ent_fail(
        error,
        ENTITLE_INVALID_CREDENTIALS,
        "the web-identity token file %.200s %s",
        path,
        cause);
    ent_hint(
        error,
        "let AWS_WEB_IDENTITY_TOKEN_FILE name the file that Kubernetes projects for "
        "the service account");
    return ENTITLE_INVALID_CREDENTIALS;
}

entitle_status
ent_web_identity_token_read(const char *path, ent_buffer *token, entitle_error *error)
{
    entitle_error cause = { .message = "" };
    entitle_status status;

    ent_buffer_clear(token);
    token->limit = FILE_LIMIT;
    status = ent_file_read(path, token, &cause);
    if (status == ENTITLE_OUT_OF_MEMORY) {
        return ent_fail_memory(error);
    }
    if (status != ENTITLE_OK) {
        ent_fail(
            error,
            ENTITLE_CONFIGURATION,
            "the web-identity token cannot be had: %s",
            cause.message);
        ent_hint(
            error,
            "let this user read the token file: on EKS, set the pod's "
            "securityContext.fsGroup, and check that the token is projected");
        return ENTITLE_CONFIGURATION;
    }
    trim_line_break(path, token);
    if (token->length < ENT_WEB_IDENTITY_TOKEN_MIN) {
        return refuse(path, "is empty or holds no token", error);
    }
    if (token->length > ENT_WEB_IDENTITY_TOKEN_MAX) {
        return refuse(path, "holds more than 20000 bytes", error);
    }
    if (strlen(token->bytes) != token->length ||
        !ent_text_is_visible_ascii(token->bytes)) {
        return refuse(
            path,
            "holds a space, a line break or another byte that no token has",
            error);
    }
    return ENTITLE_OK;
}
