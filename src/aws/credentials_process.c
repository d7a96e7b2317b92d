/* SPDX-License-Identifier: Apache-2.0 */
#include "aws/credentials_process.h"

#include "aws/child_process.h"
#include "aws/command_words.h"
#include "aws/credentials.h"
#include "base/error.h"
#include "base/json.h"
#include "base/runtime.h"
#include "base/timestamp.h"

#include <string.h>

enum { OUTPUT_LIMIT = 64 * 1024, COMPLAINT_LIMIT = 4096 };

/* NULL where it is absent; a member of another type is as wrong as an empty one. */
static const char *
text_of(const ent_json *document, const char *name)
{
    const ent_json *member = ent_json_member(document, name);
    const char *text = ent_json_string(member);

    if (member == NULL || ent_json_is_null(member)) {
        return NULL;
    }
    return text != NULL ? text : "";
}

static entitle_status
take(const ent_json *document, entitle_credentials *out, entitle_error *error)
{
    const char *key_id = text_of(document, "AccessKeyId");
    const char *secret = text_of(document, "SecretAccessKey");
    const char *expiration = text_of(document, "Expiration");
    double version = 0;
    int64_t expires_at_s = 0;

    if (!ent_json_number(ent_json_member(document, "Version"), &version) ||
        version < 1 || version > 1) {
        return ent_fail(
            error, ENTITLE_CONFIGURATION, "its output has no \"Version\": 1");
    }
    if (key_id == NULL || secret == NULL) {
        return ent_fail(
            error,
            ENTITLE_CONFIGURATION,
            "its output has no %s",
            key_id == NULL ? "AccessKeyId" : "SecretAccessKey");
    }
    if (expiration != NULL && !ent_timestamp_parse_iso(expiration, &expires_at_s)) {
        return ent_fail(
            error,
            ENTITLE_CONFIGURATION,
            "the Expiration in its output is not a time in ISO 8601");
    }
    return entitle_credentials_set(
        out,
        ENTITLE_CREDENTIALS_PROCESS,
        key_id,
        secret,
        text_of(document, "SessionToken"),
        expires_at_s,
        error);
}

static entitle_status
read_output(const ent_buffer *output, entitle_credentials *out, entitle_error *error)
{
    ent_json_fault fault = { .reason = NULL };
    ent_json *document =
        ent_json_parse_object(ent_buffer_text(output), output->length, &fault);
    entitle_status status;

    if (document == NULL && fault.out_of_memory) {
        return ent_fail_memory(error);
    }
    if (document == NULL) {
        return ent_fail(
            error,
            ENTITLE_CONFIGURATION,
            "its output is not a JSON object: %s at byte %zu",
            fault.reason,
            fault.offset);
    }
    status = take(document, out, error);
    ent_json_free(document);
    return status;
}

/* What a program says last is mostly why it ended. */
static const char *
last_line(ent_buffer *complaint)
{
    char *text = complaint->bytes;
    char *newline;

    if (text == NULL) {
        return "";
    }
    while (complaint->length > 0 && strchr("\r\n", text[complaint->length - 1])) {
        text[--complaint->length] = '\0';
    }
    newline = strrchr(text, '\n');
    return newline != NULL ? newline + 1 : text;
}

static entitle_status
judge(
    int exit_status,
    const ent_buffer *output,
    ent_buffer *complaint,
    entitle_credentials *out,
    entitle_error *error)
{
    if (exit_status == 0) {
        return read_output(output, out, error);
    }
    const char *last_words = last_line(complaint);
    return ent_fail(
        error,
        ENTITLE_CONFIGURATION,
        "it ended with status %d%s%.200s",
        exit_status,
        last_words[0] != '\0' ? ": " : "",
        last_words);
}

static entitle_status
run(const ent_credentials_request *request,
    const char *command,
    entitle_credentials *out,
    entitle_error *error)
{
    ent_command_words words;
    ent_buffer output;
    ent_buffer complaint;
    int exit_status = 0;
    entitle_status status =
        ent_command_words_split(request->runtime, command, &words, error);

    if (status != ENTITLE_OK) {
        return status;
    }
    ent_buffer_init(&output, request->runtime, OUTPUT_LIMIT);
    ent_buffer_init(&complaint, request->runtime, COMPLAINT_LIMIT);
    status = ent_child_process_run(
        words.words, &request->deadline, &output, &complaint, &exit_status, error);
    if (status == ENTITLE_OK) {
        status = judge(exit_status, &output, &complaint, out, error);
    }
    ent_buffer_clear(&output);
    ent_buffer_clear(&complaint);
    ent_command_words_clear(&words);
    return status;
}

entitle_status
ent_credentials_from_process(
    const ent_credentials_request *request,
    const ent_profile *profile,
    const char *command,
    entitle_credentials *out,
    entitle_error *error)
{
    entitle_error cause = { 0 };
    entitle_status status = run(request, command, out, &cause);

    if (status == ENTITLE_OK && out->expires_at_s != 0 &&
        out->expires_at_s <= ent_now_s(request->runtime)) {
        status = ent_fail(
            &cause, ENTITLE_EXPIRED_CREDENTIALS, "its credentials have expired");
    }
    if (status == ENTITLE_OK) {
        return ENTITLE_OK;
    }
    ent_credentials_wipe(out);
    if (status == ENTITLE_INTERRUPTED) {
        return ent_fail(error, status, "interrupted");
    }
    ent_fail(
        error,
        status,
        "the credential_process of the profile '%.80s' gave no credentials: %s",
        ent_profile_name(profile),
        cause.message);
    ent_hint(error, "run the command by hand and mend it, or remove it");
    return status;
}
