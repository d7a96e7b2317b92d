/* SPDX-License-Identifier: Apache-2.0 */
#include "platform/credential_document.h"

#include "base/json.h"
#include "base/timestamp.h"

static void
write_failure(sandbox_call *call)
{
    char now[ENT_TIMESTAMP_SIZE];
    ent_timestamp_iso(call->now_s, now);
    ent_buffer_append_format(
        &call->answer->body,
        "{\"Code\":\"AssumeRoleUnauthorizedAccess\",\"Message\":\"The role cannot be "
        "assumed: its trust policy does not allow it.\",\"LastUpdated\":\"%s\"}",
        now);
}

static void
write_credentials(const sandbox_session *session, document_twist twist, ent_buffer *out)
{
    ent_buffer_append_text(out, "\"AccessKeyId\":");
    ent_json_append_string(out, session->access_key_id);
    ent_buffer_append_text(out, ",\"SecretAccessKey\":");
    ent_json_append_string(out, session->secret_access_key);
    if (twist != DOCUMENT_MISSING_TOKEN) {
        ent_buffer_append_text(out, ",\"Token\":");
        ent_json_append_string(out, session->token);
    }
    if (twist != DOCUMENT_MISSING_EXPIRATION) {
        char expiration[ENT_TIMESTAMP_SIZE];
        ent_timestamp_iso(session->expires_at_s, expiration);
        ent_buffer_append_format(out, ",\"Expiration\":\"%s\"", expiration);
    }
}

void
credential_document_answer(
    sandbox_call *call, const char *first_members, const sandbox_session *session)
{
    ent_buffer *out = &call->answer->body;
    document_twist twist = call->fault.document;
    if (twist == DOCUMENT_CODE_NOT_SUCCESS) {
        write_failure(call);
        return;
    }
    ent_buffer_append_format(out, "{%s", first_members);
    write_credentials(session, twist, out);
    ent_buffer_append_text(out, "}");
    document_twist_apply(twist, out);
}
