/* SPDX-License-Identifier: Apache-2.0 */
#include "aws/credentials_document.h"

#include "aws/credentials.h"
#include "base/error.h"
#include "base/json.h"
#include "base/timestamp.h"

#include <string.h>

static const char *
text_of(const ent_json *document, const char *name)
{
    const char *text = ent_json_string(ent_json_member(document, name));

    return text != NULL ? text : "";
}

static entitle_status
refuse_error_document(const ent_json *document, entitle_error *error)
{
    const char *message = text_of(document, "Message");

    return ent_fail(
        error,
        ENTITLE_CONFIGURATION,
        "the answer holds no credentials but the error %.64s%s%.300s",
        text_of(document, "Code"),
        message[0] != '\0' ? ": " : "",
        message);
}

static entitle_status
take(
    const ent_json *document,
    entitle_credentials_kind kind,
    entitle_credentials *out,
    entitle_error *error)
{
    static const char *const names[] = {
        "AccessKeyId", "SecretAccessKey", "Token", "Expiration"
    };
    entitle_error cause = { .message = "" };
    int64_t expires_at_s = 0;

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (text_of(document, names[i])[0] == '\0') {
            return ent_fail(
                error, ENTITLE_BAD_RESPONSE, "the answer has no string %s", names[i]);
        }
    }
    if (!ent_timestamp_parse_iso(text_of(document, "Expiration"), &expires_at_s)) {
        return ent_fail(
            error,
            ENTITLE_BAD_RESPONSE,
            "the Expiration in the answer is '%.40s', not a time in ISO 8601",
            text_of(document, "Expiration"));
    }
    if (entitle_credentials_set(
            out,
            kind,
            text_of(document, "AccessKeyId"),
            text_of(document, "SecretAccessKey"),
            text_of(document, "Token"),
            expires_at_s,
            &cause) != ENTITLE_OK) {
        return ent_fail(
            error, ENTITLE_BAD_RESPONSE, "in the answer, %s", cause.message);
    }
    ent_credentials_note_role(out, text_of(document, "RoleArn"));
    return ENTITLE_OK;
}

entitle_status
ent_credentials_document_read(
    const ent_buffer *json,
    entitle_credentials_kind kind,
    entitle_credentials *out,
    entitle_error *error)
{
    ent_json_fault fault = { .reason = NULL };
    ent_json *document =
        ent_json_parse_object(ent_buffer_text(json), json->length, &fault);
    entitle_status status;

    if (document == NULL && fault.out_of_memory) {
        return ent_fail_memory(error);
    }
    if (document == NULL) {
        return ent_fail(
            error,
            ENTITLE_BAD_RESPONSE,
            "the answer is not a JSON object: %s at byte %zu",
            fault.reason != NULL ? fault.reason : "refused",
            fault.offset);
    }
    const char *code = text_of(document, "Code");
    if (code[0] != '\0' && strcmp(code, "Success") != 0) {
        status = refuse_error_document(document, error);
    } else {
        status = take(document, kind, out, error);
    }
    ent_json_free(document);
    return status;
}
