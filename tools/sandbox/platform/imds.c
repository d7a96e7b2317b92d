/* SPDX-License-Identifier: Apache-2.0 */
#include "platform/imds.h"

#include "base/text.h"
#include "base/timestamp.h"
#include "market/place.h"
#include "platform/credential_document.h"
#include "play/handout.h"
#include "state/imds_tokens.h"

#include <stdio.h>
#include <string.h>

#define INSTANCE_ID "i-0123456789abcdef0"

enum { LIFETIME_S = 6 * 3600, TTL_MAXIMUM_S = 21600, MEMBERS_SIZE = 128 };

/* The metadata service explains nothing: a page that names the status. */
static void
write_error(
    sandbox_answer *answer, const char *name, unsigned http_status, const char *message)
{
    (void)name;
    answer->http_status = http_status;
    answer->content_type = "text/html";
    ent_buffer_clear(&answer->body);
    ent_buffer_append_format(
        &answer->body,
        "<html><body><h1>%u</h1>%s</body></html>\n",
        http_status,
        message);
}

static bool
read_ttl(const sandbox_request *request, uint64_t *out)
{
    const char *ttl = request_header(request, "X-aws-ec2-metadata-token-ttl-seconds");
    return ttl != NULL && ent_text_to_unsigned(ttl, strlen(ttl), TTL_MAXIMUM_S, out) &&
           *out > 0;
}

static void
answer_token(sandbox_call *call)
{
    uint64_t ttl_s = 0;
    imds_token token;
    if (request_header(call->request, "X-Forwarded-For") != NULL) {
        call_refuse_with(
            call, "Forbidden", 403, &rule_imds_token, "No token through a proxy.");
        return;
    }
    if (!read_ttl(call->request, &ttl_s)) {
        call_refuse_with(
            call, "BadRequest", 400, &rule_imds_token, "A token lives 1 to 21600 s.");
        return;
    }
    if (!imds_token_make(&call->sandbox->runtime, &token)) {
        call_fail(call);
        return;
    }
    token.expires_at_s = call->now_s + (int64_t)ttl_s;
    pthread_mutex_lock(&call->sandbox->lock);
    imds_tokens_add(&call->sandbox->imds_tokens, &token);
    pthread_mutex_unlock(&call->sandbox->lock);
    ent_buffer_append_text(&call->answer->body, token.text);
    call->answer->imds_token_ttl_s = (int64_t)ttl_s;
    call->entry.rule = &rule_imds_token;
}

static bool
check_token(sandbox_call *call)
{
    const char *token = request_header(call->request, "X-aws-ec2-metadata-token");
    if (token == NULL && call->fault.kind != FAULT_TOKEN_REQUIRED) {
        return true;
    }
    pthread_mutex_lock(&call->sandbox->lock);
    bool holds = token != NULL &&
                 imds_tokens_hold(&call->sandbox->imds_tokens, token, call->now_s);
    pthread_mutex_unlock(&call->sandbox->lock);
    if (!holds) {
        call_refuse_with(
            call, "Unauthorized", 401, &rule_imds_token, "The token is not valid.");
    }
    return holds;
}

static void
answer_role(sandbox_call *call)
{
    char members[MEMBERS_SIZE];
    char now[ENT_TIMESTAMP_SIZE];
    sandbox_session session;
    if (!handout_to_container(call, IDENTITY_EC2, INSTANCE_ID, LIFETIME_S, &session)) {
        return;
    }
    ent_timestamp_iso(call->now_s, now);
    (void)snprintf(
        members,
        sizeof(members),
        "\"Code\":\"Success\",\"LastUpdated\":\"%s\",\"Type\":\"AWS-HMAC\",",
        now);
    call->answer->content_type = "application/json";
    credential_document_answer(call, members, &session);
}

static void
write_role_name(const sandbox_core *sandbox, ent_buffer *out)
{
    (void)sandbox;
    ent_buffer_append_text(out, PLACE_INSTANCE_ROLE);
}

static void
write_instance_id(const sandbox_core *sandbox, ent_buffer *out)
{
    (void)sandbox;
    ent_buffer_append_text(out, INSTANCE_ID);
}

static void
write_region(const sandbox_core *sandbox, ent_buffer *out)
{
    ent_buffer_append_text(out, sandbox->region);
}

static void
write_zone(const sandbox_core *sandbox, ent_buffer *out)
{
    ent_buffer_append_format(out, "%sa", sandbox->region);
}

static void
write_identity_document(const sandbox_core *sandbox, ent_buffer *out)
{
    ent_buffer_append_format(
        out,
        "{\"accountId\":\"%s\",\"region\":\"%s\",\"availabilityZone\":\"%sa\","
        "\"instanceId\":\"" INSTANCE_ID "\",\"version\":\"2017-09-30\"}",
        sandbox->account,
        sandbox->region,
        sandbox->region);
}

typedef struct metadata_item {
    const char *path;
    void (*write)(const sandbox_core *, ent_buffer *);
} metadata_item;

static const metadata_item items[] = {
    { "/latest/meta-data/iam/security-credentials", write_role_name },
    { IMDS_CREDENTIALS_PATH, write_role_name },
    { "/latest/meta-data/placement/region", write_region },
    { "/latest/meta-data/placement/availability-zone", write_zone },
    { "/latest/meta-data/instance-id", write_instance_id },
    { "/latest/dynamic/instance-identity/document", write_identity_document },
};

static void
answer_item(sandbox_call *call)
{
    for (size_t i = 0; i < sizeof(items) / sizeof(items[0]); i++) {
        if (strcmp(items[i].path, call->request->path) == 0) {
            items[i].write(call->sandbox, &call->answer->body);
            document_twist_apply(call->fault.document, &call->answer->body);
            call->entry.rule = &rule_imds;
            return;
        }
    }
    call_refuse_with(
        call, "NotFound", 404, &rule_imds, "The instance has no such item.");
}

static void
answer_metadata(sandbox_call *call)
{
    if (!check_token(call)) {
        return;
    }
    if (strcmp(call->request->path, IMDS_CREDENTIALS_PATH PLACE_INSTANCE_ROLE) == 0) {
        answer_role(call);
        return;
    }
    answer_item(call);
}

const play_part imds_token_part = {
    .content_type = "text/plain",
    .write_error = write_error,
    .method = "PUT",
    .method_rule = &rule_imds_token,
    .perform = answer_token,
};

const play_part imds_part = {
    .content_type = "text/plain",
    .write_error = write_error,
    .method = "GET",
    .method_rule = &rule_get_only,
    .perform = answer_metadata,
};
