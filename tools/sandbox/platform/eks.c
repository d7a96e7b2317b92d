/* SPDX-License-Identifier: Apache-2.0 */
#include "platform/eks.h"

#include "platform/credential_document.h"
#include "platform/web_identity.h"
#include "play/handout.h"

#include <stdio.h>

enum { LIFETIME_S = 6 * 3600, MEMBERS_SIZE = 64 };

/* The agent answers errors in plain text. */
static void
write_error(
    sandbox_answer *answer, const char *name, unsigned http_status, const char *message)
{
    answer->http_status = http_status;
    answer->content_type = "text/plain; charset=utf-8";
    ent_buffer_clear(&answer->body);
    ent_buffer_append_format(&answer->body, "(%s): %s\n", name, message);
}

static void
answer_pod(sandbox_call *call, const web_identity *identity)
{
    sandbox_session session;
    if (!handout_to_container(
            call,
            IDENTITY_EKS_POD_IDENTITY,
            ent_buffer_text(&identity->pod),
            LIFETIME_S,
            &session)) {
        return;
    }
    char members[MEMBERS_SIZE];
    (void)snprintf(
        members, sizeof(members), "\"AccountId\":\"%s\",", call->sandbox->account);
    credential_document_answer(call, members, &session);
}

static void
answer_credentials(sandbox_call *call)
{
    const char *token = request_header(call->request, "Authorization");
    if (token == NULL || token[0] == '\0') {
        call_refuse_with(
            call,
            "InvalidRequestException",
            400,
            &rule_pod_token,
            "The header Authorization has to hold the pod's token.");
        return;
    }
    web_identity identity;
    web_identity_fault fault;
    if (web_identity_read(
            &call->sandbox->runtime,
            token,
            EKS_AUDIENCE,
            call->now_s,
            &identity,
            &fault)) {
        answer_pod(call, &identity);
    } else {
        call_refuse_with(call, fault.error_name, 400, &rule_pod_token, fault.sentence);
    }
    web_identity_clear(&identity);
}

const play_part eks_credentials = {
    .content_type = "application/json",
    .write_error = write_error,
    .method = "GET",
    .method_rule = &rule_get_only,
    .perform = answer_credentials,
};
