/* SPDX-License-Identifier: Apache-2.0 */
#include "platform/sts_answer.h"

#include "base/timestamp.h"
#include "market/place.h"
#include "platform/sts.h"
#include "wire/xml.h"

#include <string.h>

#define NAMESPACE "https://sts.amazonaws.com/doc/2011-06-15/"

enum { NAME_LIMIT = 512, ERROR_INTERNAL = 500 };

/* The Query protocol has other names than JSON for what a signature lacks. */
typedef struct query_name {
    const char *json;
    const char *query;
    unsigned http_status;
} query_name;

static const query_name query_names[] = {
    { "IncompleteSignatureException", "IncompleteSignature", 400 },
    { "InvalidSignatureException", "SignatureDoesNotMatch", 403 },
    { "MissingAuthenticationTokenException", "MissingAuthenticationToken", 403 },
    { "UnrecognizedClientException", "InvalidClientTokenId", 403 },
};

void
sts_answer_error(
    sandbox_answer *answer, const char *name, unsigned http_status, const char *message)
{
    answer->http_status = http_status;
    for (size_t i = 0; i < sizeof(query_names) / sizeof(query_names[0]); i++) {
        if (strcmp(query_names[i].json, name) == 0) {
            name = query_names[i].query;
            answer->http_status = query_names[i].http_status;
        }
    }
    ent_buffer *out = &answer->body;
    ent_buffer_clear(out);
    ent_buffer_append_text(out, "<ErrorResponse xmlns=\"" NAMESPACE "\"><Error>");
    xml_append_element(
        out, "Type", answer->http_status >= ERROR_INTERNAL ? "Receiver" : "Sender");
    xml_append_element(out, "Code", name);
    xml_append_element(out, "Message", message);
    ent_buffer_append_text(out, "</Error>");
    xml_append_element(out, "RequestId", answer->request_id);
    ent_buffer_append_text(out, "</ErrorResponse>");
}

/* arn:aws:sts::ACCOUNT:assumed-role/ROLE/SESSION, and an id of the same shape. */
static void
append_user(sandbox_call *call, const sts_input *input, ent_buffer *out)
{
    const char *region = call->sandbox->region;
    ent_buffer text;
    ent_buffer_init(&text, &call->sandbox->runtime, NAME_LIMIT);
    ent_buffer_append_text(out, "<AssumedRoleUser>");
    ent_buffer_append_format(
        &text, "AROASANDBOXEXAMPLE123:%s", ent_buffer_text(&input->session_name));
    xml_append_element(out, "AssumedRoleId", ent_buffer_text(&text));
    ent_buffer_clear(&text);
    ent_buffer_append_format(
        &text,
        "arn:%s:sts::%s:assumed-role/%s/%s",
        place_partition(region),
        input->account,
        input->role_name,
        ent_buffer_text(&input->session_name));
    xml_append_element(out, "Arn", ent_buffer_text(&text));
    ent_buffer_clear(&text);
    ent_buffer_append_text(out, "</AssumedRoleUser>");
}

static void
append_credentials(
    const sandbox_session *session, document_twist twist, ent_buffer *out)
{
    char expiration[ENT_TIMESTAMP_SIZE];
    ent_timestamp_iso(session->expires_at_s, expiration);
    ent_buffer_append_text(out, "<Credentials>");
    xml_append_element(out, "AccessKeyId", session->access_key_id);
    xml_append_element(out, "SecretAccessKey", session->secret_access_key);
    if (twist != DOCUMENT_MISSING_TOKEN) {
        xml_append_element(out, "SessionToken", session->token);
    }
    if (twist != DOCUMENT_MISSING_EXPIRATION) {
        xml_append_element(out, "Expiration", expiration);
    }
    ent_buffer_append_text(out, "</Credentials>");
}

static void
append_identity(const web_identity *identity, ent_buffer *out)
{
    xml_append_element(
        out, "SubjectFromWebIdentityToken", ent_buffer_text(&identity->subject));
    xml_append_element(out, "Audience", STS_AUDIENCE);
    xml_append_element(out, "Provider", ent_buffer_text(&identity->issuer));
}

void
sts_answer_role(
    sandbox_call *call,
    const char *action,
    const sts_input *input,
    const web_identity *identity,
    const sandbox_session *session)
{
    ent_buffer *out = &call->answer->body;
    ent_buffer_append_format(
        out, "<%sResponse xmlns=\"" NAMESPACE "\"><%sResult>", action, action);
    append_user(call, input, out);
    append_credentials(session, call->fault.document, out);
    if (identity != NULL) {
        append_identity(identity, out);
    }
    ent_buffer_append_format(out, "</%sResult><ResponseMetadata>", action);
    xml_append_element(out, "RequestId", call->answer->request_id);
    ent_buffer_append_format(out, "</ResponseMetadata></%sResponse>", action);
    document_twist_apply(call->fault.document, out);
}
