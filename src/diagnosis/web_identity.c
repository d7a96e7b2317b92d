/* SPDX-License-Identifier: Apache-2.0 */
#include "aws/identity_token.h"
#include "base/buffer.h"
#include "base/error.h"
#include "base/file.h"
#include "base/runtime.h"
#include "base/timestamp.h"
#include "diagnosis/examination.h"

#include <stdbool.h>
#include <stddef.h>

enum { FILE_LIMIT = 64 * 1024 };

static const char check[] = "web-identity-token";

static void
judge_claims(const ent_examination *examination, const ent_identity_token *token)
{
    entitle_diagnosis *diagnosis = examination->diagnosis;
    char until[ENT_TIMESTAMP_SIZE] = "for ever";

    if (token->has_expiry) {
        ent_timestamp_iso(token->expires_at_s, until);
    }
    if (!token->is_for_sts) {
        ent_find_failure(
            diagnosis,
            check,
            "project the token for the audience sts.amazonaws.com, as the annotation "
            "eks.amazonaws.com/role-arn of a service account does",
            "for the audience '%s' and not for sts.amazonaws.com",
            token->audience);
        return;
    }
    if (token->has_expiry && token->expires_at_s <= ent_now_s(examination->runtime)) {
        ent_find_failure(
            diagnosis,
            check,
            "let the file be the one that kubelet renews, not a copy of it, and check "
            "the machine's clock",
            "expired at %s",
            until);
        return;
    }
    ent_find_ok(
        diagnosis,
        check,
        "of %s, for %s, issued by %s, until %s",
        token->subject,
        token->audience,
        token->issuer,
        until);
}

static bool
ends_with_line_break(const ent_buffer *text)
{
    char last = text->length > 0 ? text->bytes[text->length - 1] : '\0';

    return last == '\n' || last == '\r';
}

static void
judge_file(const ent_examination *examination, const char *path, ent_buffer *text)
{
    entitle_diagnosis *diagnosis = examination->diagnosis;
    ent_identity_token token;
    entitle_error error;

    if (ends_with_line_break(text)) {
        ent_find_failure(
            diagnosis,
            check,
            "write the file without a line break at its end, as Kubernetes does",
            "%s ends with a line break, which SDKs send along and STS refuses",
            path);
    } else if (ent_identity_token_decode(
                   examination->runtime, ent_buffer_text(text), text->length, &token)) {
        judge_claims(examination, &token);
    } else if (token.lacks_memory) {
        (void)ent_fail_memory(&error);
        ent_find_error(diagnosis, check, &error);
    } else {
        ent_find_failure(
            diagnosis,
            check,
            "let AWS_WEB_IDENTITY_TOKEN_FILE name the token that Kubernetes projects",
            "what is in %s is not a JSON web token",
            path);
    }
}

void
ent_examine_web_identity_token(ent_examination *examination)
{
    const char *path =
        ent_environment(examination->runtime, "AWS_WEB_IDENTITY_TOKEN_FILE");
    entitle_error error;
    ent_buffer text;

    if (path == NULL) {
        return;
    }
    ent_buffer_init(&text, examination->runtime, FILE_LIMIT);
    if (ent_file_read(path, &text, &error) == ENTITLE_OK) {
        judge_file(examination, path, &text);
    } else {
        ent_find_failure(
            examination->diagnosis,
            check,
            "mount the token, and let this user read it (securityContext.fsGroup)",
            "%s",
            error.message);
    }
    ent_buffer_clear(&text);
}
